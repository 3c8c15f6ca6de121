"""What is computed once for all workers: a worker ends after a job that took long, and what it held
in memory with it. Kept in a folder of this server alone, until it stops."""

import contextlib
import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar, cast

_T = TypeVar("_T")
#: The folder, for the workers, which inherit the environment of the server.
_FOLDER: Final = "COOPGRAPH_KEPT"
#: So many are kept: a reader may ask for any scope.
_MOST: Final = 600


@contextlib.contextmanager
def keeping() -> Iterator[None]:
    """With a folder to keep things in, which goes at the end."""
    before = os.environ.get(_FOLDER)
    with tempfile.TemporaryDirectory(prefix="coopgraph-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ[_FOLDER]
            else:
                os.environ[_FOLDER] = before


def kept(key: tuple[object, ...], make: Callable[[], _T]) -> _T:
    """What `make` gives, which is the same for the same `key`: made once while a server runs, and
    each time where none does."""
    folder = os.environ.get(_FOLDER)
    if not folder:
        return make()
    path = Path(folder) / hashlib.sha256(repr(key).encode("utf-8", "replace")).hexdigest()
    with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError):
        return cast(_T, pickle.loads(path.read_bytes()))  # noqa: S301 (our own, of this server)
    made = make()
    with contextlib.suppress(OSError):  # a full disk keeps nothing
        if sum(1 for _ in Path(folder).iterdir()) < _MOST:
            part = path.with_name(f"{path.name}.{os.getpid()}")
            part.write_bytes(pickle.dumps(made))
            part.replace(path)
    return made
