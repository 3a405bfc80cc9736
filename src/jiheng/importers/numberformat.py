"""Numbers as a spreadsheet prints them: a stored Decimal and a format code give the text of the cell, digit by digit, without floats.

Values count with 15 significant digits, as in Excel, so that what a binary fraction left behind (0.30000000000000004) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from jiheng.importers.dateformat import Token, render_date

_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_MAX_CODE = 255  # what Excel allows
_MAX_EXPONENT = 310
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<width>_.)|(?P<fill>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<ampm>AM/PM|A/P|上午/下午)|(?P<frac>(?:(?<=s)|(?<=s\]))\.0+)|(?P<exp>E[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|e+|a{3,4})|(?P<digit>[0#?])|(?P<at>@)|(?P<semicolon>;)|(?P<lit>.)",
    re.IGNORECASE | re.DOTALL,
)
_SIGNS = {".": "dot", ",": "comma", "%": "percent", "/": "slash"}
_DENOMINATOR = re.compile(r"/[?#0-9]")
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_PLAIN = re.compile(r"(#,##)?0(?:\.(0{1,9}))?(%)?")  # most of what forms use, printed without looking at each place
_CURRENCY = re.compile(r"\$([^-]*)(?:-([0-9A-Fa-f]+))?")
_CHINESE = {"804", "404", "C04", "1004", "1404"}
_LONG_DATE = (Token("date", "yyyy"), Token("lit", "年"), Token("date", "m"), Token("lit", "月"), Token("date", "d"), Token("lit", "日"))

# The codes behind the numbers that files do not spell out, as a Chinese Excel has them.
BUILT_IN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0;"¥"\\-#,##0', 6: '"¥"#,##0;[Red]"¥"\\-#,##0',
    7: '"¥"#,##0.00;"¥"\\-#,##0.00', 8: '"¥"#,##0.00;[Red]"¥"\\-#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;\\-#,##0",
    38: "#,##0;[Red]\\-#,##0", 39: "#,##0.00;\\-#,##0.00", 40: "#,##0.00;[Red]\\-#,##0.00", 41: '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* \\-#,##0_ ;_ "¥"* "-"_ ;_ @_ ', 43: '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip


class _Section(NamedTuple):
    """One part of a code between semicolons."""

    kind: str  # number, date, text, general
    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None
    chinese: bool
    numerals: int


class _Plain(NamedTuple):
    """A code of one number with fixed places: the last place, whether thousands are grouped, and whether it is a percentage."""

    last: Decimal
    style: str
    percent: bool


class _Code(NamedTuple):
    numbers: tuple[_Section, ...]
    text: _Section | None
    plain: _Plain | None = None


def general(value: Decimal) -> str:
    """The shortest decimal text of a number, without exponent: 0.1, 1234.5, 20. Over-long ones stay as they are written."""
    if not value.is_finite() or abs(value.adjusted()) > _MAX_EXPONENT:
        return str(value)
    value = _FIFTEEN.plus(value)
    if not value:
        return "0"
    printed = format(value, "f")
    return printed.rstrip("0").rstrip(".") if "." in printed else printed


def is_date(code: str) -> bool:
    """Whether numbers of this format are dates or times."""
    return any(section.kind == "date" for section in _compiled(code).numbers)


def render(value: Decimal, code: str, *, epoch_1904: bool = False) -> str:
    """The text a cell shows for a number.

    >>> render(Decimal("0.95"), "0.00%"), render(Decimal("1234.5"), "#,##0.00"), render(Decimal("45366"), 'yyyy"年"m"月"d"日"')
    ('95.00%', '1,234.50', '2024年3月15日')
    """
    if code in {"General", "@"} or not value.is_finite() or abs(value.adjusted()) > _MAX_EXPONENT:
        return general(value)
    value = _FIFTEEN.plus(value)
    compiled = _compiled(code)
    if compiled.plain is not None:
        return _printed(compiled.plain, value)
    section, bare = _choice(compiled, value)
    if section is None:
        return general(value)
    if section.kind == "date":
        dated = render_date(section.tokens, value, epoch_1904=epoch_1904, chinese=section.chinese, numerals=section.numerals)
        return general(value) if dated is None else dated
    sign = "-" if value < 0 and not bare else ""
    size = abs(value)
    if section.kind != "number":
        printed = _chinese(general(size), section.numerals)
        shown = "".join(printed if token.kind in {"general", "at"} else _literal(token) for token in section.tokens)
    else:
        shown = _number(section, size)
    return sign + shown.lstrip() if sign else shown


def render_text(text: str, code: str) -> str:
    """The text a cell shows for a string: as it is, unless the format has a section for text."""
    if code in {"General", "@"}:
        return text
    section = _compiled(code).text
    return text if section is None else "".join(text if token.kind == "at" else _literal(token) for token in section.tokens)


def _printed(plain: _Plain, value: Decimal) -> str:
    last, style, percent = plain
    if percent:
        return f"{format(value.scaleb(2).quantize(last, context=_WIDE), style)}%"
    return format(value.quantize(last, context=_WIDE), style)


def _plain(code: str) -> _Plain | None:
    found = _PLAIN.fullmatch(code)
    return None if found is None else _Plain(Decimal(1).scaleb(-len(found[2] or "")), ",f" if found[1] else "f", found[3] is not None)


def _choice(code: _Code, value: Decimal) -> tuple[_Section | None, bool]:
    """The section for a value, and whether it prints the sign itself."""
    sections = code.numbers
    count = len(sections)
    if count == 0:
        return code.text, False
    if all(section.condition is None for section in sections):
        if count == 1 or value > 0 or (value == 0 and count == 2):
            return sections[0], False
        return (sections[1], True) if value < 0 else (sections[2], False)
    for index, section in enumerate(sections):
        condition = section.condition
        if condition is None and index < count - 1:
            condition = (">", Decimal(0)) if index == 0 else ("<", Decimal(0))
        if condition is None or _holds(condition, value):
            return section, condition is not None and condition[0] in {"<", "<=", "="} and condition[1] <= 0
    return None, False


def _holds(condition: tuple[str, Decimal], value: Decimal) -> bool:
    sign, limit = condition
    less, same = value < limit, value == limit
    return {"<": less, "<=": less or same, ">": not less and not same, ">=": not less, "=": same, "<>": not same}[sign]


@lru_cache(maxsize=1024)
def _compiled(code: str) -> _Code:
    if len(code) > _MAX_CODE or not code.strip():
        code = "General"
    parts: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or "lit"
        if kind == "semicolon":
            parts.append([])
        else:
            parts[-1].append(_token(kind, found))
    sections = [_section(part) for part in parts[:4]]
    if len(sections) == 4:
        return _Code(tuple(sections[:3]), sections[3])
    if sections[-1].kind == "text":
        return _Code(tuple(sections[:-1]), sections[-1])
    return _Code(tuple(sections), None, _plain(code))


def _token(kind: str, found: re.Match[str]) -> Token:
    written = found[kind]
    if kind in {"quoted", "escaped"}:
        return Token("lit", written)
    if kind == "width":
        return Token("lit", " ")
    if kind == "fill":
        return Token("lit", "")
    if kind == "lit":
        return Token(_SIGNS.get(written, "lit"), written)
    return Token(kind, written.lower() if kind == "date" else written)


def _section(part: list[Token]) -> _Section:
    tokens: list[Token] = []
    condition: tuple[str, Decimal] | None = None
    chinese, numerals = False, 0
    for token in part:
        if token.kind != "bracket":
            tokens.append(token)
            continue
        inner = token.text
        if limit := _CONDITION.fullmatch(inner.strip()):
            condition = (limit[1], Decimal(limit[2]))
        elif currency := _CURRENCY.fullmatch(inner):
            place = (currency[2] or "").upper().lstrip("0")
            chinese = chinese or place[-4:].lstrip("0") in _CHINESE
            if place == "F800":
                tokens.extend(_LONG_DATE)
                break
            tokens.append(Token("lit", currency[1]))
        elif re.fullmatch(r"(?i)h+|m+|s+", inner):
            tokens.append(Token("elapsed", inner.lower()))
        elif shape := re.fullmatch(r"(?i)DBNum([12])", inner):
            numerals = int(shape[1])
    if part and not tokens:  # nothing but a colour or a place
        tokens.append(Token("general", "General"))
    kinds = {token.kind for token in tokens}
    kind = "number" if kinds & {"digit"} or not kinds & {"date", "elapsed", "ampm", "at", "general"} else ""
    kind = "date" if kinds & {"date", "elapsed", "ampm"} else kind or ("text" if "at" in kinds else "general")
    return _Section(kind, tuple(tokens), condition, chinese, numerals)


def _literal(token: Token) -> str:
    return token.text if token.kind in {"lit", "percent", "slash", "dot", "comma"} else ""


def _number(section: _Section, size: Decimal) -> str:
    tokens = section.tokens
    kinds = [token.kind for token in tokens]
    size = size.scaleb(2 * kinds.count("percent"))
    if "digit" not in kinds:
        return "".join(_literal(token) for token in tokens)
    if "exp" in kinds:
        return _scientific(tokens, kinds.index("exp"), size)
    if "slash" in kinds and _DENOMINATOR.match("".join(token.text for token in tokens[kinds.index("slash") :])):
        return _fraction(tokens, kinds.index("slash"), size)
    printed = _fixed(tokens, size)
    return _chinese(printed, section.numerals)


def _fixed(tokens: Sequence[Token], size: Decimal) -> str:
    """A number poured into its places: 0 pads, # does not, ? pads with a blank; literals stand where they are."""
    kinds = [token.kind for token in tokens]
    last = max(index for index, kind in enumerate(kinds) if kind == "digit")
    first = kinds.index("digit")
    dot = kinds.index("dot") if "dot" in kinds else len(kinds)
    whole_end = dot if dot < len(kinds) else last + 1
    tail = next((index for index in range(whole_end - 1, -1, -1) if kinds[index] == "digit"), -1)
    scale = _commas(kinds, last) + (_commas(kinds, tail) if 0 <= tail != last else 0)
    grouped = "comma" in kinds[first : max(tail, first)]
    places = kinds[dot:].count("digit")
    whole, _, part = format(size.scaleb(-3 * scale).quantize(Decimal(1).scaleb(-places), context=_WIDE), "f").partition(".")
    out = ["" if token.kind == "comma" else token.text for token in tokens]
    slots = [index for index in range(min(dot, len(kinds))) if kinds[index] == "digit"]
    _pour(out, slots, whole.lstrip("0"), grouped=grouped)
    if not slots and whole.strip("0"):
        out[dot] = whole + out[dot]
    silent = True
    for index in reversed([index for index in range(dot, len(kinds)) if kinds[index] == "digit"]):
        figure = part[-1]
        part = part[:-1]
        silent = silent and figure == "0"
        out[index] = {"0": figure, "#": "", "?": " "}[out[index]] if silent else figure
    return "".join(out)


