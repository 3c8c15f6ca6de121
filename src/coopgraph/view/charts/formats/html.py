"""One page in both languages with the figures and their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coopgraph.formats import Format

if TYPE_CHECKING:
    from coopgraph.view.charts import Chart

FORMAT: Final = Format("html", "text/html", "html", order=0)


def write(chart: Chart) -> str:
    """See `Chart.html`."""
    return chart.html()
