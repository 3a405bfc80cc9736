"""Indicator rows of made-up forms: who counts what, targets as clerks set them, what was reached, how it is printed, what was claimed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from batching import words as w
from batching.texts import Flags, Whole, blanked, digits, joined, overlaid, points, taken, widened
from numpy.random import Generator

from jiheng.rulebook.model import RulePack

UNCHECKED, RATIO, CEILING, ZERO, ZERO_AT_LEAST, EQUAL = range(6)
NO_WEIGHT = -1
AT_LEAST = {"≥", "", "=", "不少于", "不低于", ">=", "≧", "大于等于", ">", "达到", "≥≥"}
_TIMES = {"": 1, "万": 10**4, "亿": 10**8}


class Kinds:
    """The families as columns, and every name with its family and what the law hears in it."""

    def __init__(self, law: RulePack) -> None:
        names = [w.names_of(family) for family in w.FAMILIES]
        self.names = [name for some in names for name in some]
        self.first = np.cumsum([0, *map(len, names)])[:-1]
        self.count = np.array([len(some) for some in names])
        direction = law.scheme.direction.value
        excuses = (*direction.reversing_words, *direction.positive_words)
        self.negative = np.array([any(x in n for x in direction.negative_words) and not any(x in n for x in excuses) for n in self.names])
        self.rate = np.array(["率" in name for name in self.names])
        self.sense = np.array([family.sense for family in w.FAMILIES])
        self.percent = np.array([family.unit == "%" for family in w.FAMILIES])
        self.whole = np.array([family.whole for family in w.FAMILIES])
        self.units = [family.unit for family in w.FAMILIES]
        self.cost = np.array([w.LEVELS[family.level2][1].startswith("成本") for family in w.FAMILIES])
        self.picks = np.stack(
            [_expanded([(i, f.share) for i, f in enumerate(w.FAMILIES) if f.level2 == level], 120) for level in range(len(w.LEVELS))]
        )
        width = max(len(family.targets) for family in w.FAMILIES)
        self.targets = np.array([np.resize(family.targets or (0,), width) for family in w.FAMILIES], np.int64)
        self.times = np.array([np.resize([_TIMES[t] for t in family.times], 12) for family in w.FAMILIES], np.int64)


def _expanded(weighted: list[tuple[int, int]], length: int) -> Whole:
    """So many picks, spread after their weights."""
    picks = np.repeat([pick for pick, _ in weighted], [weight for _, weight in weighted])
    return picks[(np.arange(length) * len(picks)) // length]


class Layout(NamedTuple):
    """What a form's rows share: how many they are, where they start, flags of the form spread over its rows."""

    rows: Whole
    starts: Whole
    form: Whole
    perfect: Flags
    evidence: Flags
    reason: Flags
    unit_column: Flags
    money: Flags
    year: int


class Rows(NamedTuple):
    """Rows in numbers, hundredths throughout; ``how`` is the formula that must hold, ``full`` what it gives (0 where undetermined)."""

    family: Whole
    name: Whole
    weight: Whole
    stated: Whole
    unstated: Flags
    target: Whole
    actual: Whole
    target_times: Whole
    actual_times: Whole
    mark: Whole
    bare_target: Flags
    bare_actual: Flags
    a: Whole
    b: Whole
    how: Whole


