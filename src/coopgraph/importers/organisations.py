"""What registers of organisations say alike: classes, countries, ROR ids."""

import re
from typing import Final

from coopgraph.formats.ntriples import curie

#: Predicates and objects that make a node an organisation. Curated ones have the more special and
#: the more general classes of other vocabularies too, which would be a tenth of a register.
TYPES: Final = tuple(
    f"{curie('rdf:type')} {curie(name)}" for name in ("coop:Organisation", "org:Organization")
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
