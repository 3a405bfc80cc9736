"""What must be read from a form, and where a reading differs from it; the leniencies are those of a careful reader, not of a guesser."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.value import Money, Value

ANY, NONE, OR = "*", "-", "‖"
_SAME_SIGN = str.maketrans({"≧": "≥", "≦": "≤", "═": "=", "﹦": "="})
_POINTS = re.compile(r"[\[(]?\d+(?:\.\d+)?分?[\])]?$")
_NUMBERING = re.compile(r"^(?:★+|指标\d{1,2}[:.、]|其中:?)+")
_AMOUNTS = ("initial_budget", "adjusted_budget", "allotted", "disbursed")


@dataclass(frozen=True)
class Expected:
    """What one form must give, in the notation of the forms: rows, fund lines, fields."""

    rows: str = ""
    funds: str = ""
    fields: str = ""


def differences(found: Evaluation, expected: Expected) -> list[str]:
    """One sentence per difference; an empty list where all is as expected."""
    return [*_rows(found, _table(expected.rows, 8)), *_funds(found, _table(expected.funds, 8)), *_fields(found, expected.fields)]


def _table(text: str, width: int) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    return [row + [""] * (width - len(row)) for row in rows]


def _rows(found: Evaluation, expected: list[list[str]]) -> Iterator[str]:
    for above, row in itertools.pairwise(expected):
        row[:2] = [own or inherited for own, inherited in zip(row[:2], above[:2], strict=True)]
    if len(found.indicators) != len(expected):
        yield f"rows: expected {len(expected)}, found {len(found.indicators)}: {[row.name for row in found.indicators]}"
    for index, wanted in _paired([row[2] for row in expected], [row.name for row in found.indicators]):
        row = expected[index]
        if wanted is None:
            yield f"row {row[2]!r} was not found"
            continue
        yield from (f"row {row[2]!r} {what}" for what in _row(found.indicators[wanted], row))


def _row(found: Indicator, row: list[str]) -> Iterator[str]:
    level1, level2, name, target, actual, weight, score, reason = row
    yield from _differs("level1", _level(found.level1), _each(level1, _level))
    yield from _differs("level2", _level(found.level2), _each(level2, _level))
    yield from _differs("name", _name(found.name), _each(name, _name))
    yield from _value("target", found.target, target)
    yield from _value("actual", found.actual, actual)
    yield from _differs("weight", _number(found.weight), _each(weight, _number))
    yield from _differs("score", _number(found.stated_score), _each(score, _number))
    yield from _differs("reason", _plain(found.reason), _each(reason, _plain))


def _paired(wanted: list[str], found: list[str | None]) -> Iterator[tuple[int, int | None]]:
    """By position where the counts agree, by name (in order) where they do not."""
    if len(wanted) == len(found):
        yield from ((index, index) for index in range(len(wanted)))
        return
    start = 0
    for index, name in enumerate(wanted):
        place = next((i for i in range(start, len(found)) if _name(found[i]) in _each(name, _name)), None)
        start = start if place is None else place + 1
        yield index, place


def _value(what: str, found: Value, text: str) -> Iterator[str]:
    if text == ANY:
        return
    raw, _, measured = (part.strip() for part in text.partition("~"))
    if raw in {"", NONE}:
        if found.kind != "absent":
            yield f"{what}: expected nothing, found {found.raw!r}"
        return
    yield from _differs(f"{what}.raw", _sign(found.raw), _each(raw, _sign))
    number, _, unit = measured.partition(" ")
    yield from _differs(f"{what}.number of {found.raw!r}", _number(found.number), _each(number, _number))
    if unit:
        yield from _differs(f"{what}.unit of {found.raw!r}", _plain(found.unit), _each(unit, _plain))


def _funds(found: Evaluation, listed: list[list[str]]) -> Iterator[str]:
    optional = tuple(row[0].removeprefix("?").strip() for row in listed if row[0].startswith("?"))
    expected = [row for row in listed if not row[0].startswith("?")]
    lines = [line for line in found.funds if not any(word in line.item for word in optional)]
    if len(lines) != len(expected):
        yield f"funds: expected {len(expected)}, found {len(lines)}: {[line.item for line in lines]}"
    for line, row in zip(lines, expected, strict=False):
        yield from (f"funds {row[0]!r} {what}" for what in _fund(line, row))


def _fund(found: FundLine, row: list[str]) -> Iterator[str]:
    item, *amounts, weight, rate, score = row
    yield from _differs("item", _item(found.item), _each(item, _item))
    for role, text in zip(_AMOUNTS, amounts, strict=True):
        money: Money | None = getattr(found, role)
        yield from _differs(role, _number(money.yuan if money else None), _each(text, _number))
    yield from _differs("weight", _number(found.weight), _each(weight, _number))
    yield from _differs("rate", _plain(found.stated_rate), _each(rate, _plain))
    yield from _differs("score", _number(found.stated_score), _each(score, _number))


def _fields(found: Evaluation, expected: str) -> Iterator[str]:
    for line in expected.strip().splitlines():
        path, sign, text = (part.strip() for part in re.split(r"\s([=∋])\s?", line, maxsplit=1))
        value: object = found
        for step in path.split("/"):
            value = value.get(step) if isinstance(value, dict) else getattr(value, step)
        if sign == "∋":
            printed = _plain(" ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)) or ""
            if (_plain(text) or "") not in printed:
                yield f"{path}: expected {text!r} in it, found {value!r}"
        else:
            form = _number if isinstance(value, Decimal) else _plain
            yield from _differs(path, form(value), _each(text, form))


def _differs(what: str, found: object, readings: tuple[object, ...]) -> Iterator[str]:
    if ANY not in readings and found not in readings:
        yield f"{what}: expected {f' {OR} '.join(str(reading) for reading in readings)}, found {found}"


def _each(text: str, form: Callable[[object], object]) -> tuple[object, ...]:
    return tuple(ANY if part.strip() == ANY else None if part.strip() in {"", NONE} else form(part) for part in text.split(OR))


def _plain(text: object) -> str | None:
    if text is None:
        return None
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text))) or None


def _sign(text: object) -> str | None:
    plain = _plain(str(text).translate(_SAME_SIGN) if text is not None else None)
    return plain.replace(">=", "≥").replace("<=", "≤") if plain else None


def _level(text: object) -> str | None:
    plain = _plain(text)
    return _POINTS.sub("", plain).removesuffix("指标") if plain else None


def _name(text: object) -> str | None:
    plain = _plain(text)
    return _NUMBERING.sub("", plain) or plain if plain else None


def _item(text: object) -> str | None:
    plain = _plain(text)
    return re.sub(r"^其中:?", "", plain).rstrip(":") if plain else None


def _number(text: object) -> object:
    try:
        return Decimal(str(text)) if text is not None else None
    except InvalidOperation:
        return text
