"""JSON: a list of objects by column."""

import json
import math
from decimal import Decimal
from typing import Any, Final

from coopgraph.formats import Format
from coopgraph.queries.answer import Answer, Cell, Entity

FORMAT: Final = Format("json", "application/json", "json", order=4)


def write(answer: Answer) -> str:
    """The flat form, null for what is not known."""
    header = answer.header()
    rows = [
        {name: _json_value(cell) for name, cell in zip(header, record, strict=True)}
        for record in answer.records()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _json_value(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)  # JSON has no NaN and no infinity
    return str(cell) if isinstance(cell, Entity) else cell
