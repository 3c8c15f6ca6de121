"""Where things stand: computed beforehand, so that a page is readable at once and always alike.

In columns where the projection reads like a table, else by forces.
"""

from __future__ import annotations

from ..network import Network
from .columns import column_pictures
from .force import force_places
from .picture import Picture


def pictures(network: Network) -> dict[str, Picture]:
    """The pictures of a network: `wide`, and `narrow` where narrow screens need another."""
    return column_pictures(network) or {"wide": Picture(force_places(network))}
