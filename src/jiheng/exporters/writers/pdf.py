"""A layout as PDF/A-2b pages. The only door to typst.

Fonts come from two packages and from the typesetter itself, never from the machine, so a layout gives the same bytes everywhere.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiheng.errors import WriterMissingError
from jiheng.exporters.layout.model import Layout
from jiheng.exporters.writers.pdf_plan import planned
from jiheng.exporters.writers.pdf_wording import GETA, broken, code_points, printable

if TYPE_CHECKING:
    import typst

_TEMPLATE = Path(__file__).parents[1] / "templates" / "pages.typ"
_FONTS = ("pylopdf_fonts_zh_cn", "manimgx_fonts_cjk")
_STAMP = 315_532_800  # 1 January 1980: PDF/A wants a date, a clock would make equal files differ
_ABSENT = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_ROUNDS = 8
# The typesetter keeps what it has set before and must not be entered by two threads.
_ONE_AT_A_TIME = threading.Lock()


def write(layout: Layout) -> bytes:
    """The pages of a layout; the same layout gives the same bytes.

    A character that no font has is printed as 〓, and a note on the last page names it by its code point.

    Raises:
        WriterMissingError: the extra ``pdf`` is not installed.
    """
    require_typst()
    absent: dict[str, None] = {}
    for _ in range(_ROUNDS):
        found, lacking = _set(_data(layout, absent), archival=True)
        if found:
            return found
        if not lacking:
            break
        absent.update(dict.fromkeys(lacking))
    # Rather a page with empty boxes, and not fit for the archive, than none.
    return _set(_data(layout, absent), archival=False)[0]


def write_each(layouts: Iterable[Layout]) -> Iterator[bytes]:
    """The pages of each layout in turn. Raises as ``write``."""
    return map(write, layouts)


def require_typst() -> None:
    """Nothing where pages can be set.

    Raises:
        WriterMissingError: the typesetter or its fonts are not installed; the message names the remedy.
    """
    if any(find_spec(name) is None for name in ("typst", *_FONTS)):
        raise WriterMissingError("写 PDF 需要排版程序和中文字体，现在没有安装。请先运行：uv sync --extra pdf")


@cache
def _compiler() -> typst.Compiler:
    import typst  # noqa: PLC0415 - heavy, and comes with an extra

    places = [Path(spec.origin).parent for name in _FONTS if (spec := find_spec(name)) and spec.origin]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(places))
    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, font_paths=fonts, ignore_system_fonts=True)


def _data(layout: Layout, absent: dict[str, None]) -> dict[str, Any]:
    """The template's data, with 〓 for every absent character."""
    gone = re.compile("|".join(map(re.escape, sorted(absent, key=len, reverse=True)))) if absent else None
    lost = dict(absent)

    def show(text: str) -> str:
        shown = printable(text)
        if shown != text:
            lost.update(dict.fromkeys(broken(text)))
        return gone.sub(GETA, shown) if gone else shown

    return {**planned(layout, show), "absent": code_points(lost)}


def _set(data: dict[str, Any], *, archival: bool) -> tuple[bytes, list[str]]:
    """The PDF, or ``b""`` and the characters that no font has."""
    import typst  # noqa: PLC0415 - heavy, and comes with an extra

    inputs = {"layout": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
    try:
        with _ONE_AT_A_TIME:
            found = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"] if archival else [], timestamp=_STAMP)
    except typst.TypstError as error:
        lacking = [_plain(text) for text in _ABSENT.findall(error.diagnostic)]
        if not archival or not lacking:
            raise
        return b"", lacking
    return (found if isinstance(found, bytes) else b""), []


def _plain(escaped: str) -> str:
    r"""The characters of an error message.

    >>> _plain("a\\u{1f600}")
    'a😀'
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], escaped)
