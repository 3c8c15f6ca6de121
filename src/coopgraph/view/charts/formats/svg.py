"""The picture, text as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coopgraph.formats import Format

if TYPE_CHECKING:
    from coopgraph.view.charts import Chart

FORMAT: Final = Format("svg", "image/svg+xml", "svg", order=1)


def write(chart: Chart) -> str:
    """See `Chart.svg`."""
    return chart.svg()
