"""Reads what a target or actual cell says. Source: the value tables of the field guide, every row of which is a test."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.dates import DATE_BEFORE, date_of, is_date_text
from jiheng.domain.numerals import DIGITS, WIDE, number_of, scaled
from jiheng.domain.quantity import plain
from jiheng.domain.spelling import folded, in_digits, two_numbers
from jiheng.domain.units import KNOWN, LONGEST_FIRST, MULTIPLIERS, TIMES, canonical, read_unit
from jiheng.domain.value import ABSENT, Operator, Value, ValueNote
from jiheng.domain.valuewords import ABSENT_TOKENS, DEFAULT_GRADE_WORDS, LOOK_ALIKE, OPERATOR_MARKS, SUFFIX_MARKS

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_PLACEHOLDER = re.compile(r"\*\*|XX|××|_{2,}|待定|待.{0,20}后|另行|暂定|修正|待补|待填")
_BRACKETED = re.compile(r"\([^()]*\)")
_OPTION_LISTS = frozenset({"好坏", "是否", "优良中差", "高中低", "有无"})
_NUMBER = re.compile(DIGITS)
_LONGEST_OPERATORS = sorted(OPERATOR_MARKS, key=len, reverse=True)
_LONGEST_SUFFIXES = sorted(SUFFIX_MARKS, key=len, reverse=True)
_ANY_SUFFIX = tuple(SUFFIX_MARKS)
_OPERATOR = "|".join(re.escape(mark) for mark in _LONGEST_OPERATORS)
_OPERATORS = re.compile(_OPERATOR)
_RANGE = re.compile(rf"^[^\d]{{0,6}}({DIGITS})(?:[^\d\-~—–至到≤<≥>,。;、]{{0,4}})[-~—–至到]({DIGITS})(?![\d.-])")
_CHAINED = re.compile(r"\d[^\d]{0,3}[≤<≥>][^\d≤<≥>]{1,3}[≤<≥>]")
_ONE = Decimal(1)
_PERCENTS = (("%", _ONE), ("百分比", _ONE), ("‰", Decimal("0.1")))
_RATIO = re.compile(r"^\d+(?:\.\d+)?[::]\d+(?:\.\d+)?$")
_PER = re.compile(
    rf"^(?:每(?P<per>[\u4e00-\u9fff]{{1,5}}?)(?:补助|补贴|奖励|发放|给予|培训|开展|举办|组织)?|(?P<mean>[人户亩日月年]|平方米)均)(?P<op>{_OPERATOR})?(?P<n>{DIGITS})(?P<unit>[^\d]*)$"
)
_MAIN = re.compile(
    rf"^(?P<junk>(?:[工^扁]|5=|[WＷ](?=\d))?)(?P<ops>(?:{_OPERATOR})*)(?P<approx>约|近|预计|大概|大约)?(?P<inner>(?:{_OPERATOR})*)"
    rf"(?P<n>{DIGITS})(?P<times>(?:{TIMES})(?!分[比之]))?(?P<rest>[^\d]*)$"
)
_HARMS = "事故 投诉 差错 失误 违规 违纪 违法 举报 上访 信访 伤亡 死亡 拖欠 逾期 延误 浪费 感染 失信 案件 纠纷 缺陷"
_NO_UNIT = frozenset(f"{_HARMS} 完成 达标 覆盖 合格 到位 发生".split())
_NO_HARM = re.compile(rf"零(?:(?:[\u4e00-\u9fff]{{0,4}}(?:{'|'.join(_HARMS.split())}))(?:发生|事件)?)?")
_GLYPHS = frozenset({"≥", "≤", ">", "<", "=", ">=", "<=", "≧", "≦", "═"})
_COMPOUND = re.compile(r"^[A-Za-z\u4e00-\u9fff²]{1,4}/[\u4e00-\u9fff]{1,3}(?:[*、·×/.][\u4e00-\u9fff]{1,2})?")
_YEARS = (Decimal(1900), Decimal(2100))
_SENTENCE = re.compile(rf"({_OPERATOR})?(约|近)?({DIGITS})({TIMES})?(%|‰|[A-Za-z\u4e00-\u9fff/²·*㎡]*)")


def parse_value(
    raw: str | None,
    *,
    grade_words: Collection[str] = DEFAULT_GRADE_WORDS,
    number_format: str | None = None,
    fiscal_year: int | None = None,
) -> Value:
    """What a cell says. Never raises; what is not understood is ``text`` with number None.

    Args:
        raw: the cell as printed, tags allowed; None for an empty cell.
        grade_words: the pack's grade dictionary; every other qualitative wording is ``text``.
        number_format: a spreadsheet's number format; a percent format multiplies by 100.
        fiscal_year: the year of a date that prints none.
    """
    if raw is None or not raw.strip():
        return ABSENT
    if len(raw) > 4000:
        return Value(raw=raw, kind="text")
    value = _parse(raw, fiscal_year)
    if value.kind == "text":
        return replace(value, kind="grade") if tidy(raw) in grade_words else value
    if number_format and "%" in number_format and value.kind == "quantity" and value.number is not None and value.unit is None:
        return replace(value, kind="percent", number=scaled(value.number, Decimal(100)), unit="%", printed_unit="%")
    return value


def parse_parts(  # noqa: PLR0913 - three cells and what parse_value takes
    operator: str | None,
    value: str | None,
    unit: str | None,
    *,
    grade_words: Collection[str] = DEFAULT_GRADE_WORDS,
    number_format: str | None = None,
    fiscal_year: int | None = None,
) -> Value:
    """A target printed in three cells: sign, number, unit (≧ · 735 · 人次); raw is the three joined."""
    sign = tidy(operator or "")
    parts = [text for text in (operator, value, unit) if text and text.strip()]
    if not parts:
        return ABSENT
    joined = "".join(text.strip() for text in parts)
    if sign in {"定性", "定性指标"} or (value is not None and sign and sign not in OPERATOR_MARKS and not _NUMBER.search(sign)):
        body = parse_value(value, grade_words=grade_words, number_format=number_format, fiscal_year=fiscal_year)
        return replace(body, raw=joined) if body.kind != "absent" else body
    body = parse_value(value, grade_words=grade_words, number_format=number_format, fiscal_year=fiscal_year)
    if body.kind in {"text", "grade", "placeholder", "absent"}:
        return replace(body, raw=joined)
    if body.unit is not None and unit and read_unit(tidy(unit)) not in {None, (Decimal(1), body.unit)} and body.printed_unit != tidy(unit):
        return replace(
            _parse(f"{sign}{tidy(value or '')}", None), raw=joined, notes=(ValueNote("unit.conflict", body.printed_unit or "", tidy(unit)),)
        )
    if body.kind == "date":
        return replace(body, raw=joined, operator=OPERATOR_MARKS.get(sign, body.operator))
    whole = parse_value(f"{operator or ''}{value or ''}{'' if body.unit else unit or ''}", number_format=number_format)
    return replace(whole, raw=joined)


def regrade(value: Value, grade_words: Collection[str]) -> Value:
    """The same value under another grade dictionary: text becomes grade and back."""
    if value.kind not in {"text", "grade"} or value.raw is None:
        return value
    is_grade = tidy(value.raw) in grade_words
    return value if is_grade == (value.kind == "grade") else replace(value, kind="grade" if is_grade else "text")


def format_value(value: Value) -> str:
    """A value in its standard print; ``parse_value(format_value(v))`` gives ``v`` again but for ``raw`` and notes."""
    if value.number is None:
        return value.raw or ""
    factor = Decimal(1)
    unit = value.unit or ""
    if value.printed_unit and value.unit != "%":
        read = read_unit(value.printed_unit)
        if read is not None and read[1] == value.unit:
            factor, unit = read[0], value.printed_unit
        elif value.unit is None and value.printed_unit in MULTIPLIERS:
            factor, unit = MULTIPLIERS[value.printed_unit], value.printed_unit
    return f"{value.operator or ''}{'约' if value.approximate else ''}{plain(WIDE.divide(value.number, factor))}{unit}"


def number_in_unit_of(number: Decimal, printed_unit: str | None) -> Decimal:
    """A bare number taken in the other cell's printed unit: 90 beside ≤90万元 → 900000."""
    if not printed_unit:
        return number
    if printed_unit in MULTIPLIERS:
        return scaled(number, MULTIPLIERS[printed_unit])
    read = read_unit(printed_unit)
    return scaled(number, read[0]) if read else number


