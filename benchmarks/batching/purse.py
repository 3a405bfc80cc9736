"""Money of made-up forms: a total and its tiers in 万元, budgets round or to the cent, what was spent, the money score claimed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from batching import words as w
from batching.texts import Flags, Whole, amounts, points, taken
from numpy.random import Generator

POINTS_OF_MONEY = 1000
GRAINS = np.array([1_000_000, 10_000, 1, 10_000])


class Purses(NamedTuple):
    """A form's total line in 分; -1 for a blank cell. ``lines`` is 0, 1 or 3."""

    lines: Whole
    scored: Flags
    grain: Whole
    initial: Whole
    adjusted: Whole
    allotted: Whole
    spent: Whole
    stated: Whole


def purses(rng: Generator, forms: int, perfect: Flags, scored: Flags, lines: Whole) -> Purses:
    grain = GRAINS[rng.integers(0, len(GRAINS), forms)]
    size = 10 ** (7 + 2.7 * rng.random(forms))
    initial = np.maximum(1, np.rint(size / grain)).astype(np.int64) * grain
    changed = rng.random(forms)
    adjusted = np.where(changed < 0.2, np.rint(initial * (0.8 + 0.4 * rng.random(forms)) / grain).astype(np.int64) * grain, initial)
    odds = np.where(perfect, 0.0, rng.random(forms))
    rate = np.select(
        [odds < 0.38, odds < 0.80, odds < 0.94, odds < 0.95, odds < 0.97],
        [np.ones(forms), 0.9 + 0.1 * rng.random(forms), 0.5 + 0.4 * rng.random(forms), np.zeros(forms), 1 + 0.3 * rng.random(forms)],
        0.2 * rng.random(forms),
    )
    spent = np.where(rate == 1, adjusted, np.rint(adjusted * rate / grain).astype(np.int64) * grain)
    other = rng.random(forms)
    allotted = np.where(other < 0.15, adjusted, np.where(other < 0.20, np.rint(adjusted * 0.97 / grain).astype(np.int64) * grain, -1))
    blank, none = rng.random(forms), rng.random(forms) < 0.007
    adjusted = np.where(blank < 0.05, -1, np.where(none, 0, adjusted))
    initial, allotted = np.where(none, 0, initial), np.where(none, -1, allotted)
    found = Purses(lines, scored, grain, initial, adjusted, allotted, spent, np.zeros(forms, np.int64))
    return found._replace(stated=_claimed(rng, found))


def base_of(purse: Purses) -> Whole:
    """The amount the law measures spending against: adjusted budget, else what was allotted, else the initial budget."""
    return np.where(purse.adjusted >= 0, purse.adjusted, np.where(purse.allotted >= 0, purse.allotted, purse.initial))


def money_due(purse: Purses) -> Whole:
    base = base_of(purse)
    part = (2 * POINTS_OF_MONEY * purse.spent + base) // np.maximum(2 * base, 1)
    return np.where(base <= 0, 0, np.where(purse.spent >= base, POINTS_OF_MONEY, part))


def _claimed(rng: Generator, purse: Purses) -> Whole:
    odds, score = rng.random(len(purse.spent)), money_due(purse)
    return np.select([odds < 0.04, odds < 0.08, odds < 0.084], [np.full(len(score), POINTS_OF_MONEY), (score + 5) // 10 * 10, score + 100], score)


def fund_columns(rng: Generator, purse: Purses) -> dict[str, pa.Array]:
    """The columns of the funds table: the lines of each form in order."""
    form = np.repeat(np.arange(len(purse.lines)), purse.lines)
    starts = np.cumsum(purse.lines) - purse.lines
    part = np.arange(len(form)) - starts[form]
    grain = purse.grain[form]
    share = rng.random(len(purse.lines))[form]
    single = (rng.random(len(purse.lines)) < 0.25)[form]
    wrong, hollow, twice = (rng.random(len(purse.lines))[form] < odds for odds in (0.02, 0.002, 0.006))
    style = (grain == 1).astype(np.int64)
    columns: dict[str, pa.Array] = {"item": _items(rng, form, part, len(purse.lines))}
    for name, total in (
        ("initial_budget", purse.initial),
        ("adjusted_budget", purse.adjusted),
        ("allotted", purse.allotted),
        ("disbursed", purse.spent),
    ):
        whole = total[form]
        first = np.where(single, whole, np.rint(whole * share / grain).astype(np.int64) * grain)
        second = whole - first + np.where(wrong, 2 * GRAINS[0], 0)
        fen = np.where(part == 0, np.where(hollow & (purse.lines[form] > 1), 0, whole), np.where(part == 1, first, second))
        blank = (whole < 0) | (single & (part == 2) & ~wrong)
        columns[name], columns[f"{name}_yuan"] = amounts(np.where(blank, 0, fen), style, blank=blank)
    carries = purse.scored[form] & ((part == 0) | (twice & (part == 1)))
    columns["weight"] = points(np.full(len(form), POINTS_OF_MONEY), blank=~carries)
    columns["stated_rate"] = _rates(rng, purse, form, part)
    columns["stated_score"] = points(purse.stated[form], blank=~carries)
    return columns


def _items(rng: Generator, form: Whole, part: Whole, forms: int) -> pa.Array:
    names = [*w.ITEMS_TOTAL, *[item for pair in w.ITEMS_PARTS for item in pair]]
    style = rng.integers(0, 3, forms)[form]
    return taken(names, np.where(part == 0, style, 2 * style + part + len(w.ITEMS_TOTAL) - 1))


def _rates(rng: Generator, purse: Purses, form: Whole, part: Whole) -> pa.Array:
    """The execution rate in print: right, a little wrong, without sign, as a ratio, or none."""
    base = base_of(purse)
    exact = np.where(base > 0, (2 * 10_000 * purse.spent + base) // np.maximum(2 * base, 1), 0)
    odds = rng.random(len(base))
    exact = exact + np.where(odds < 0.02, 150, 0)
    whole = (exact + 50) // 100 * 100
    kind = rng.random(len(base))
    hundredths = np.where(kind < 0.2, whole, exact).clip(0, 29_999)[form]
    plain = points(hundredths, blank=np.zeros(len(form), bool)).to_pylist()
    ratio = hundredths % 100 == 0
    out: list[str | None] = []
    for text, style, at, place, short, amount in zip(plain, kind[form], form, part, ratio, hundredths, strict=True):
        if place or not purse.scored[at] or style > 0.97:
            out.append("" if place == 0 and style > 0.985 else None)
        elif style > 0.94 and short:
            out.append(f"{amount / 10_000:.2f}".rstrip("0").rstrip(".") if amount <= 10_000 else f"{text}%")
        else:
            out.append(text if style > 0.85 and not short else f"{text}%")
    return pa.array(out, pa.string())
