"""The picture, text as text."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.view.charts import Chart

FORMAT: Final = Format("svg", "image/svg+xml", "svg", order=1)
write: Final = Chart.svg
