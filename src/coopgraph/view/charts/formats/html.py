"""One page in both languages with the figures and their sources."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.view.charts import Chart

FORMAT: Final = Format("html", "text/html", "html", order=0)
write: Final = Chart.html
