"""The picture, 200 dots to the inch."""

from typing import Final

from coopgraph.formats import Format
from coopgraph.view.charts import Chart

FORMAT: Final = Format("png", "image/png", "png", order=2)
write: Final = Chart.png
