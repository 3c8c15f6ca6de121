"""The picture, text as text."""

from operator import methodcaller
from typing import Final

from coopgraph.formats import Format

FORMAT: Final = Format("svg", "image/svg+xml", "svg", order=1)
#: See `Chart.svg`.
write: Final = methodcaller("svg")
