"""Documents that are archives (ZIP) of parts: the same parts give the same bytes."""

import zipfile
from io import BytesIO
from typing import Final

#: The earliest time that an archive can hold, for all parts.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def timeless(archive: bytes) -> bytes:
    """The same parts in their order, each stored or compressed as it was, without the time at which
    they were written."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, _EPOCH)
            entry.compress_type, entry.external_attr = part.compress_type, part.external_attr
            new.writestr(entry, old.read(part))
    return made.getvalue()
