"""One page in both languages with the figures and their sources."""

from operator import methodcaller
from typing import Final

from coopgraph.formats import Format

FORMAT: Final = Format("html", "text/html", "html", order=0)
#: See `Chart.html`.
write: Final = methodcaller("html")
