"""Monitoring as one self-contained HTML page: the money, a small chart per row with its months against the proportional line, the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.monitored import LAMP_NAMES, METHOD_NAMES, Lamp, MoneyHistory, Monitoring, Point, Tracked
from jiheng.exporters.html import page
from jiheng.exporters.monitored import NO_LAMP, amount, authority, by_month, lamps_told, percent, place_of, remarks, row_cells, with_unit

WIDTH, HEIGHT = 320, 110
LEFT, RIGHT, TOP, BOTTOM = 6, 6, 10, 20
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """Points in pixels: ``lines`` of the values (broken where there is none), ``wanted`` the proportional line, ``ahead`` the forecast."""

    label: str
    lines: tuple[str, ...]
    dots: tuple[tuple[str, str, str], ...]
    wanted: tuple[str, str, str, str]
    wanted_name: str
    ahead: tuple[str, str, str, str] | None
    ticks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One row of the form as a card."""

    place: str
    name: str
    lamp: Lamp | None
    lamp_name: str
    value: str
    target: str
    expected: str
    forecast: str
    method: str
    ledger: str
    rows: str
    remarks: tuple[str, ...]
    chart: Chart | None


def render(found: Monitoring) -> str:
    """The page; it loads nothing from outside."""
    money = found.money
    return page(
        "monitor.html",
        found=found,
        lamp_names=LAMP_NAMES,
        no_lamp=NO_LAMP,
        pace=percent(found.money_ratio),
        rate=percent(money.rate / 100) if money is not None and money.rate is not None else "—",
        counts=[(lamp, LAMP_NAMES[lamp], sum(row.lamp == lamp for row in found.rows)) for lamp in ("red", "yellow", "green")],
        unjudged=sum(row.lamp is None for row in found.rows),
        money_chart=_money_chart(money, found.months) if money is not None else None,
        money_rows=tuple(_money_rows(money)) if money is not None else (),
        tiers=[(tier or "未写级次", *map(amount, money.of_tier(tier))) for tier in money.tiers] if money is not None else [],
        cards=[_card(row) for row in found.rows],
        table=[(row.lamp, row_cells(row)) for row in found.rows],
        lamps=lamps_told(found),
        authority=authority(found),
    )


def _card(row: Tracked) -> Card:
    method = METHOD_NAMES[row.forecast.method] if row.forecast else ""
    return Card(
        place=place_of(row),
        name=row.name,
        lamp=row.lamp,
        lamp_name=LAMP_NAMES[row.lamp] if row.lamp else f"{NO_LAMP}：{row.why}",
        value=with_unit(row.value, row.unit),
        target=row.printed_target or "—",
        expected=with_unit(row.expected, row.unit),
        forecast=with_unit(row.forecast.value, row.unit) if row.forecast else "—",
        method=method,
        ledger=row.ledger,
        rows=f"采用 {row.rows_used} 行" + (f"，未计 {row.left_out} 行" if row.left_out else ""),
        remarks=tuple(remark for remark in remarks(row) if remark != f"{NO_LAMP}灯：{row.why}"),
        chart=_row_chart(row),
    )


def _row_chart(row: Tracked) -> Chart | None:
    known = [(point.month, point.value) for point in row.points if point.value is not None]
    if not known:
        return None
    level = row.nature == "level"
    wanted = (None if row.target is None else Fraction(row.target) if level else Fraction(0), None if row.target is None else Fraction(row.target))
    ahead = Fraction(row.forecast.value) if row.forecast is not None else None
    return _chart(f"{row.name}逐月完成情况", row.points, wanted, ahead, level=level)


def _money_chart(money: MoneyHistory, months: int) -> Chart | None:
    paid = by_month(money)
    if not paid:
        return None
    total, points = Decimal(0), []
    for month in range(1, max(months, int(paid[-1][0][5:])) + 1):
        total += sum((sum_ for name, sum_ in paid if int(name[5:]) == month), Decimal(0))
        points.append(Point(month, Fraction(total)))
    return _chart("逐月累计支付", points, (Fraction(0), Fraction(money.allotted)), None, level=False)


def _chart(label: str, points: Sequence[Point], wanted: tuple[Fraction | None, Fraction | None], ahead: Fraction | None, *, level: bool) -> Chart:
    values = [point.value for point in points if point.value is not None]
    top = max([*values, *(one for one in (*wanted, ahead) if one is not None), Fraction(0)]) or Fraction(1)

    def place(month: int, value: Fraction) -> tuple[str, str]:
        across = LEFT + Fraction(month * (WIDTH - LEFT - RIGHT), MONTHS)
        down = TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM)
        return f"{float(across):.1f}", f"{float(down):.1f}"

    runs: list[list[tuple[str, str]]] = [[]] if level else [[place(0, Fraction(0))]]
    for point in points:
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(place(point.month, point.value))
    start, end = wanted
    last = points[-1]
    return Chart(
        label=label,
        lines=tuple(" ".join(",".join(at) for at in run) for run in runs if len(run) > 1),
        dots=tuple((*place(one.month, one.value), str(one.month)) for one in points if one.value is not None),
        wanted=(*place(0, start), *place(MONTHS, end)) if start is not None and end is not None else ("", "", "", ""),
        wanted_name="目标" if level else "时间进度",
        ahead=(*place(last.month, last.value), *place(MONTHS, ahead))
        if ahead is not None and last.value is not None and last.month < MONTHS
        else None,
        ticks=tuple((place(month, Fraction(0))[0], f"{month}月") for month in (3, 6, 9, 12)),
    )


def _money_rows(money: MoneyHistory) -> Iterable[tuple[str, str, str, str]]:
    """Name, amount, day and document of each step from the first budget to the payments."""
    by = {"ledger": "资金台账", "form": "自评表", None: "—"}[money.planned_by]
    yield "年初预算", amount(money.planned), "", by
    for one in money.changes:
        yield one.kind, amount(one.amount), one.day.isoformat(), one.document or "没有文号"
    yield "实际下达", amount(money.allotted), "", ""
    if money.unexplained is not None:
        yield "其中无文件说明", amount(money.unexplained), "", "" if money.unexplained else "全部有文件说明"
    yield "已支付", amount(money.paid), "", ""
