"""Templates of pages: Jinja2, which escapes all that comes from data. HTML holds no control
characters (https://html.spec.whatwg.org/#preprocessing-the-input-stream)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from coopgraph.formats.serialization import UNPRINTABLE, printable

if TYPE_CHECKING:
    from types import CodeType

    from jinja2 import BytecodeCache, Environment


def templates_of(package: str) -> Environment:
    """The templates in the folder `templates` of a package; a name not given is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package),
        bytecode_cache=_compiled(),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_printable,
    )


@cache
def _compiled() -> BytecodeCache:
    """Templates that this process has compiled, which takes longer than to fill most of them in."""
    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

    codes: dict[str, CodeType | None] = {}

    class CompiledTemplates(BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            bucket.code = codes.get(bucket.key + bucket.checksum)

        def dump_bytecode(self, bucket: Bucket) -> None:
            codes[bucket.key + bucket.checksum] = bucket.code

    return CompiledTemplates()


def _printable(value: Any) -> Any:
    """What an expression gives; markup of our own stays as it is."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return printable(value) if is_text and UNPRINTABLE.search(value) else value