def _commas(kinds: Sequence[str], index: int) -> int:
    """How many commas follow the place at once: each divides by a thousand."""
    count = 0
    while index + 1 + count < len(kinds) and kinds[index + 1 + count] == "comma":
        count += 1
    return count


def _pour(out: list[str], slots: list[int], figures: str, *, grouped: bool) -> None:
    """Fill the whole places from the right; the leftmost takes what is left over."""
    rest = list(figures)
    count = 0

    def take(pad: str) -> str:
        nonlocal count
        figure = rest.pop() if rest else pad
        if not figure.isdigit():
            return figure
        count += 1
        return f"{figure}," if grouped and count % 3 == 1 and count > 1 else figure

    for index in reversed(slots):
        out[index] = take({"0": "0", "#": "", "?": " "}[out[index]])
    while rest and slots:
        out[slots[0]] = take("") + out[slots[0]]


def _scientific(tokens: Sequence[Token], mark: int, size: Decimal) -> str:
    mantissa, rest = tokens[:mark], tokens[mark + 1 :]
    kinds = [token.kind for token in mantissa]
    dot = kinds.index("dot") if "dot" in kinds else len(kinds)
    step = max(kinds[:dot].count("digit"), 1)
    places = kinds[dot:].count("digit")
    power = size.adjusted() // step * step if size else 0
    if size.scaleb(-power).quantize(Decimal(1).scaleb(-places), context=_WIDE) >= Decimal(10) ** step:
        power += step
    width = sum(token.kind == "digit" for token in rest)
    sign = "-" if power < 0 else "+" if "+" in tokens[mark].text else ""
    tail = "".join(_literal(token) for token in rest)
    return f"{_fixed(mantissa, size.scaleb(-power))}E{sign}{str(abs(power)).zfill(width)}{tail}"


