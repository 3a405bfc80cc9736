"""The text of Word paragraphs: runs, fields, symbols and formulas as they are printed; deletions, instructions and hidden text left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from lxml.etree import _Element

from jiheng.importers.readers.word_signs import shifted, shown_by, signs_printed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

SDT, ALTERNATE = W + "sdt", _MC + "AlternateContent"
OPENED = frozenset((SDT, ALTERNATE))
WRAPPERS = frozenset(W + name for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo"))
_R, _T, _RPR, _PPR, _VALUE = W + "r", W + "t", W + "rPr", W + "pPr", W + "val"
_FIELD, _CODE, _SYM, _BOX, _RUBY = W + "fldChar", W + "instrText", W + "sym", W + "txbxContent", W + "ruby"
_BLANK = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_PICTURES = frozenset(W + name for name in ("drawing", "pict", "object"))
_MATH = frozenset((_M + "oMath", _M + "oMathPara"))
_MATH_TEXT = _M + "t"
_OFF = frozenset(("0", "false", "off", "none"))

# What in a part makes the looks of runs matter: raised or hidden text, fonts of signs, private characters (UTF-8, or as references).
_NEEDS_CARE = (b"vertAlign", b"vanish", b"Wingdings", b'"Symbol"', b"&#", b"\xef\x80", b"\xef\x81", b"\xef\x82", b"\xef\x83")
_PROMPT = re.compile(r"单击|点击|[Cc]lick|[Tt]ap |选择一项|Choose an item")


class Numbers(Protocol):
    """Automatic numbering: the number printed before a paragraph, with its blank."""

    def label(self, properties: _Element) -> str:
        """The number of the next paragraph, which has these properties; empty where it has none."""


class _Style(NamedTuple):
    """What of a run's look changes its reading."""

    font: str
    level: str


class _Field:
    """A field not yet ended: where its pieces start, its instruction, and what it shows where it has no result."""

    __slots__ = ("code", "separated", "shown", "start")

    def __init__(self, start: int, shown: str) -> None:
        self.start = start
        self.shown = shown
        self.code = ""
        self.separated = False


class Wording:
    """Reads the paragraphs of one part. Text boxes met on the way gather in ``boxes`` for the caller, who knows where they belong."""

    def __init__(self, part: bytes, numbers: Numbers | None) -> None:
        self.boxes: list[_Element] = []
        self._numbers = numbers
        self._careful = any(mark in part for mark in _NEEDS_CARE)
        self._fields: list[_Field] = []

    def paragraph(self, element: _Element) -> str:
        """The text of a ``w:p``, blanks not yet folded."""
        pieces: list[str] = []
        self._inline(element, pieces)
        self._fields.clear()  # a field left open does not swallow what follows
        return pieces[0] if len(pieces) == 1 else "".join(pieces)

    def _inline(self, parent: _Element, pieces: list[str]) -> None:
        for child in parent:
            tag = child.tag
            if tag == _R:
                self._run(child, pieces)
            elif tag == _PPR:
                if self._numbers is not None:
                    pieces.append(self._numbers.label(child))
            elif tag in WRAPPERS:
                self._inline(child, pieces)
            elif tag in _MATH:
                pieces.append(_formula(child))
            elif tag in OPENED:
                for inner in opened(child):
                    self._inline(inner, pieces)

    def _run(self, run: _Element, pieces: list[str]) -> None:
        style = _style(run) if self._careful else None
        if self._careful and style is None:
            return
        for node in run:
            tag = node.tag
            if tag == _T:
                text = node.text or ""
                pieces.append(text if style is None else _printed(text, style, begun=bool(pieces)))
            elif tag in _BLANK:
                pieces.append(_BLANK[tag])
            elif tag == _FIELD:
                self._field(node, pieces)
            elif tag == _CODE:
                if self._fields and not self._fields[-1].separated:
                    self._fields[-1].code += node.text or ""
            else:
                self._object(node, tag, pieces)

    def _object(self, node: _Element, tag: str, pieces: list[str]) -> None:
        if tag == _SYM:
            pieces.append(_symbol(node))
        elif tag in _PICTURES:
            self.boxes.extend(_boxes(node))
        elif tag == ALTERNATE:
            for inner in opened(node):
                self._run(inner, pieces)
        elif tag == _RUBY:
            for inner in node.findall(W + "rubyBase"):
                self._inline(inner, pieces)

    def _field(self, mark: _Element, pieces: list[str]) -> None:
        kind = mark.get(W + "fldCharType")
        if kind == "begin":
            self._fields.append(_Field(len(pieces), _form_field(mark)))
        elif self._fields and kind == "separate":
            del pieces[self._fields[-1].start :]
            self._fields[-1].separated = True
        elif self._fields and kind == "end":
            field = self._fields.pop()
            if not field.separated:
                inside = "".join(pieces[field.start :])
                del pieces[field.start :]
                pieces.append(field.shown or shown_by(field.code + inside))
            elif field.shown and not "".join(pieces[field.start :]).strip():
                pieces.append(field.shown)


