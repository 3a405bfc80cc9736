"""Rules on actual values far from their target: unexplained over-achievement, suspicious orders of magnitude."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import says_nothing
from jiheng.audit.wording import figure, half_up, percent, plain
from jiheng.scoring.case import Row
from jiheng.scoring.formulas import ratio

_POWERS = (1, 2, 3, 4)


def _printed(row: Row) -> tuple[str, str]:
    return row.target.raw or "空白", row.actual.raw or "空白"


@rule("over-achievement.unexplained")
def over_achievement_unexplained(inspection: Inspection) -> Iterable[Problem]:
    """A target beaten by so much that a reason is due, and none is given; an approximate target beaten a little is only told."""
    ratio, soft = inspection.entry.number("ratio"), inspection.entry.number("approximate_below")
    due = figure(ratio)
    for row, _ in inspection.formula_rows:
        more, less = (row.a, row.b) if row.operator in {"≤", "<"} else (row.b, row.a)
        if more is None or less is None or less <= 0 or more < ratio * less or not says_nothing(row.indicator.reason):
            continue
        surplus, (target, actual) = figure(more, less), _printed(row)
        yield Problem(
            row.subject,
            f"{row.label}目标 {target}，实际 {actual}，完成 {surplus}%，达到 {due}% 以上而未说明原因。",
            "请说明超额完成的原因，并核对目标是否定得过低。",
            expected=due,
            found=surplus,
            difference=f"{Decimal(surplus) - Decimal(due):f}",
            variant="approximate" if row.target.approximate and more < soft * less else None,
        )


@rule("unit.magnitude-suspected")
def unit_magnitude_suspected(inspection: Inspection) -> Iterable[Problem]:
    """Actual and target differ so much that a unit (元 for 万元) may have been mistaken; small counts are left alone."""
    low, high, near = (inspection.entry.number(name) for name in ("low", "high", "near"))
    least = inspection.entry.number("least_target")
    for row, _ in inspection.formula_rows:
        if row.a is None or row.b is None or row.a < least or row.b <= 0 or low * row.a < row.b < high * row.a:
            continue
        yield _magnitude(row, row.a, row.b, near)


def _magnitude(row: Row, target: Decimal, actual: Decimal, near: Decimal) -> Problem:
    reach, (printed_target, printed_actual) = ratio(actual, target), _printed(row)
    power = _near_power(reach, near)
    what = f"{row.label}目标 {printed_target}，实际 {printed_actual}，完成比例 {percent(reach)}，数量级可疑"
    todo = "请核对目标值与完成值的计量单位。"
    if power is None:
        return Problem(row.subject, f"{what}。", todo, found=figure(reach))
    factor = Decimal(10) ** abs(power)
    adjusted = half_up(actual / factor if power > 0 else actual * factor, 4)
    sign, share = "÷" if power > 0 else "×", percent(adjusted, target)
    return Problem(
        row.subject,
        f"{what}：约差 {abs(power)} 位，完成值 {sign} {plain(factor)} = {plain(adjusted)}，为目标的 {share}。",
        todo,
        expected=plain(adjusted),
        found=plain(actual),
    )


def _near_power(reach: Fraction, near: Decimal) -> int | None:
    """The power of ten that the reach is near, in integers: |r ÷ 10^n − 1| ≤ near, or |r × 10^n − 1| ≤ near."""
    (upper, lower), (share, whole) = reach.as_integer_ratio(), near.as_integer_ratio()
    for power in _POWERS:
        scale = 10**power
        if abs(upper - lower * scale) * whole <= share * lower * scale:
            return power
        if abs(upper * scale - lower) * whole <= share * lower:
            return -power
    return None
