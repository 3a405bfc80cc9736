"""Numbers in running text against numbers in the table: which of them the table does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple

from jiheng.audit.purse import AMOUNTS, yuan
from jiheng.audit.wording import plain
from jiheng.domain.mentions import Mention, find_quantities
from jiheng.domain.units import family, scale
from jiheng.domain.value import Value
from jiheng.scoring.case import Case, Row

Measured = dict[str, list[Decimal]]
_MULTIPLES = {"万亿": 12, "亿": 8, "千万": 7, "百万": 6, "万": 4, "千": 3, "百": 2}


class Figure(NamedTuple):
    """One number of the table in its canonical unit, and how it is printed."""

    number: Decimal
    unit: str
    text: str


def figures_of(values: Iterable[tuple[Value, Row]]) -> tuple[Figure, ...]:
    """The numbers of such cells; a bare number has the unit its row inherits."""
    found = []
    for value, row in values:
        unit = value.unit or row.unit
        if value.number is not None and unit is not None:
            found.append(Figure(value.number, unit, (value.raw or plain(value.number)).strip()))
    return tuple(found)


def amounts(case: Case) -> tuple[Figure, ...]:
    """Every readable amount of the form in 元: the money table and the evaluated amount."""
    found = [amount for line in case.evaluation.funds for name in AMOUNTS if (amount := yuan(line, name)) is not None]
    evaluated = case.evaluation.evaluated_amount
    if evaluated is not None and evaluated.yuan is not None:
        found.append(evaluated.yuan)
    return tuple(Figure(amount, "元", plain(amount) + "元") for amount in found)


def by_unit(figures: Iterable[Figure | Mention]) -> Measured:
    """Such numbers in the first unit of their dimension, those that compare under one unit."""
    found: Measured = {}
    measures: dict[str, tuple[list[Decimal], Decimal]] = {}
    for known in figures:
        unit = known.unit
        if unit not in measures:
            measures[unit] = found.setdefault(family(unit), []), scale(unit)
        same, factor = measures[unit]
        same.append(known.number * factor)
    return found


def differing(text: str, measured: Measured, also_right: Callable[[], Measured] = dict) -> tuple[Mention, ...]:
    """Mentions in the text whose unit is measured by the table while no figure has the number, not even rounded or as the sum of all.

    ``also_right`` gives further figures that a mention may agree with; it is asked only where one agrees with none of the table.
    """
    found: dict[tuple[Decimal, str], Mention] = {}
    for mention in find_quantities(text):
        same = measured.get(family(mention.unit))
        number = _canonical(mention)
        if not same or number in same or (len(same) > 1 and sum(same, Decimal(0)) == number):
            continue
        step = _step(mention) * scale(mention.unit) if _is_round(mention) else Decimal(0)
        if not _agrees(number, step, same) and not _agrees(number, step, also_right().get(family(mention.unit), [])):
            found.setdefault((mention.number, mention.unit), mention)
    return tuple(found.values())


def listed(items: Iterable[Mention | Figure]) -> str:
    """Such numbers as printed, each once: ``8场、30家``."""
    return "、".join(dict.fromkeys(item.text for item in items))


def _canonical(item: Mention | Figure) -> Decimal:
    return item.number * scale(item.unit)


def _agrees(number: Decimal, step: Decimal, known: list[Decimal]) -> bool:
    """Equal to one, or equal once the table's number is rounded to the places the text prints."""
    return number in known or (step > 0 and any(abs(one - number) * 2 <= step for one in known))


def _is_round(mention: Mention) -> bool:
    """Whether a mention may be a rounded number: it has decimals or a multiplier."""
    return "." in mention.text or _step(mention) > 1


def _step(mention: Mention) -> Decimal:
    """The value of the last printed digit: 0.1亿元 → 10000000."""
    digits = mention.text.rstrip()
    places = len(digits.partition(".")[2]) - len(digits.partition(".")[2].lstrip("0123456789"))
    power = next((power for word, power in _MULTIPLES.items() if mention.printed_unit.startswith(word)), 0)
    return Decimal(1).scaleb(power - places)
