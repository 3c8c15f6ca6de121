"""Networks as files; a format is a module of `coopgraph.network.formats`."""

from typing import Final

from coopgraph.formats.family import Family
from coopgraph.network.model import Network

#: What a network can be exported as.
NETWORKS: Final = Family("coopgraph.network.formats")


def export(network: Network, format: str, lang: str = "en") -> bytes:
    """The network in `graphml`, `gexf`, `json` or `csv`, in UTF-8; `label` is in `lang`.

    Raises `UnknownFormat` with the nearest names.

    >>> from coopgraph.i18n import LanguageMap
    >>> export(Network("n", LanguageMap({"en": "nothing"}), (), ()), "csv").decode().strip()
    'source,target,kind,weight,source_iri,target_iri,kind_iri'
    """
    return NETWORKS.encode(network, format, lang=lang)
