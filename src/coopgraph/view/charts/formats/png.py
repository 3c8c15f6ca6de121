"""The picture, 200 dots to the inch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coopgraph.formats import Format

if TYPE_CHECKING:
    from coopgraph.view.charts import Chart

FORMAT: Final = Format("png", "image/png", "png", order=2)


def write(chart: Chart) -> bytes:
    """See `Chart.png`."""
    return chart.png()