def _fraction(tokens: Sequence[Token], slash: int, size: Decimal) -> str:
    """A mixed or plain fraction: 1.5 as ``# ?/?`` is 1 1/2."""
    below = "".join(token.text for token in tokens[slash + 1 :] if token.text.isdigit() or token.text in "#?")
    groups = re.findall(r"[0#?]+", "".join(token.text if token.kind == "digit" else " " for token in tokens[:slash]))
    whole = int(size) if len(groups) > 1 else 0
    exact = Fraction(size) - whole
    if below.strip("#?0"):
        lower = int(below.translate({35: None, 63: None}))
        upper = round(exact * lower)
    else:
        near = exact.limit_denominator(10 ** min(len(below), 5) - 1)
        upper, lower = near.numerator, near.denominator
    if len(groups) > 1 and upper == lower:
        whole, upper = whole + 1, 0
    if len(groups) > 1 and not upper:
        return str(whole)
    return f"{whole} {upper}/{lower}" if whole else f"{upper}/{lower}"


def _chinese(printed: str, numerals: int) -> str:
    """Printed figures in Chinese: 123 is 一百二十三 or 壹佰贰拾叁; a fraction follows digit by digit."""
    if not numerals or not re.fullmatch(r"\d{1,16}(?:\.\d+)?", printed):
        return printed
    figures, units = (("〇一二三四五六七八九", " 十百千"), ("零壹贰叁肆伍陆柒捌玖", " 拾佰仟"))[numerals - 1]
    whole, _, part = printed.partition(".")
    said = ""
    for place in range(0, len(whole.lstrip("0")), 4):
        group = whole.lstrip("0")[::-1][place : place + 4]
        words = "".join(figures[int(d)] + units[i].strip() if d != "0" else figures[0] for i, d in reversed(list(enumerate(group))))
        words = re.sub(f"{figures[0]}+", figures[0], words).rstrip(figures[0])
        said = (words + " 万亿兆"[place // 4].strip() if words else figures[0]) + said
    said = re.sub(f"{figures[0]}+", figures[0], said).rstrip(figures[0]) or figures[0]
    return said + (f".{''.join(figures[int(d)] for d in part)}" if part else "")
