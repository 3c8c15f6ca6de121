"""Views: a network as one HTML page that opens with no network at all."""

from coopgraph.view.page import View, render, view

__all__ = ["View", "render", "view"]
