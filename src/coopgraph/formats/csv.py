"""CSV for people, who open it in a spreadsheet (RFC 4180, with the line ends of Unix).

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end for a formula,
and runs it. An apostrophe before it makes it text, as it does when it is typed there
(https://owasp.org/www-community/attacks/CSV_Injection). A text that has apostrophes before such a
mark gets one more, so that `restored` gives every text back. Numbers, dates and a dash by itself
are no formulas and stay as they are.
"""

import re
from collections.abc import Iterable
from typing import Final

#: By which Excel knows that a file is UTF-8.
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
#: The wide forms too: spreadsheets in East Asia take them for the narrow ones.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_HARMLESS: Final = re.compile(
    r"[-－]|[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?%?|[+-]?\.\d+%?"
    r"|-\d{4,}-\d\d(?:-\d\d)?",
    re.ASCII,
)


def harmless(text: str) -> str:
    """`text` so that no spreadsheet runs it.

    >>> [harmless(t) for t in ("=1+1", "-16.7", "-", "-a", "'=1", "'s")]
    ["'=1+1", '-16.7', '-', "'-a", "''=1", "'s"]
    """
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def restored(cell: str) -> str:
    """The text of a cell that `harmless` wrote, or that a person typed as a spreadsheet wants it.

    >>> [restored(t) for t in ("'=1+1", "-16.7", "''=1", "'s")]
    ['=1+1', '-16.7', "'=1", "'s"]
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """The rows as lines of cells.

    >>> csv_text([["a", "b,c"], [""]])
    'a,"b,c"\\n""\\n'
    """
    # An empty cell that is the whole row is quoted: readers take a blank line for no row.
    return "".join((",".join(map(_quoted, row)) or '""') + "\n" for row in rows)


def _quoted(text: str) -> str:
    cell = harmless(text)
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\r\n') else cell
