"""Characters of a page with their places, as runs: stretches of one line without blanks or jumps, in the order the file draws them."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter

from jiheng.importers.readers.pdf.engine import address_of, pdfium
from jiheng.importers.readers.pdf.view import Box, View

# Radicals that producers write for the whole character because both share a glyph; NFKC knows the Kangxi block but not these.
_RADICALS = (
    "⺁厂⺇几⺒巳⺓幺⺝月⺟母⺠民⺩王⺪疋⺫目⺬示⺮竹⺼月⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣"
    "⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
# What Wingdings prints at these private code points; forms use them as tick boxes.
_TICKS = {"\uf0fe": "☑", "\uf052": "☑", "\uf0a8": "□", "\uf06f": "□", "\uf0a3": "□", "\uf0fc": "√", "\uf050": "√", "\uf0fd": "☒", "\uf053": "☒"}


def _normal_forms() -> dict[int, str]:
    blocks = (range(0x2F00, 0x2FE0), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
    table = {code: unicodedata.normalize("NFKC", chr(code)) for block in blocks for code in block}
    table.update({ord(radical): whole for radical, whole in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)})
    table.update(dict.fromkeys(range(1, 32), "\ufffd"))
    table.update({0x02: "-", 0xFFFE: "-"})  # pdfium's marks for a hyphen at the end of a line
    table.update({ord(private): tick for private, tick in _TICKS.items()})
    return {code: normal for code, normal in table.items() if normal != chr(code)}


_NORMAL = _normal_forms()
_BLANK = frozenset(" \t\u3000\xa0\u2002\u2003\u2009\u200b\ufeff")
_SAMPLES = 40


class Run:
    """Characters side by side on one line: their text, the (x0, x1) of each, the line's top and bottom, and whether a printed blank precedes."""

    __slots__ = ("blank_before", "bottom", "spans", "text", "top")

    def __init__(self, text: str, spans: list[tuple[float, float]], top: float, bottom: float, *, blank_before: bool) -> None:
        self.text = text
        self.spans = spans
        self.top = top
        self.bottom = bottom
        self.blank_before = blank_before

    @property
    def x0(self) -> float:
        """Left end of the first character."""
        return self.spans[0][0]

    @property
    def x1(self) -> float:
        """Right end of the last character."""
        return self.spans[-1][1]

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2

    def part(self, start: int, stop: int) -> Run:
        """The characters from ``start`` up to ``stop`` as a run of their own."""
        return Run(self.text[start:stop], self.spans[start:stop], self.top, self.bottom, blank_before=self.blank_before and start == 0)


def upright_turns(text_page: object, count: int) -> int | None:
    """Clockwise quarter turns that make most of the page's characters upright; None without a clear majority."""
    votes: Counter[int] = Counter()
    for index in range(0, count, max(1, count // _SAMPLES)):
        if pdfium.FPDFText_IsGenerated(text_page, index) == 0:
            angle = pdfium.FPDFText_GetCharAngle(text_page, index)
            if angle >= 0:
                votes[-round(angle / (math.pi / 2)) % 4] += 1
    if not votes:
        return None
    turns, most = votes.most_common(1)[0]
    return turns if most * 10 >= sum(votes.values()) * 7 else None


def characters(text_page: object, count: int) -> str:
    """All characters of the page, one per pdfium index."""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    if written == count + 1:
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", errors="replace")
        if len(text) == count:
            return text
    codes = (pdfium.FPDFText_GetUnicode(text_page, index) for index in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def runs(text_page: object, text: str, view: View, hidden: frozenset[int]) -> list[Run]:
    """The visible runs of a page in drawing order. ``hidden`` are addresses of text objects that a reader of the page cannot see."""
    builder = _Builder()
    mapping = view.mapping()
    width, height = view.width, view.height
    rectangle = pdfium.FS_RECTF()
    pointer = ctypes.byref(rectangle)
    loose_box = pdfium.FPDFText_GetLooseCharBox
    for index, character in enumerate(text):
        if character in "\r\n":
            builder.blank = True
            continue
        loose_box(text_page, index, pointer)
        box = x0, y0, x1, y1 = mapping(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if character in _BLANK:
            # pdfium's own guesses at blanks have no extent; gaps are judged when lines are put together.
            builder.blank = builder.blank or x1 - x0 > 0.01
            continue
        if (
            y1 <= y0
            or x1 < x0
            or x1 <= 0
            or y1 <= 0
            or x0 >= width
            or y0 >= height
            or (hidden and address_of(pdfium.FPDFText_GetTextObject(text_page, index)) in hidden)
        ):
            continue
        builder.add(character, box, index)
    return _unturned(builder.finish(), builder.first, text_page, view)


def _unturned(found: list[Run], first: list[int], text_page: object, view: View) -> list[Run]:
    """Text that runs up or down the page, a run per character so far, becomes one run in the order it is drawn."""
    out: list[Run] = []
    turned = False
    for index, run in zip(first, found, strict=True):
        alone = len(run.spans) == 1
        before = out[-1] if turned and alone else None
        turned = alone and _is_turned(text_page, index, view)
        if before is None or not turned or not _stacked(before, run):
            out.append(run)
            continue
        span = (min(before.x0, run.x0), max(before.x1, run.x1))
        joined = before.text + (" " if run.blank_before else "") + run.text
        top, bottom = min(before.top, run.top), max(before.bottom, run.bottom)
        out[-1] = Run(joined, [span] * len(joined), top, bottom, blank_before=before.blank_before)
    return out


def _is_turned(text_page: object, index: int, view: View) -> bool:
    angle: float = pdfium.FPDFText_GetCharAngle(text_page, index)
    return angle >= 0 and (round(angle / (math.pi / 2)) + view.turns) % 2 == 1


def _stacked(before: Run, run: Run) -> bool:
    em = run.x1 - run.x0
    return abs(before.x0 + before.x1 - run.x0 - run.x1) < em and max(run.top - before.bottom, before.top - run.bottom) < em


class _Builder:
    """Grows runs character by character."""

    def __init__(self) -> None:
        self.out: list[Run] = []
        self.first: list[int] = []
        self.blank = False
        self.text: list[str] = []
        self.spans: list[tuple[float, float]] = []
        self.top = self.bottom = self.end = 0.0
        self.blank_before = False
        self.index = 0

    def add(self, character: str, box: Box, index: int) -> None:
        x0, y0, x1, y1 = box
        if self.text:
            height = y1 - y0
            middle = (y0 + y1 - self.top - self.bottom) / 2
            gap = x0 - self.end
            level = -0.3 * height < middle < 0.3 * height
            if level and character == self.text[-1] and abs(x0 - self.spans[-1][0]) < 0.15 * height:
                return  # the same character again: bold by printing twice
            if self.blank or not level or gap > 0.3 * height or gap < -0.5 * height:
                self._close()
        if not self.text:
            self.top, self.bottom, self.blank_before = y0, y1, self.blank
            self.index = index
        else:
            self.top, self.bottom = min(self.top, y0), max(self.bottom, y1)
        self.blank = False
        self.text.append(character)
        self.spans.append((x0, x1))
        self.end = x1

    def _close(self) -> None:
        text = "".join(self.text).translate(_NORMAL)
        if len(text) == len(self.spans):
            self.first.append(self.index)
            self.out.append(Run(text, self.spans, self.top, self.bottom, blank_before=self.blank_before))
        self.text, self.spans = [], []

    def finish(self) -> list[Run]:
        if self.text:
            self._close()
        return self.out
