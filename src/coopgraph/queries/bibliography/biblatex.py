"""BibLaTeX entries (https://ctan.org/pkg/biblatex): `@article`, `@report` and `@online`.

BibTeX reads them too: what it does not know there it leaves out.
"""

import re
from collections.abc import Sequence
from typing import Final

from coopgraph.formats import Format
from coopgraph.formats.serialization import UNPRINTABLE, unwritable
from coopgraph.queries.bibliography.csl_json import FORMAT as CSL_JSON
from coopgraph.queries.citations import Citation

FORMAT: Final = Format("biblatex", "application/x-bibtex", "bib", order=1, title="BibLaTeX")
#: Types by kind of source; what is not here is a web page.
_TYPES: Final = {"journal-article": "article", "news": "article", "study": "report"}
#: What the place of publication is called, by type.
_PUBLISHERS: Final = {"article": "journaltitle", "report": "institution", "online": "organization"}
_NOT_KEY: Final = re.compile(r"[\s\"#%'(),={}~\\]")
_LATEX: Final = {
    **{c: f"\\{c}" for c in "&%$#_"},
    "{": "\\textbraceleft{}",  # BibTeX counts braces, with a backslash or not
    "}": "\\textbraceright{}",
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}


def write(found: Sequence[Citation]) -> str:
    """One entry after the other; raises `TermUnwritable` for what LaTeX cannot read."""
    for text in (made := [*map(_entry, found)]):
        if place := UNPRINTABLE.search(text):
            line = text[text.rfind("\n", 0, place.start()) + 1 :].partition("\n")[0]
            raise unwritable(repr(line.strip()), FORMAT, [CSL_JSON])
    return "\n".join(made)


def _entry(cited: Citation) -> str:
    kind = _TYPES.get(cited.kind, "online")
    is_in_paper = kind == "article" and cited.container
    where = [cited.container] if is_in_paper else [cited.container, cited.publisher]
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in cited.authors),
        "title": f"{{{_latex(cited.title)}}}",
        _PUBLISHERS[kind]: _latex(", ".join(dict.fromkeys(filter(None, where)))),
        "date": _latex(cited.issued),
        "number": _latex(cited.identifier),
        "url": _url(cited.url or cited.iri),
        "urldate": _latex(cited.accessed),
        "language": _latex(cited.lang),
        "note": _latex("; ".join(cited.notes)),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{_NOT_KEY.sub('-', cited.key)},\n{body}}}\n"


def _latex(text: str) -> str:
    """Text for LaTeX: what has a meaning there is escaped.

    >>> _latex("R&D 100%")
    'R\\\\&D 100\\\\%'
    """
    return "".join(_LATEX.get(c, c) for c in text)


def _url(url: str) -> str:
    """A URL that cannot end its field."""
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", url)