@lru_cache(maxsize=16384)
def tidy(raw: str) -> str:
    """The working copy of a print: tags and blanks dropped, full-width folded; ``raw`` itself is never changed."""
    text = _TAG.sub("", raw) if "<" in raw else raw
    return "".join(folded(text).split())


@lru_cache(maxsize=16384)
def _parse(raw: str, fiscal_year: int | None) -> Value:
    text = tidy(raw)
    if not text:
        return ABSENT
    if text in ABSENT_TOKENS:
        return Value(raw=raw, kind="absent")
    if _PLACEHOLDER.search(text) and not _NUMBER.search(_BRACKETED.sub("", text)):
        return _placeholder(raw, text)
    for reader in (_undecided, _dated, _ranged, _spelled_out, _per_unit, _plain_quantity, _no_harm, _in_a_sentence):
        value = reader(raw, text, fiscal_year)
        if value is not None:
            return value
    return Value(raw=raw, kind="text")


def _placeholder(raw: str, text: str) -> Value:
    mark = next((m for m in _LONGEST_OPERATORS if text.startswith(m)), None)
    operator: Operator | None = OPERATOR_MARKS[mark] if mark else "≤" if text.endswith("前") else None
    slot = re.search(r"\*\*([\u4e00-\u9fff]{1,3})$", text)
    unit = read_unit(slot.group(1)) if slot and slot.group(1) not in {"日前", "月前"} else None
    return Value(
        raw=raw, kind="placeholder", operator=operator, unit=unit[1] if unit else None, printed_unit=slot.group(1) if slot and unit else None
    )


