"""What Word's signs and fields print: fonts of signs, raised and lowered figures, fields that lay one sign over another."""

from __future__ import annotations

import re

_WINGDINGS = {0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0xA1: "○", 0xA8: "□", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑"}
_WINGDINGS_2 = {0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0x99: "○", 0xA2: "■", 0xA3: "□"}
_SYMBOL = dict(zip(b"\xa2\xa3\xa5\xb0\xb1\xb2\xb3\xb4\xb7\xb8\xb9\xbb\xd6", "′≤∞°±″≥×·÷≠≈√", strict=True))
_SYMBOL.update(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
_ANY_FONT = {0x52: "☑", 0x6F: "□", 0xA3: "□", 0xA8: "□", 0xFC: "√", 0xFE: "☑"}
_FONTS: dict[str, dict[int, str]] = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
_NONE: dict[int, str] = {}
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-n", "₀₁₂₃₄₅₆₇₈₉₊₋ₙ")
_INDEX = re.compile(r"[0-9n+-]+")
_OVERLAID = re.compile(r"\\o\s*(?:\\a[cdlr])?\s*\((.*)[,;，](.*)\)\s*$", re.IGNORECASE | re.DOTALL)
_FRACTION = re.compile(r"\\f\s*\((.*)[,;，](.*)\)\s*$", re.IGNORECASE | re.DOTALL)
_BUTTON = re.compile(r"\s*MACROBUTTON\s+\S+\s(.*)", re.IGNORECASE | re.DOTALL)
_BOXES, _TICKS = frozenset("□☐○口◯"), frozenset("√✓✔☑∨ü")


def signs_printed(text: str, font: str) -> str:
    """The text as this font prints it: in Wingdings, codes are ticks and boxes; private codes are so in any font."""
    signs = _FONTS.get(font.lower(), _NONE)
    return "".join(_sign(ord(character), signs) for character in text)


def _sign(code: int, signs: dict[int, str]) -> str:
    if 0xF020 <= code <= 0xF0FF:
        return signs.get(code & 0xFF) or _ANY_FONT.get(code & 0xFF) or chr(code)
    return signs.get(code) or chr(code)


def shifted(text: str, *, up: bool) -> str:
    """Raised or lowered figures by their own signs: 10⁴ is not 104. Other text stays as it is."""
    return text.translate(_RAISED if up else _LOWERED) if _INDEX.fullmatch(text) else text


def shown_by(instruction: str) -> str:
    """What a field without a result prints: Word's 带圈字符 lays a tick over a box, 分散对齐 a word over blanks, a button is its text."""
    button = _BUTTON.match(instruction)
    if button is not None:
        return button.group(1).strip()
    if not instruction.strip().lower().startswith("eq"):
        return ""
    overlaid = _OVERLAID.search(instruction)
    if overlaid is not None:
        below, above = overlaid.group(1).strip(), overlaid.group(2).strip()
        if below in _BOXES:
            return "☑" if above in _TICKS else above or below
        return above if "\\" in below else below + above
    fraction = _FRACTION.search(instruction)
    return f"{fraction.group(1).strip()}/{fraction.group(2).strip()}" if fraction is not None else ""
