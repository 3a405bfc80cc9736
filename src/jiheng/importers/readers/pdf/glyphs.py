"""Characters of a page with their places, as runs: stretches of one line without blanks or jumps, in the order the file draws them."""

from __future__ import annotations

import ctypes
import itertools
import math
import struct
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from jiheng.importers.readers.pdf.engine import address_of, by_address, pdfium
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
_LINE_ENDS = frozenset({"", "\r", "\n"})
_BLANK = frozenset(" \t\u3000\xa0\u2002\u2003\u2009\u200b\ufeff")
_SAMPLES = 40
_EDGES = struct.Struct("4f")  # FS_RECTF
_loose_box = by_address(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


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


def characters(text_page: object, count: int) -> Sequence[str]:
    """All characters of the page, one per pdfium index; of a character that takes two (beyond U+FFFF) the second is empty."""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    if written == count + 1:
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", errors="replace")
        if len(text) == count:
            return text
    codes = [pdfium.FPDFText_GetUnicode(text_page, index) for index in range(count)]
    found = [chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes]
    for index, (high, low) in enumerate(itertools.pairwise(codes)):
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            found[index : index + 2] = [chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00), ""]
    return found


def runs(text_page: object, text: Sequence[str], view: View, hidden: frozenset[int]) -> list[Run]:
    """The visible runs of a page in drawing order. ``hidden`` are addresses of text objects that a reader of the page cannot see."""
    found: list[Run] = []
    first: list[int] = []
    letters: list[str] = []
    spans: list[tuple[float, float]] = []
    top = bottom = end = 0.0
    glyph = (0.0, 0.0)
    begin, apart, blank_before = 0, False, False
    for index, character, after_blank, (x0, y0, x1, y1) in _visible(text_page, text, view, hidden):
        apart = apart or after_blank
        if letters:
            height = y1 - y0
            middle, gap = (y0 + y1 - top - bottom) / 2, x0 - end
            level = -0.3 * height < middle < 0.3 * height
            if (x0, x1) == glyph and level and _drawn_together(text_page, index):
                letters.append(character)  # the rest of a glyph that stands for several characters
                spans.append((x1, x1))
                continue
            if level and character == letters[-1] and abs(x0 - spans[-1][0]) < 0.15 * height:
                continue  # the same character again: bold by printing twice
            if apart or not level or gap > 0.3 * height or gap < -0.5 * height:
                _keep(found, first, begin, Run("".join(letters).translate(_NORMAL), spans, top, bottom, blank_before=blank_before))
                letters, spans = [], []
            else:
                top, bottom = y0 if y0 < top else top, y1 if y1 > bottom else bottom  # noqa: FURB136 - a call for each character
        if not letters:
            top, bottom, begin, blank_before = y0, y1, index, apart
        apart = False
        letters.append(character)
        glyph = (x0, x1)
        spans.append(glyph)
        end = x1
    if letters:
        _keep(found, first, begin, Run("".join(letters).translate(_NORMAL), spans, top, bottom, blank_before=blank_before))
    return _unturned(found, first, text_page, view)


def _keep(found: list[Run], first: list[int], begin: int, run: Run) -> None:
    """A run whose normal form has as many characters as it has places."""
    if len(run.text) == len(run.spans):
        found.append(run)
        first.append(begin)


def _visible(text_page: object, text: Sequence[str], view: View, hidden: frozenset[int]) -> Iterator[tuple[int, str, bool, Box]]:
    """The visible characters in drawing order: index, character, whether a blank stands before it, place."""
    mapping, width, height = view.mapping(), view.width, view.height
    edges = ctypes.create_string_buffer(_EDGES.size)
    page, place, edges_of = address_of(text_page), ctypes.addressof(edges), _EDGES.unpack_from
    blank = False
    for index, character in enumerate(text):
        if character in _LINE_ENDS:
            blank = blank or character != ""
            continue
        _loose_box(page, index, place)
        left, top, right, bottom = edges_of(edges)
        box = x0, y0, x1, y1 = mapping(left, bottom, right, top)
        if character in _BLANK:
            # pdfium's own guesses at blanks have no extent; gaps are judged when lines are put together.
            blank = blank or x1 - x0 > 0.01
            continue
        outside = y1 <= y0 or x1 < x0 or x1 <= 0 or y1 <= 0 or x0 >= width or y0 >= height
        if outside or (hidden and address_of(pdfium.FPDFText_GetTextObject(text_page, index)) in hidden):
            continue
        yield index, character, blank, box
        blank = False


def _drawn_together(text_page: object, index: int) -> bool:
    """Whether a character and the one before it are one glyph (——, ff): drawn by the same text object at the same place."""
    objects = (pdfium.FPDFText_GetTextObject(text_page, at) for at in (index - 1, index))
    before, this = (address_of(one) for one in objects)
    return before == this


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
