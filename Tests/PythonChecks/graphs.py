"""Graphs and blocks from Python: every way to hand them over gives the same answer; run by PythonTests and python.sh."""

import numpy
import pretell

rng = numpy.random.default_rng(0)
group = numpy.arange(120) // 12
pairs = [(i, j) for i in range(120) for j in range(i) if rng.random() < (0.4 if group[i] == group[j] else 0.003)]
x = rng.normal(size=(10, 6))[group] + rng.normal(size=(120, 6))
index = numpy.array(pairs).T

fit = pretell.graph_fit(index, x, size=3, groups=group, quiet=True)
assert fit.codes.shape == (120, 3) and fit.r_squared > 0.1 and fit.leave_community_out_error > fit.leave_node_out_error
assert (fit.communities == group).all() and fit.singular_values.shape == (3,)
others = [pretell.graph_fit(pairs, x, size=3, groups=group, quiet=True)]
try:
    import scipy.sparse

    adjacency = scipy.sparse.coo_array((numpy.ones(len(pairs)), index), shape=(120, 120))
    others.append(pretell.graph_fit(adjacency, x, size=3, groups=group, quiet=True))
    others.append(pretell.graph_fit(adjacency, scipy.sparse.csr_array(x), size=3, groups=group, quiet=True))
except ImportError:
    pass
for other in others:
    assert numpy.array_equal(other.codes, fit.codes) and other.r_squared == fit.r_squared
# The codes are what the encoder makes of the propagated rows.
a = numpy.eye(120)
a[index[0], index[1]] = a[index[1], index[0]] = 1
s = a / numpy.sqrt(numpy.outer(a.sum(0), a.sum(0)))
rows = x / numpy.linalg.norm(x, axis=1, keepdims=True) - fit.means
assert numpy.allclose(s @ s @ rows @ fit.encoder, fit.codes, rtol=1e-10, atol=1e-12)
loose = pretell.graph_fit(index, x, size=2, unit_rows=False, ridge=1, filter="appnp:3:0.2", quiet=True)
assert loose.ridge == 1 and loose.codes.shape == (120, 2)
try:
    pretell.graph_fit(numpy.zeros((3, 5)), x)
    raise AssertionError("not refused")
except pretell.PretellError as error:
    assert error.code == 64 and "edge_index" in str(error)
print("ok      graphs by edge_index, pairs and sparse matrices")

image = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 36)) + 0.3 * rng.normal(size=(60, 36))
tiles = numpy.arange(60) // 6
model = pretell.masked_fit(image, blocks="3x3", image=(6, 6), groups=tiles, hide=0.25, quiet=True)
same = pretell.masked_fit(image, blocks=(numpy.arange(36) // 18) * 2 + numpy.arange(36) % 6 // 3, groups=tiles, hide=0.25, quiet=True)
assert numpy.array_equal(model.weights, same.weights) and model.leave_group_out_error == same.leave_group_out_error
assert model.leave_group_out_error > 0 and not model.weights[0, 1] and model.weights[0, 3]
errors = pretell.masked_errors(image, blocks="3x3", image="6x6", groups=tiles, hide=0.25, hidden_rim=1, quiet=True)
assert errors.hidden_rim == 1 and errors.leave_group_out_error > model.leave_group_out_error
print("ok      blocks and groups")
