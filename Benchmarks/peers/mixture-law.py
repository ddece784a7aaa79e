"""The paper's estimator in JAX: ambient samples, gradients by automatic differentiation, sample sizes as published."""

import jax
import jax.numpy as jnp
import numpy
from harness import best, main, report

jax.config.update("jax_enable_x64", True)

FISHER, GRAM, TANGENT = 40_000, 100_000, 100_000
FISHER_CHUNK, CHUNK = 8192, 512


def posteriors(centers, x):
    return jax.nn.softmax(centers @ x - 0.5 * (centers**2).sum(1))


def log_density(centers, x):
    return jax.nn.logsumexp(-0.5 * ((x - centers) ** 2).sum(1))


def features(centers, x):
    differences = centers[1:] - centers[0]
    projector = differences.T @ jnp.linalg.solve(differences @ differences.T, differences)
    inside, moved = centers @ projector, projector @ x
    weights = jax.nn.softmax(inside @ moved - 0.5 * (inside**2).sum(1))
    return jnp.concatenate([weights[:, None] * (moved - inside), weights[:, None]], axis=1).ravel()


def sample(key, centers, count):
    labels, noise = jax.random.split(key)
    rows = centers[jax.random.randint(labels, (count,), 0, len(centers))]
    return rows + jax.random.normal(noise, rows.shape)


@jax.jit
def outer_scores(centers, x):
    score = jax.vmap(lambda row: jax.grad(log_density)(centers, row).ravel())(x)
    return score.T @ score


def both(centers, theta, x):
    values = jax.vmap(lambda row: features(centers, row))(x)
    tangents = jax.vmap(lambda row: jax.grad(lambda c: theta @ features(c, row))(centers).ravel())(x)
    return values, tangents


@jax.jit
def outer_joint(centers, theta, x):
    values, tangents = both(centers, theta, x)
    return values.T @ values, values.T @ tangents


@jax.jit
def outer_residuals(centers, theta, projection, x):
    values, tangents = both(centers, theta, x)
    rest = tangents - values @ projection
    return rest.T @ rest


def average(function, key, centers, count, chunk):
    total, done = None, 0
    while done < count:
        key, own = jax.random.split(key)
        number = min(chunk, count - done)
        found = function(sample(own, centers, number))
        total = found if total is None else jax.tree.map(jnp.add, total, found)
        done += number
    return jax.tree.map(lambda value: value / count, total)


def interaction(components, columns, separation, seed, scale=10.0):
    centers = separation * jnp.eye(components, columns)
    theta = jnp.repeat(1 / jnp.arange(1.0, components + 1), columns + 1)
    theta = scale * theta / jnp.linalg.norm(theta)
    keys = jax.random.split(jax.random.key(seed), 3)
    fisher = average(lambda x: outer_scores(centers, x), keys[0], centers, FISHER, FISHER_CHUNK)
    gram, cross = average(lambda x: outer_joint(centers, theta, x), keys[1], centers, GRAM, CHUNK)
    projection = jnp.linalg.pinv(gram, rtol=1e-6, hermitian=True) @ cross
    cost = average(lambda x: outer_residuals(centers, theta, projection, x), keys[2], centers, TANGENT, CHUNK)
    return float(jnp.trace(jnp.linalg.solve(fisher, cost)))


def measure(data):
    interaction(4, 20, 2.0, 0)
    seconds, mean = best(2, lambda: interaction(4, 20, 2.0, 1))
    for tolerance in ("0.001", "1e-06"):
        report(f"mixture law, K = 4, d = 20, separation 2, relative error {tolerance}",
               "JAX, the paper's estimator (compiled before)", seconds, 1, "laws", [mean])


main(measure)
