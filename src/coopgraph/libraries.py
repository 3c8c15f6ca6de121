"""Heavy libraries, each loaded when something of it is first used, so that start-up is light.

Arrays are annotated as `Booleans`, `Floats` and `Ints`, sparse matrices (CSR) as `Matrix`: names
that need no library.

>>> np.arange(3).tolist()
[0, 1, 2]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import sqlite3

    import ibis
    import networkx as nx
    import numpy as np
    import numpy.typing as npt
    import pyoxigraph as ox
    from scipy import sparse

    Booleans: TypeAlias = npt.NDArray[np.bool_]
    Floats: TypeAlias = npt.NDArray[np.float64]
    Ints: TypeAlias = npt.NDArray[np.int64]
    Matrix: TypeAlias = sparse.csr_matrix
else:

    class Library:
        """A module that is imported when one of its names is first asked for."""

        def __init__(self, name: str) -> None:
            self._module = name

        def __getattr__(self, name: str) -> Any:
            value = self.__dict__[name] = getattr(import_module(self._module), name)
            return value

    names = ("ibis", "numpy", "networkx", "pyoxigraph", "scipy.sparse", "sqlite3")
    ibis, np, nx, ox, sparse, sqlite3 = map(Library, names)
    Booleans = Floats = Ints = Matrix = Any

__all__ = ["Booleans", "Floats", "Ints", "Matrix", "ibis", "np", "nx", "ox", "sparse", "sqlite3"]