def _dated(raw: str, text: str, fiscal_year: int | None) -> Value | None:
    if not is_date_text(text):
        return None
    return Value(raw=raw, kind="date", operator="≤" if DATE_BEFORE.search(text) else None, date=date_of(text, fiscal_year))


def _undecided(raw: str, text: str, _: int | None) -> Value | None:
    if text in _OPTION_LISTS:
        return Value(raw=raw, kind="text")
    return Value(raw=raw, kind="text", notes=(ValueNote("value.split", raw, ""),)) if two_numbers(raw) else None


def _ranged(raw: str, text: str, _: int | None) -> Value | None:
    if _RATIO.match(text) or _CHAINED.search(text):
        return Value(raw=raw, kind="text", notes=(ValueNote("value.split", raw, ""),))
    match = _RANGE.match(text)
    if match is None:
        return None
    low, high = number_of(match.group(1)), number_of(match.group(2))
    bounds = (low, high) if low < high else None
    return Value(raw=raw, kind="text", range=bounds, notes=(ValueNote("value.split", raw, ""),))


def _spelled_out(raw: str, text: str, fiscal_year: int | None) -> Value | None:
    digits = in_digits(text)
    return None if digits is None else _plain_quantity(raw, digits, fiscal_year)


def _per_unit(raw: str, text: str, _: int | None) -> Value | None:
    match = _PER.match(text)
    if match is None:
        return None
    operator = OPERATOR_MARKS.get(match["op"] or "")
    number = number_of(match["n"])
    unit, per = match["unit"], match["per"] or match["mean"]
    if not unit:
        return Value(raw=raw, kind="quantity", operator=operator, number=number, notes=(ValueNote("unit.half-written", raw, f"元/{per}"),))
    suffix = _suffix(unit) or ""
    printed = f"{unit.removesuffix(suffix)}/{per}"
    read = read_unit(printed)
    if read is None or read_unit(unit.removesuffix(suffix)) is None or (operator and suffix):
        return None
    operator = operator or SUFFIX_MARKS.get(suffix)
    return Value(raw=raw, kind="quantity", operator=operator, number=scaled(number, read[0]), unit=read[1], printed_unit=printed)


