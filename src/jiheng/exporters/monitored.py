"""Monitoring for reading: the money block, a line per row, and what stands behind them; as text and as JSON data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.measured import EXCLUSION_NAMES
from jiheng.domain.monitored import LAMP_NAMES, METHOD_NAMES, METHOD_WORDS, Lamp, MoneyHistory, Monitoring, Tracked
from jiheng.domain.quantity import plain
from jiheng.scoring.rounding import to_places

HEADINGS: tuple[tuple[str, bool], ...] = (
    ("行", True),
    ("指标", False),
    ("目标", True),
    ("至今", True),
    ("应达", True),
    ("灯", False),
    ("全年推算", True),
    ("办法", False),
    ("采用", True),
)
NO_LAMP = "不判"
GLANCE = 8
"""A target longer than this is cut in the narrow table on the screen."""


def row_cells(row: Tracked) -> tuple[str, ...]:
    """A row as the table prints it, under ``HEADINGS``."""
    lamp = LAMP_NAMES[row.lamp] if row.lamp else f"{NO_LAMP}：{row.why}"
    forecast = "—" if row.forecast is None else with_unit(row.forecast.value, row.unit)
    return (
        place_of(row),
        row.name,
        row.printed_target or "—",
        with_unit(row.value, row.unit),
        with_unit(row.expected, row.unit),
        lamp,
        forecast,
        METHOD_NAMES[row.forecast.method] if row.forecast else row.method_note or "—",
        str(row.rows_used),
    )


def narrow_cells(row: Tracked) -> tuple[str, ...]:
    """The same for a screen: units once, targets cut, methods in a word; why no lamp is given stands below the table."""
    place, name, target, value, _, _, _, _, used = row_cells(row)
    return (
        place,
        name,
        target if len(target) <= GLANCE else f"{target[:GLANCE]}…",
        value,
        "—" if row.expected is None else plain(row.expected),
        LAMP_NAMES[row.lamp] if row.lamp else NO_LAMP,
        "—" if row.forecast is None else plain(row.forecast.value),
        METHOD_WORDS[row.forecast.method] if row.forecast else "—",
        used,
    )


def remarks(row: Tracked) -> Iterator[str]:
    """What a reader of the row should know: why there is no lamp or forecast, what is missing, what was said in measuring."""
    if row.why:
        yield f"{NO_LAMP}灯：{row.why}"
    if row.forecast is None and row.method_note and row.method_note != row.why:
        yield f"不推算：{row.method_note}"
    if row.gaps:
        yield f"缺口：{'、'.join(row.gaps)}"
    yield from (f"说明：{note}" for note in row.notes)


def place_of(row: Tracked) -> str:
    """The row's number on the form, counted from 1."""
    return str(int(row.subject.rpartition("/")[2]) + 1)


def with_unit(number: Decimal | None, unit: str) -> str:
    """A number and its unit, without idle zeros; a dash where there is none."""
    return "—" if number is None else f"{plain(number)}{unit}"


def percent(ratio: Fraction | None) -> str:
    """A ratio (0.54) per hundred to two places: 54.00%."""
    return "—" if ratio is None else f"{to_places(ratio * 100, 2):f}%"


def amount(number: Decimal | None) -> str:
    """An amount to the cent of its unit, or as exact as it is: 758.00, 0.0001."""
    if number is None:
        return "—"
    text = plain(number)
    places = len(text.partition(".")[2])
    return f"{number:.2f}" if places < 2 else text


def money_lines(money: MoneyHistory, *, lamp: Lamp | None = None, ratio: Fraction | None = None, months: int = 0) -> Iterator[str]:
    """The money from the first budget to the payments, a line each."""
    by = {"ledger": "台账", "form": "自评表", None: ""}[money.planned_by]
    yield f"资金（{money.unit}，截至 {money.on.isoformat()}）"
    yield f"  年初预算 {amount(money.planned)}{f'（{by}）' if by else '：台账和自评表都没有'}"
    for one in money.changes:
        yield f"  {one.kind} {amount(one.amount)}  {one.day.isoformat()}  {one.number}  {one.document or '没有文号'}"
    yield f"  实际下达 {amount(money.allotted)}{_difference(money)}"
    yield f"  已支付 {amount(money.paid)}，执行率 {percent(money.rate / 100) if money.rate is not None else '—'}{_paced(lamp, ratio, months)}"
    for tier in money.tiers if len(money.tiers) > 1 else ():
        sent, paid = money.of_tier(tier)
        yield f"    {tier or '未写级次'}：下达 {amount(sent)}，支付 {amount(paid)}"
    yield f"  各月支付：{'，'.join(f'{month} {amount(total)}' for month, total in by_month(money)) or '没有'}"
    out = "、".join(f"{EXCLUSION_NAMES[one.code]} {one.rows}" for one in money.left_out)
    yield f"  采用 {money.rows_used} 行{f'，未计：{out}' if out else ''}"
    yield from (f"  说明：{note}" for note in (*money.unread, *money.notes))


def by_month(money: MoneyHistory) -> list[tuple[str, Decimal]]:
    """What all tiers paid in each month."""
    found: dict[str, Decimal] = {}
    for one in money.payments:
        found[one.month] = found.get(one.month, Decimal(0)) + one.amount
    return sorted(found.items())


