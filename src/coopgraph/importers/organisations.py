"""What registers of organisations say alike: classes, countries, ROR ids."""

import re
from typing import Final

from coopgraph.formats.ntriples import curie
from coopgraph.tables.catalogue import BY_NAME

#: Predicates and objects that make a node an organisation, as in the curated table.
TYPES: Final = tuple(
    f"{curie('rdf:type')} {curie(name)}" for name in BY_NAME["organisations"].classes
)
ROR_ID: Final = re.compile(r"https://ror\.org/(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})\Z")
_CODE: Final = re.compile(r"[A-Z]{2}\Z")
#: Codes that the EU writes otherwise than ISO 3166-1 (https://publications.europa.eu/code/en/
#: en-5000600.htm); XK is its own for Kosovo, which has no ISO code.
_EU: Final = {"EL": "gr", "UK": "gb"}


def country_key(code: str) -> str:
    """The key of a country from a code of two capital letters; empty for what is none.

    >>> country_key("KR"), country_key("EL"), country_key("Korea")
    ('kr', 'gr', '')
    """
    return _EU.get(code, code.lower()) if _CODE.match(code) else ""