def _plain_quantity(raw: str, text: str, _: int | None) -> Value | None:
    match = _MAIN.match(text)
    if match is None:
        return None
    marks = _marks(match["ops"]) + _marks(match["inner"])
    rest, suffix, approximate = _rest(match["rest"], bool(match["approx"]))
    if suffix is not None:
        marks = [*marks, suffix]
    operators = _operators(marks)
    if len(operators) > 1:
        return Value(raw=raw, kind="text", notes=(ValueNote("operator.conflicting", raw, ""),))
    operator = next(iter(operators)) if operators else None
    value = _with_unit(number_of(match["n"]), match["times"] or "", rest)
    if _is_year(value):
        return Value(raw=raw, kind="text")
    notes = _operator_notes(raw, text, marks, operator) + _ocr_notes(match, text, value)
    return _said(value, raw, operator, approximate=approximate, notes=value.notes + notes)


def _said(value: Value, raw: str, operator: Operator | None, *, approximate: bool, notes: tuple[ValueNote, ...]) -> Value:
    """A bare number with its unit, as it was printed. (Not by ``replace``, which takes three times as long.)"""
    return Value(raw, value.kind, operator, value.number, value.unit, value.printed_unit, approximate, notes=notes)


def _operators(marks: list[str]) -> set[Operator]:
    """What the marks mean; 达到 yields to any other mark (达到≤5%)."""
    strong = [mark for mark in marks if mark not in {"达到", "达"}] or marks
    return {OPERATOR_MARKS.get(mark) or SUFFIX_MARKS[mark] for mark in strong}


def _marks(text: str) -> list[str]:
    return _OPERATORS.findall(text) if text else []


def _rest(rest: str, approximate: bool) -> tuple[str, str | None, bool]:  # noqa: FBT001 - a flag that is handed on
    """The unit text behind a number, the suffix operator, whether the value is approximate; unit None where the rest is no unit."""
    rest = rest.rstrip("。.,;")
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1]
    for word in ("左右", "余", "多"):
        if rest.endswith(word):
            rest, approximate = rest.removesuffix(word), True
    if rest.startswith(("余", "多")):
        rest, approximate = rest[1:], True
    suffix = _suffix(rest)
    if suffix is not None:
        rest = rest.removesuffix(suffix)
    return rest, suffix, approximate


def _suffix(text: str) -> str | None:
    """The longest operator that stands behind a text."""
    return next(mark for mark in _LONGEST_SUFFIXES if text.endswith(mark)) if text.endswith(_ANY_SUFFIX) else None


def _with_unit(number: Decimal, times: str, rest: str) -> Value:
    """Number (without idle zeros), multiplier and what follows as a quantity or percent; a longer rest keeps its leading known unit."""
    if rest.startswith("个百分点") and not times:
        return Value(raw=None, kind="quantity", number=number, unit="个百分点", printed_unit="个百分点")
    for mark, factor in _PERCENTS:
        if rest.startswith(mark) and (not times or mark == "‰"):
            number = number if factor == 1 else scaled(number, factor)
            return Value(raw=None, kind="percent", number=number, unit="%", printed_unit="‰" if mark == "‰" else "%")
    unit = _leading_unit(rest.strip("()") if rest.startswith("(") else rest)
    number = scaled(number, MULTIPLIERS[times]) if times else number
    if unit is None:
        half = (ValueNote("unit.half-written", times, "元"),) if times else ()
        return Value(raw=None, kind="quantity", number=number, printed_unit=times or None, notes=half)
    more, name = read_unit(unit) or (Decimal(1), canonical(unit))
    number = number if more == 1 else scaled(number, more)
    return Value(raw=None, kind="percent" if name == "%" else "quantity", number=number, unit=name, printed_unit=f"{times}{unit}")