def _difference(money: MoneyHistory) -> str:
    if money.planned is None or money.unexplained is None:
        return ""
    apart = money.allotted - money.planned
    if not apart and not money.unexplained:
        return "，与年初预算相同"
    told = f"，比年初预算{'少' if apart < 0 else '多'} {amount(abs(apart))}"
    if not money.unexplained:
        return f"{told}，全部有文件说明"
    return f"{told}，其中有文件说明 {amount(money.explained)}，没有文件说明 {amount(money.unexplained)}"


def _paced(lamp: Lamp | None, ratio: Fraction | None, months: int) -> str:
    if ratio is None:
        return ""
    return f"；除以时间进度 {months}/12 为 {percent(ratio)}，{LAMP_NAMES[lamp] if lamp else NO_LAMP}"


def monitored_text(found: Monitoring) -> str:
    """The whole report as plain text: the money, the table, gaps and remarks, how many lamps of each colour."""
    from jiheng.exporters.terminal import table_text  # noqa: PLC0415 - rich is slow to import and json needs none of it

    lines = [f"{found.project}  {found.year} 年度运行监控，截至 {found.on.isoformat()}（时间进度 {found.months}/12）"]
    if found.money is not None:
        lines += money_lines(found.money, lamp=found.money_lamp, ratio=found.money_ratio, months=found.months)
    lines += ["", table_text(HEADINGS, [narrow_cells(row) for row in found.rows]).rstrip("\n"), ""]
    for row in found.rows:
        if told := list(remarks(row)):
            lines += [f"第 {place_of(row)} 行“{row.name}”（{row.ledger}）", *(f"  {line}" for line in told)]
    if found.unbound:
        lines.append(f"没有绑定台账：{'、'.join(found.unbound)}")
    lines += [*found.notes, f"灯：{lamps_told(found)}。", f"依据：{authority(found)}"]
    return "\n".join(lines) + "\n"


def lamps_told(found: Monitoring) -> str:
    """How many rows have each lamp: 绿灯 12，黄灯 1，红灯 0，不判 6."""
    lamps: Sequence[Lamp] = ("red", "yellow", "green")
    counted = [f"{LAMP_NAMES[lamp]} {sum(row.lamp == lamp for row in found.rows)}" for lamp in lamps]
    return "，".join([*counted, f"{NO_LAMP} {sum(row.lamp is None for row in found.rows)}"])


def authority(found: Monitoring) -> str:
    """On what the lamps stand."""
    return "；".join(dict.fromkeys(cite.sentence() for cite in found.cites)) or "规则包没有规定"


def as_data(found: Monitoring) -> dict[str, object]:
    """The report as JSON data; numbers are decimal texts, shares are fractions such as 7/12."""
    return {
        "project": found.project,
        "year": found.year,
        "on": found.on.isoformat(),
        "elapsed": f"{found.months}/12",
        "money": None if found.money is None else {**money_data(found.money), "lamp": found.money_lamp, "pace": percent(found.money_ratio)},
        "rows": [_row_data(row) for row in found.rows],
        "unbound": list(found.unbound),
        "notes": list(found.notes),
        "authority": authority(found),
    }


def money_data(money: MoneyHistory) -> dict[str, object]:
    """The money history as JSON data."""
    movements = {
        name: [
            {
                "day": one.day.isoformat(),
                "number": one.number,
                "kind": one.kind,
                "amount": plain(one.amount),
                "document": one.document,
                "tier": one.tier,
            }
            for one in rows
        ]
        for name, rows in (("allotments", money.allotments), ("changes", money.changes))
    }
    return {
        "on": money.on.isoformat(),
        "unit": money.unit,
        "planned": _text(money.planned),
        "planned_by": money.planned_by,
        **movements,
        "allotted": plain(money.allotted),
        "explained": plain(money.explained),
        "unexplained": _text(money.unexplained),
        "payments": [{"tier": one.tier, "month": one.month, "amount": plain(one.amount)} for one in money.payments],
        "paid": plain(money.paid),
        "rate": percent(money.rate / 100) if money.rate is not None else None,
        "rows_used": money.rows_used,
        "left_out": {one.code: one.rows for one in money.left_out},
        "notes": [*money.unread, *money.notes],
    }


def _row_data(row: Tracked) -> dict[str, object]:
    return {
        "subject": row.subject,
        "name": row.name,
        "target": row.printed_target,
        "ledger": row.ledger,
        "nature": row.nature,
        "unit": row.unit,
        "value": _text(row.value),
        "elapsed": f"{row.share * 12}/12" if row.nature != "level" else None,
        "expected": _text(row.expected),
        "lamp": row.lamp,
        "why": row.why,
        "forecast": _text(row.forecast.value) if row.forecast else None,
        "method": METHOD_NAMES[row.forecast.method] if row.forecast else None,
        "method_note": row.method_note,
        "points": {str(point.month): None if point.value is None else plain(to_places(point.value, 4)) for point in row.points},
        "rows_used": row.rows_used,
        "left_out": row.left_out,
        "gaps": list(row.gaps),
        "notes": list(row.notes),
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