def weights(rng: Generator, layout: Layout) -> Whole:
    """Weights that make 90 beside a money line or 100 without one, in whole points, halves or cents; wrong in some forms."""
    forms, step = len(layout.rows), rng.choice(np.array([100, 100, 100, 50, 50, 50, 10, 1]), len(layout.rows))
    due = np.where(layout.money, 9000, 10_000)
    shares = rng.choice(np.array([2.0, 2, 3, 3, 4, 5, 6]), len(layout.form)) + 0.01
    running = np.cumsum(shares)
    before = (running - shares)[layout.starts][layout.form]
    total = np.add.reduceat(shares, layout.starts)[layout.form]
    upper = np.rint((running - before) / total * (due // step)[layout.form])
    lower = np.rint((running - shares - before) / total * (due // step)[layout.form])
    found = (upper - lower).astype(np.int64) * step[layout.form]
    off, place = rng.random(forms), layout.starts + (rng.random(forms) * layout.rows).astype(np.int64)
    found[place[off < 0.02]] += 100
    found[place[(off > 0.02) & (off < 0.023)]] = NO_WEIGHT
    found[place[(off > 0.03) & (off < 0.034)]] = 0
    found[place[(off > 0.04) & (off < 0.046)]] += 3000
    return found


def rows_of(rng: Generator, layout: Layout, kinds: Kinds) -> Rows:
    n = len(layout.form)
    place = (np.arange(n) - layout.starts[layout.form] + rng.random(n)) / layout.rows[layout.form]
    level = np.searchsorted(np.cumsum(w.LEVEL_SHARES) / 100.0, place, side="right").clip(0, len(w.LEVELS) - 1)
    family = kinds.picks[level, rng.integers(0, 120, n)]
    name = kinds.first[family] + (kinds.count[family] * rng.random(n) ** 2).astype(np.int64)
    target = kinds.targets[family, rng.integers(0, kinds.targets.shape[1], n)]
    actual = _reached(rng, layout, kinds, family, target)
    times = kinds.times[family, rng.integers(0, 12, n)]
    spelled = (times == 10**4) & (rng.random(n) < 0.06) & ~layout.unit_column[layout.form]
    actual_times = np.where(spelled, 1, times)
    actual = np.where(spelled, actual * 10**4, actual)
    odds = rng.random(n)
    bare_actual = (odds < 0.12) & ~spelled
    bare_target = ((odds < 0.008) | ((odds > 0.5) & (odds < 0.515))) & ~spelled
    common = layout.unit_column[layout.form]
    least = np.minimum(times, actual_times)
    found = Rows(
        family=family,
        name=name,
        weight=weights(rng, layout),
        stated=np.zeros(n, np.int64),
        unstated=np.zeros(n, bool),
        target=target,
        actual=actual,
        target_times=times,
        actual_times=actual_times,
        mark=_marks(rng, kinds.sense[family]),
        bare_target=bare_target | common,
        bare_actual=bare_actual | common,
        a=target * (times // least),
        b=actual * (actual_times // least),
        how=np.zeros(n, np.int64),
    )
    return found._replace(how=_how(found, kinds, common))


def _reached(rng: Generator, layout: Layout, kinds: Kinds, family: Whole, target: Whole) -> Whole:
    """Actual values: most as planned, some beyond, a sixth short, a few far off."""
    n, sense, percent = len(family), kinds.sense[family], kinds.percent[family]
    odds = np.where(layout.perfect[layout.form], rng.random(n) * 0.7, rng.random(n))
    reach = np.select(
        [odds < 0.52, odds < 0.74, odds < 0.768, odds < 0.774, odds < 0.98, odds < 0.992],
        [np.ones(n), 1 + 0.3 * rng.random(n), 1.3 + 2 * rng.random(n), np.full(n, 10.0), 1 - 0.5 * rng.random(n) ** 2, 0.2 * rng.random(n)],
        0.0,
    )
    fine = ~kinds.whole[family] & (rng.random(n) < 0.35)
    grain = np.where(fine, np.where(rng.random(n) < 0.5, 1, 10), 100)
    up = np.rint(target * reach / grain).astype(np.int64) * grain
    up = np.where(percent & (target >= 2000) & (odds < 0.768), np.minimum(up, 10_000), up)
    up = np.where(percent & (odds > 0.768) & (odds < 0.774), up // 10 + 200, up)
    down = np.where(sense == "down", np.rint(target / np.maximum(reach, 0.4) / grain).astype(np.int64) * grain, up)
    found = np.where(sense == "zero", np.where(odds < 0.95, 0, 100 * rng.integers(1, 4, n)), down)
    return np.where(percent & (odds > 0.9995), -100, found)


def _marks(rng: Generator, sense: np.ndarray) -> Whole:
    """The places of the printed marks in ``MARKS``."""
    n = len(sense)
    found = np.zeros(n, np.int64)
    for name, start, weighted in (
        ("up", 0, w.UP_MARKS),
        ("down", len(w.UP_MARKS), w.DOWN_MARKS),
        ("zero", len(w.UP_MARKS) + len(w.DOWN_MARKS), w.ZERO_MARKS),
    ):
        odds = np.array([weight for _, weight in weighted], float)
        drawn = start + np.searchsorted(np.cumsum(odds / odds.sum()), rng.random(n)).clip(0, len(weighted) - 1)
        found = np.where(sense == name, drawn, found)
    return found


MARKS = [mark for weighted in (w.UP_MARKS, w.DOWN_MARKS, w.ZERO_MARKS) for mark, _ in weighted]
_UPWARD = np.array([mark in AT_LEAST for mark in MARKS])
_UNSIGNED = np.array([mark == "" for mark in MARKS])
_CEILING_ZERO = np.array([mark not in {"≥", "", "不少于", "不低于", ">=", "≧", "大于等于", ">", "达到", "≥≥"} for mark in MARKS])


def _how(rows: Rows, kinds: Kinds, common: Flags) -> Whole:
    """Which formula must hold for each row of two numbers, by the direction printed or assumed."""
    unsigned, negative, cost = _UNSIGNED[rows.mark], kinds.negative[rows.name], kinds.cost[rows.family]
    downward = np.where(unsigned, negative | cost, ~_UPWARD[rows.mark])
    zero_below = np.where(unsigned, negative | cost, _CEILING_ZERO[rows.mark])
    united = common | ~(rows.bare_target & rows.bare_actual)
    cost_rate = unsigned & ~negative & cost & kinds.rate[rows.name] & kinds.percent[rows.family] & united
    sense = kinds.sense[rows.family]
    how = np.where(downward, CEILING, RATIO)
    how = np.where(rows.a == 0, np.where(zero_below, ZERO, ZERO_AT_LEAST), how)
    how = np.where(cost_rate, EQUAL, how)
    one_bare = (rows.bare_target != rows.bare_actual) & kinds.percent[rows.family]
    bare, other = np.where(rows.bare_target, rows.target, rows.actual), np.where(rows.bare_target, rows.actual, rows.target)
    share = one_bare & (bare > 0) & (bare <= 100) & (other > 100)
    return np.where((sense == "words") | (sense == "date") | (rows.weight == NO_WEIGHT) | share, UNCHECKED, how)


def due(rows: Rows) -> tuple[Whole, Flags]:
    """The score of each row in hundredths, rounded half up, and whether the law gives one; 64 bits hold these numbers."""
    b = np.maximum(rows.b, 0)
    ratio = np.minimum(rows.weight, (2 * rows.weight * b + rows.a) // np.maximum(2 * rows.a, 1))
    ratio = np.where(b >= rows.a, rows.weight, ratio)
    none = np.zeros(len(b), np.int64)
    choices = [ratio, rows.weight, np.where(b <= 0, rows.weight, 0), rows.weight, rows.weight]
    score = np.select([rows.how == kind for kind in (RATIO, CEILING, ZERO, ZERO_AT_LEAST, EQUAL)], choices, none)
    known = (rows.how != UNCHECKED) & ~((rows.how == CEILING) & (b > rows.a)) & ~((rows.how == EQUAL) & (rows.b != rows.a))
    return np.where(known, score, 0), known


def claimed(rng: Generator, rows: Rows, layout: Layout, kinds: Kinds) -> Rows:
    """What the unit claims: right in most rows; full though missed, uncapped, w × rate, cut, coarse, negative or blank in others."""
    n, (score, known) = len(rows.a), due(rows)
    weight, odds = np.maximum(rows.weight, 0), rng.random(n)
    missed = known & (score < weight)
    uncapped = np.where(rows.a > 0, weight * np.maximum(rows.b, 0) // np.maximum(rows.a, 1), weight)
    tier = weight * rng.choice(np.array([100, 100, 100, 95, 90, 85, 80]), n) // 100
    right = np.where(known, score, np.where(kinds.sense[rows.family] == "words", tier, weight))
    wrong = [
        (missed & (odds < 0.10), weight),
        (missed & (odds < 0.13), uncapped),
        (missed & (odds < 0.17), (score + 5) // 10 * 10),
        (missed & (odds < 0.18), (score + 50) // 100 * 100),
        (missed & (odds < 0.20), weight * np.clip(rows.actual, 0, 10_000) // 10_000),
        (known & ~missed & (odds < 0.004), np.minimum(uncapped, 2 * weight)),
        (known & ~missed & (odds < 0.014), weight * rng.integers(5, 10, n) // 10),
        ((odds > 0.5) & (odds < 0.503), weight + 50),
        ((odds > 0.6) & (odds < 0.6005), -np.maximum(weight // 2, 50)),
    ]
    stated = np.select([case for case, _ in wrong], [value for _, value in wrong], right)
    perfect = layout.perfect[layout.form]
    unstated = ((odds > 0.7) & (odds < 0.703)) & ~perfect
    return rows._replace(stated=np.where(perfect & ~missed, weight, stated), unstated=unstated)


def row_columns(rng: Generator, rows: Rows, layout: Layout, kinds: Kinds) -> tuple[dict[str, pa.Array], Whole]:
    """The columns of the indicators table, and the formulas that still hold after cells were left blank or filled with words."""
    n, score_known = len(rows.a), due(rows)
    target, actual, spoiled = _cells(rng, rows, layout, kinds)
    level2 = np.array([family.level2 for family in w.FAMILIES])[rows.family]
    style = (rng.random(len(layout.rows)) * 1.02).astype(np.int64) + (rng.random(len(layout.rows)) < 0.2)
    level1 = [pattern.format(level) for pattern in w.LEVEL1_STYLES for level, _ in w.LEVELS]
    units = [f"{times}{unit}" for unit in kinds.units for times in ("", "万", "亿")]
    power = np.searchsorted([1, 10**4, 10**8], rows.target_times)
    no_unit = ~layout.unit_column[layout.form] | (np.array([not unit for unit in kinds.units])[rows.family])
    low = (rows.stated < rows.weight) | (score_known[1] & (score_known[0] < rows.weight))
    blank = np.zeros(n, bool)
    stated = points(rows.stated, blank=rows.unstated)
    idle = (rng.random(n) < 0.01) & (rows.stated % 100 == 0) & ~rows.unstated
    columns = {
        "level1": taken(level1, style.clip(0, 2)[layout.form] * len(w.LEVELS) + level2),
        "level2": taken([name for _, name in w.LEVELS], level2),
        "name": taken(kinds.names, rows.name),
        "target": target,
        "target_value": pa.nulls(n, pa.string()),
        "actual": actual,
        "actual_value": pa.nulls(n, pa.string()),
        "unit_column": taken(units, rows.family * 3 + power, blank=no_unit),
        "weight": points(rows.weight, blank=rows.weight == NO_WEIGHT),
        "stated_score": overlaid(stated, idle, joined(stated, ".0")),
        "reason": _reasons(rng, low, layout.reason[layout.form]),
        "criteria": taken(["按完成比例计分", "达到目标得满分"], blank.astype(np.int64), blank=rng.random(n) > 0.1),
        "evidence": _evidence(rng, n, layout),
    }
    return columns, np.where(spoiled, UNCHECKED, rows.how)


def _cells(rng: Generator, rows: Rows, layout: Layout, kinds: Kinds) -> tuple[pa.Array, pa.Array, Flags]:
    """Target and actual as printed; and which of them say no number any more."""
    n, sense = len(rows.a), kinds.sense[rows.family]
    odds = rng.random((2, n))
    target = _number_text(rng, rows, kinds, actual=False)
    actual = _number_text(rng, rows, kinds, actual=True)
    words, dates = sense == "words", sense == "date"
    answers = np.array([weight for _, weight in w.ANSWERS], float)
    answer = np.searchsorted(np.cumsum(answers / answers.sum()), rng.random(n)).clip(0, len(w.ANSWERS) - 1)
    told = [text or None for text, _ in w.ANSWERS]
    year = [[text.format(y=layout.year) for text in texts] for texts in (w.DATE_TARGETS, w.DATE_ACTUALS)]
    target = overlaid(target, words, taken(w.QUALITIES, rng.integers(0, len(w.QUALITIES), n)))
    actual = overlaid(actual, words, taken(told, answer))
    target = overlaid(target, dates, taken(year[0], rng.integers(0, len(year[0]), n)))
    actual = overlaid(actual, dates, taken(year[1], rng.integers(0, len(year[1]), n)))
    open_target = odds[0] < 0.003
    no_target, no_actual = (odds[0] > 0.5) & (odds[0] < 0.504), (odds[1] > 0.5) & (odds[1] < 0.505)
    wordy = (odds[1] > 0.6) & (odds[1] < 0.606)
    pick = rng.integers(0, 12, n)
    target = overlaid(target, open_target, taken(w.PLACEHOLDERS, pick % 3))
    target = overlaid(target, no_target, taken([*w.ABSENT, None], pick % 4))
    actual = overlaid(actual, no_actual, taken([*w.ABSENT, None], pick % 4))
    actual = overlaid(actual, wordy, taken(w.WORDY, pick % 4))
    copied = (odds[1] > 0.7) & (odds[1] < 0.706) & (rows.a == rows.b) & ~(open_target | no_target | words | dates)
    actual = overlaid(actual, copied, target)
    wide = (odds[0] > 0.8) & (odds[0] < 0.82)
    return widened(target, wide), widened(actual, wide), open_target | no_target | no_actual | wordy


def _number_text(rng: Generator, rows: Rows, kinds: Kinds, *, actual: bool) -> pa.Array:
    n = len(rows.a)
    numbers, bare = (rows.actual, rows.bare_actual) if actual else (rows.target, rows.bare_target)
    times = np.where(bare, 1, rows.actual_times if actual else rows.target_times)
    odds = rng.random((3, n))
    body = digits(numbers, idle=(odds[0] < 0.02) & ~kinds.whole[rows.family], grouped=odds[0] > 0.93)
    units = [f"{word}{unit}" for unit in (*kinds.units, "") for word in ("", "万", "亿")]
    unit = taken(units, np.where(bare, len(kinds.units), rows.family) * 3 + np.searchsorted([1, 10**4, 10**8], times))
    downward = kinds.sense[rows.family] == "down"
    signed = odds[1] < 0.012 if actual else ~_UNSIGNED[rows.mark]
    if actual:
        return joined(overlaid(pa.array([""] * n), signed, taken(["≥", "≤"], downward.astype(np.int64))), body, unit)
    suffix = _UNSIGNED[rows.mark] & (odds[1] < 0.10) & (kinds.sense[rows.family] == "up") & ~kinds.negative[rows.name] & ~kinds.cost[rows.family]
    about = (odds[2] < 0.02) & ~suffix
    end = overlaid(pa.array([""] * n), suffix, taken(w.SUFFIXES_UP, rng.integers(0, 2, n)))
    return joined(taken(MARKS, rows.mark), overlaid(pa.array([""] * n), about, pa.array(["约"] * n)), body, unit, end)


def _reasons(rng: Generator, low: Flags, printed: Flags) -> pa.Array:
    n, odds = len(low), rng.random(len(low))
    told = printed & ((low & (odds < 0.72)) | (odds > 0.985))
    nothing = printed & ((low & (odds > 0.72) & (odds < 0.86)) | (~low & (odds < 0.05)))
    texts = taken(w.REASONS, rng.integers(0, len(w.REASONS), n))
    return blanked(overlaid(texts, nothing, taken(w.NO_REASONS, rng.integers(0, len(w.NO_REASONS), n))), ~(told | nothing))


def _evidence(rng: Generator, n: int, layout: Layout) -> pa.Array:
    titles = [f'["{layout.year}年{thing}{kind}"]' for thing in w.PLACES_OF_WORK for kind in w.EVIDENCE]
    titles += [f'["{kind}", "{other}"]' for kind in w.EVIDENCE for other in w.EVIDENCE] + ['["无"]', '["/"]']
    missing = ~layout.evidence[layout.form] | (rng.random(n) < 0.12)
    return taken(titles, rng.integers(0, len(titles), n), blank=missing)
