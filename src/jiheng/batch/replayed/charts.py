"""The facts as one self-contained page with charts: where bars stand is worked out here in whole pixels, the template draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from jiheng.batch.replayed.changes import BINS, NOTHING_CHANGED, STEPS
from jiheng.batch.replayed.facts import NO_GRADE
from jiheng.batch.replayed.told import headline, outcome, share, signed, sums_of, worst_places
from jiheng.domain.quantity import plain
from jiheng.exporters.html import page as rendered

WIDTH: Final = 640
MOST_BARS: Final = 14
_LONGEST: Final = 19
_ROW, _BAR, _LABELS, _FIGURES, _BESIDE = 26, 16, 230, 74, 76
_COLUMNS, _TALL = 150, 190


class Bar(NamedTuple):
    """A bar: its corner and size, its tone (a class of the style sheet), and what it stands for."""

    x: int
    y: int
    width: int
    height: int
    tone: str
    title: str = ""


class Label(NamedTuple):
    """A text at a place; ``anchor`` is start, middle or end, ``tone`` a class of the style sheet."""

    x: int
    y: int
    text: str
    anchor: str = "start"
    tone: str = ""


class Chart(NamedTuple):
    """A drawing of bars, texts and upright lines (x, from, to); ``title`` says in words what it shows."""

    title: str
    height: int
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    rules: tuple[tuple[int, int, int], ...] = ()
    width: int = WIDTH


class Row(NamedTuple):
    """A row of bars to both sides: its label, what goes to the left and to the right, a figure at the right end."""

    label: str
    falls: Decimal | int
    rises: Decimal | int
    told: str


def page(facts: Mapping[str, Any]) -> str:
    """The page of the facts; loads nothing from outside and runs no script."""
    charts = [_differences(facts), _grades(facts["grades"]), _places(facts), _reasons(facts)]
    return rendered(
        "replay.html",
        facts=facts,
        headline=list(headline(facts))[1:],
        charts=[chart for chart in charts if chart is not None],
        places=worst_places(facts),
        share=share,
        signed=signed,
        sums_of=sums_of,
        outcome=outcome,
    )


def _differences(facts: Mapping[str, Any]) -> Chart | None:
    """How many totals change by how much, from losses at the left to gains at the right; those that do not change are told in the title."""
    found = [one["forms"] for one in facts["differences"]]
    most = max(forms for k, forms in enumerate(found) if k != NOTHING_CHANGED)
    if not most:
        return None
    wide, bottom = WIDTH // (BINS - 1), _COLUMNS + 24
    bars, labels = [], []
    for k, one in enumerate(facts["differences"]):
        if k == NOTHING_CHANGED:
            continue
        x, tall = wide * (k - (k > NOTHING_CHANGED)), _length(one["forms"], most, _COLUMNS)
        bars.append(Bar(x + 3, bottom - tall, wide - 6, tall, "fall" if k < NOTHING_CHANGED else "rise", f"{one['difference']}：{one['forms']:,} 张"))
        if one["forms"]:
            labels.append(Label(x + wide // 2, bottom - tall - 5, f"{one['forms']:,}", "middle", "small"))
    bounds = [plain(Decimal(bound).scaleb(-6)) for bound in STEPS]
    ticks = [*(f"-{bound}" for bound in reversed(bounds)), "0", *(f"+{bound}" for bound in bounds)]
    labels += [Label(wide * (k + 1), bottom + 16, tick, "middle", "small") for k, tick in enumerate(ticks)]
    title = f"总分变化的分布（张；不变的 {found[NOTHING_CHANGED]:,} 张没有画出）"
    return Chart(title, _TALL + 6, tuple(bars), tuple(labels), ((wide * NOTHING_CHANGED, 12, bottom),))


def _grades(grades: Mapping[str, Any]) -> Chart | None:
    """Two stacked bars: how many forms have which grade before and after."""
    total = sum(one["forms"] for one in grades["moves"])
    if not total or grades["names"] == [NO_GRADE]:
        return None
    bars, labels = [], []
    for at, (side, name) in enumerate((("old", "原"), ("new", "新"))):
        y, begun = 40 + 58 * at, 0
        labels.append(Label(0, y + 24, name))
        for tone, grade in enumerate(grades["names"]):
            forms = sum(one["forms"] for one in grades["moves"] if one[side] == grade)
            x, end = (24 + (WIDTH - 24) * edge // total for edge in (begun, begun + forms))
            begun += forms
            if not forms:
                continue
            bars.append(Bar(x, y, max(end - x - 1, 1), 36, _tone(tone, grade), f"{name}：{grade} {forms:,} 张（{share(forms, total)}）"))
            if end - x >= 10 * len(f"{forms:,}") + 8:
                labels.append(Label((x + end) // 2, y + 23, f"{forms:,}", "middle", "inside"))
    x = 24
    for tone, grade in enumerate(grades["names"]):
        bars.append(Bar(x, 8, 12, 12, _tone(tone, grade)))
        labels.append(Label(x + 18, 19, grade))
        x += 34 + 14 * len(grade)
    return Chart("等级的前后分布（张）", 140, tuple(bars), tuple(labels))


def _tone(place: int, grade: str) -> str:
    """The class of a grade by its place among the grades; forms without one are grey."""
    return f"grade{5 if grade == NO_GRADE else min(place, 4)}"


def _places(facts: Mapping[str, Any]) -> Chart | None:
    """Falls to the left, rises to the right, a row for each place with the most changes."""
    years = len({one["year"] for one in facts["places"]}) > 1
    rows = [
        Row(_named(one, years=years), one["down"], one["up"], share(one["totals_changed"], one["compared"]))
        for one in worst_places(facts)
        if one["totals_changed"]
    ]
    return _two_ways(f"变化最多的地区（左降右升，张；右端为变化的比例）{_of(rows)}", rows, "{:,}")


def _named(one: Mapping[str, Any], *, years: bool) -> str:
    return f"{one['place'] or '未定'} {one['year'] or '未定'}" if years else one["place"] or "未定"


def _reasons(facts: Mapping[str, Any]) -> Chart | None:
    """What each cause takes and gives, a row for each, over all laws before."""
    sums: dict[str, Decimal] = {}
    many: dict[str, int] = {}
    for reason in facts["reasons"]:
        sums[reason["cause"]] = sums.get(reason["cause"], Decimal(0)) + Decimal(reason["points"])
        many[reason["cause"]] = many.get(reason["cause"], 0) + reason["rows"]
    ordered = sorted(sums, key=lambda cause: (-abs(sums[cause]), -many[cause], cause))
    rows = [Row(cause, max(-sums[cause], Decimal(0)), max(sums[cause], Decimal(0)), f"{many[cause]:,} 行") for cause in ordered]
    return _two_ways(f"各种原因合计增减的分数（左减右增；右端为变化的行数）{_of(rows)}", rows, "{:,.2f}")


def _of(rows: Sequence[Row]) -> str:
    return f"，前 {MOST_BARS} 项" if len(rows) > MOST_BARS else ""


def _two_ways(title: str, rows: Sequence[Row], figure: str) -> Chart | None:
    """Rows of bars to both sides of a line, with the size of each bar beside it."""
    shown = rows[:MOST_BARS]
    if not shown:
        return None
    left, right = max(row.falls for row in shown), max(row.rises for row in shown)
    room = WIDTH - _LABELS - _FIGURES - 2 * _BESIDE
    axis = _LABELS + _BESIDE + _length(left, left + right, room)
    bars, labels = [], []
    for at, row in enumerate(shown):
        y = 8 + _ROW * at
        labels += [Label(0, y + 13, _short(row.label)), Label(WIDTH, y + 13, row.told, "end", "small")]
        for amount, sign, anchor, tone in ((row.falls, -1, "end", "fall"), (row.rises, 1, "start", "rise")):
            if amount:
                wide = max(_length(amount, left + right, room), 2)
                bars.append(Bar(axis if sign > 0 else axis - wide, y, wide, _BAR, tone, f"{row.label}：{figure.format(amount)}"))
                labels.append(Label(axis + sign * (wide + 5), y + 13, figure.format(amount), anchor, "small"))
    height = 8 + _ROW * len(shown)
    return Chart(title, height + 4, tuple(bars), tuple(labels), ((axis, 2, height),))


def _length(part: Decimal | int, whole: Decimal | int, room: int) -> int:
    """The pixels of a part of the room; at least one where there is anything."""
    return max(int(Decimal(part) * room / Decimal(whole)), 1) if part and whole else 0


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
