import importlib.metadata
import platform

import numpy
import scipy.linalg  # noqa: F401  (loads its BLAS, so that it is listed)
from threadpoolctl import threadpool_info

names = ("numpy", "scipy", "scikit-learn", "gx2", "momentchi2", "jax")
versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
pools = {
    f"{pool['internal_api']} {pool['version']}, kernel {pool.get('architecture', '?')}, {pool['num_threads']} threads"
    for pool in threadpool_info() if pool["user_api"] == "blas"
}
print(f"Python {platform.python_version()}, {versions}; " + "; ".join(sorted(pools)))
