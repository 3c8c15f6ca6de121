"""The picture, 200 dots to the inch."""

from operator import methodcaller
from typing import Final

from coopgraph.formats import Format

FORMAT: Final = Format("png", "image/png", "png", order=2)
#: See `Chart.png`.
write: Final = methodcaller("png")
