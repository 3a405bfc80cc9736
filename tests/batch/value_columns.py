"""What a column of values says, set beside what the parser says of each text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.values import Shapes, ValueColumn
from jiheng.domain.value import Value
from jiheng.domain.valuetext import parse_value

OFTEN = 20
"""Rows after which a wording is no longer rare, so that numbers in it are read by the compiled machine."""


def fits(number: Decimal) -> bool:
    _, digits, exponent = number.as_tuple()
    shown = "".join(map(str, digits)).rstrip("0")
    power = int(exponent) + len(digits) - len(shown)
    return not shown or (int(shown) < 2**62 and abs(power) <= 18)


def meaning(value: Value) -> tuple[Any, ...]:
    codes = [note.code for note in value.notes]
    return (value.kind, value.operator, value.unit, value.printed_unit, value.approximate, value.date, value.range, codes)


def number_at(column: ValueColumn, row: int) -> Decimal:
    return Decimal(int(column.mantissa[row])).scaleb(int(column.exponent[row]))


def tail(column: ValueColumn, rows: int) -> ValueColumn:
    first = len(column.shape) - rows
    return ValueColumn(column.shape[first:], column.mantissa[first:], column.exponent[first:], column.wide[first:])


def assert_read(shapes: Shapes, column: ValueColumn, texts: Sequence[str | None]) -> None:
    assert {len(field) for field in column} == {len(texts)}
    for row, text in enumerate(texts):
        value, prototype = parse_value(text), shapes.prototypes[column.shape[row]]
        assert meaning(prototype) == meaning(value), text
        if value.number is None:
            assert prototype == value, text
            assert (column.mantissa[row], column.exponent[row], column.wide[row]) == (0, 0, False), text
        elif column.wide[row]:
            assert not fits(value.number), text
        else:
            assert (prototype.raw, prototype.number) == (None, 0), text
            assert number_at(column, row) == value.number, text


def assert_column_is_the_parser(texts: Sequence[str | None]) -> None:
    """The texts once, when their wordings are new, and then so often that every wording is proved or refused."""
    shapes = Shapes()
    assert_read(shapes, shapes.read(pa.array(texts, pa.string())), texts)
    many = list(texts) * OFTEN
    column = shapes.read(pa.array(many, pa.string()))
    assert_read(shapes, tail(column, len(texts)), texts)
    assert_read(shapes, shapes.read(pa.array(texts, pa.large_string())), texts)