def _is_year(value: Value) -> bool:
    return value.unit == "年" and value.number is not None and _YEARS[0] <= value.number < _YEARS[1]


def _leading_unit(rest: str) -> str | None:
    if not rest:
        return None
    if canonical(rest) in KNOWN:
        return rest
    compound = _COMPOUND.match(rest)
    if compound is not None:
        return compound.group()
    known = next((unit for unit in LONGEST_FIRST if rest.startswith(unit)), None)
    if known is not None:
        return known
    return rest if len(rest) <= 4 and rest not in _NO_UNIT and read_unit(rest) is not None else None


def _operator_notes(raw: str, text: str, marks: list[str], operator: Operator | None) -> tuple[ValueNote, ...]:
    notes: list[ValueNote] = []
    glyphs = [mark for mark in marks if mark in _GLYPHS]
    if len(glyphs) > 1:
        notes.append(ValueNote("operator.doubled", raw, text.replace("".join(glyphs), operator or "", 1)))
    if not LOOK_ALIKE.isdisjoint(raw):
        notes.append(ValueNote("operator.glyph-repaired", raw, operator or ""))
    return tuple(notes)


def _ocr_notes(match: re.Match[str], text: str, value: Value) -> tuple[ValueNote, ...]:
    if match["junk"]:
        sign = "≤" if match["junk"] in "WＷ" else "≥"
        return (ValueNote("ocr.suspected-operator", text, sign + text.removeprefix(match["junk"])),)
    if (
        value.kind == "percent"
        and value.number is not None
        and value.number > 100
        and match["n"].startswith("2")
        and len(match["n"]) > 1
        and not match["ops"]
    ):
        rest = number_of(match["n"][1:]) if match["n"][1].isdigit() else Decimal(0)
        if 0 < rest <= 100:
            return (ValueNote("ocr.suspected-operator", text, "≥" + text[1:]),)
    return ()


def _no_harm(raw: str, text: str, _: int | None) -> Value | None:
    return Value(raw=raw, kind="quantity", number=Decimal(0)) if _NO_HARM.fullmatch(text) else None


def _in_a_sentence(raw: str, text: str, _: int | None) -> Value | None:
    """One number with a known unit inside a sentence may be the value; two or more facts are text."""
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1:
        return Value(raw=raw, kind="text", notes=(ValueNote("value.split", raw, ""),)) if len(numbers) > 1 else None
    match = _SENTENCE.search(text)
    if match is None or re.search(r"[附表第号P]$", text[: match.start(3)]) or is_date_text(text[: match.end(3)][-8:]):
        return None
    tail = text[match.end(3) + len(match.group(4) or "") :]
    rest, suffix, approximate = _rest(tail, bool(match.group(2)))
    unit = _leading_unit(rest)
    if not rest.startswith(("%", "‰", "百分比", "个百分点")) and (unit is None or unit not in KNOWN):
        return None
    marks = [mark for mark in (match.group(1), suffix) if mark]
    operators = _operators(marks)
    if len(operators) > 1:
        return None
    value = _with_unit(number_of(match.group(3)), match.group(4) or "", rest)
    if _is_year(value) or re.search(r"[不未非无没]$", text[: match.start()]):
        return None
    return _said(value, raw, next(iter(operators)) if operators else None, approximate=approximate, notes=value.notes)