def opened(element: _Element) -> Iterator[_Element]:
    """What a content control holds, or the one branch of an alternative that is to be read."""
    if element.tag == SDT:
        yield from element.findall(W + "sdtContent")
        return
    branches = [*element.findall(_MC + "Choice"), *element.findall(_MC + "Fallback")]
    telling = (branch for branch in branches if next(branch.iter(_T, _MATH_TEXT), None) is not None)
    chosen = next(telling, None)
    if chosen is not None:
        yield chosen


def settle_controls(root: _Element, part: bytes) -> None:
    """Ticks of check box controls become ☑ and □ in the tree, whatever sign the file draws; prompts nobody has answered become empty."""
    if b":checkbox" in part:
        for box in root.iter(_W14 + "checkbox"):
            state = box.find(_W14 + "checked")
            ticked = state is not None and state.get(_W14 + "val", "1") not in _OFF
            _show(box, "☑" if ticked else "□")
    if b"showingPlcHdr" in part:
        for mark in root.iter(W + "showingPlcHdr"):
            control = next(mark.iterancestors(SDT), None)
            if control is not None and _PROMPT.search("".join(text.text or "" for text in control.iter(_T))):
                _show(mark, "")


def _show(inside: _Element, shown: str) -> None:
    control = next(inside.iterancestors(SDT), None)
    signs = [] if control is None else list(control.iter(_T, _SYM))
    for index, sign in enumerate(signs):
        sign.tag = _T
        sign.text = shown if index == 0 else ""


def _boxes(element: _Element) -> Iterator[_Element]:
    for child in element:
        if child.tag == _BOX:
            yield child
        elif child.tag == ALTERNATE:
            for inner in opened(child):
                yield from _boxes(inner)
        else:
            yield from _boxes(child)


def _style(run: _Element) -> _Style | None:
    """The telling part of a run's properties, None where it is hidden."""
    font = level = ""
    properties = next(run.iterchildren(_RPR), None)
    for node in properties if properties is not None else ():
        name = str(node.tag).removeprefix(W)
        if name == "vanish" and node.get(_VALUE) not in _OFF:
            return None
        if name == "vertAlign":
            level = node.get(_VALUE) or ""
        elif name == "rFonts":
            font = node.get(W + "ascii") or node.get(W + "hAnsi") or ""
    return _Style(font, level)


def _printed(text: str, style: _Style, *, begun: bool) -> str:
    if begun and style.level in {"superscript", "subscript"}:
        return shifted(text, up=style.level == "superscript")
    return signs_printed(text, style.font)


def _symbol(node: _Element) -> str:
    try:
        code = int(node.get(W + "char") or "", 16)
    except ValueError:
        return ""
    return signs_printed(chr(code), node.get(W + "font") or "") if code <= 0xFFFF else ""


def _form_field(mark: _Element) -> str:
    """What an old form field shows: its tick, or the chosen entry of its list."""
    box = mark.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        state = box.find(W + "checked")
        state = box.find(W + "default") if state is None else state
        return "☑" if state is not None and state.get(_VALUE) not in _OFF else "□"
    choice = mark.find(f"{W}ffData/{W}ddList")
    if choice is None:
        return ""
    entries = [entry.get(_VALUE) or "" for entry in choice.findall(W + "listEntry")]
    chosen = choice.find(W + "result")
    chosen = choice.find(W + "default") if chosen is None else chosen
    number = (chosen.get(_VALUE) or "0") if chosen is not None else "0"
    return entries[int(number)] if number.isdecimal() and int(number) < len(entries) else ""


def _formula(element: _Element) -> str:
    """A formula on one line: fractions with a slash, powers raised."""
    tag = str(element.tag)
    if tag == _MATH_TEXT:
        return element.text or ""
    parts = [text for child in element if (text := _formula(child))]
    if tag == _M + "f":
        return "/".join(parts)
    if tag == _M + "sSup" and len(parts) == 2:
        base, power = parts
        raised = shifted(power, up=True)
        return base + (raised if raised != power else f"^{power}")
    if tag == _M + "d":
        return f"({'，'.join(parts)})" if element.find(f"{_M}dPr/{_M}begChr") is None else _between(element, parts)
    return ("√" if tag == _M + "rad" else "") + "".join(parts)


def _between(element: _Element, parts: list[str]) -> str:
    marks = [element.find(f"{_M}dPr/{_M}{name}") for name in ("begChr", "endChr")]
    left, right = ("" if mark is None else mark.get(_M + "val") or "" for mark in marks)
    return left + "".join(parts) + right
