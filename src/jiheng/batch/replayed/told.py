"""The facts on a terminal: the headline, places, causes, grades, the forms most affected; columns aligned, Chinese counted double."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

MOST_PLACES: Final = 20
MOST_FINDINGS: Final = 10
_LONGEST: Final = 36
_SUMS: Final = ("表", "变化", "比例", "升", "降", "平均差", "最多降", "最多升", "等级变化", "待定（原→新）")


def lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """The facts as lines of text."""
    yield from headline(facts)
    yield from ("", "各级、各地的总分变化")
    yield from _columns(_places(facts), "lll" + "r" * len(_SUMS) if _has_years(facts) else "ll" + "r" * len(_SUMS))
    hidden = len(facts["places"]) - MOST_PLACES
    if hidden > 0:
        yield f"  另有 {hidden:,} 个地区，见 --format json 或网页报告。"
    if facts["reasons"]:
        yield from ("", "为什么变（按影响的分数排列）")
        for reason in facts["reasons"]:
            yield from _reason(reason, several=len(facts["old"]) > 1)
    yield from _grades(facts["grades"], facts["total"]["grades_changed"])
    yield from _findings(facts["findings"])
    if facts["affected"]:
        yield from ("", f"变化最大的 {len(facts['affected'])} 张表")
        for form in facts["affected"]:
            yield from _form(form)
    yield from _left_out(facts)


def headline(facts: Mapping[str, Any]) -> Iterator[str]:
    """What a person wants to know first."""
    total, old = facts["total"], "、".join(f"{law['id']}（{law['forms']:,} 张）" for law in facts["old"]) or "—"
    yield f"新规则包 {facts['new']['id']}（{facts['new']['title']}），原规则包 {old}"
    compared, changed = total["compared"], total["totals_changed"]
    moved = f"，{total['up']:,} 张升、{total['down']:,} 张降" if changed else ""
    forms = f"共 {total['forms']:,} 张表、{total['rows']:,} 行指标"
    yield f"{forms}。可比总分的 {compared:,} 张中，{changed:,} 张变化（{share(changed, compared)}）{moved}。"
    if compared:
        mean = f"平均总分 {total['mean_before']} → {total['mean_after']}（{signed(total['mean_difference'])}）"
        extremes = f"，最多降 {falls(total['least'])}、升 {rises(total['most'])}" if changed else ""
        yield f"{mean}{extremes}。"
    rows = f"得分变化的指标 {total['rows_changed']:,} 行、表外资金执行率 {total['money_changed']:,} 行"
    no_grades = "（新规则包不设等级）" if total["grades_changed"] and not facts["grades"]["given"] else ""
    undetermined = f"{total['undetermined_before']:,} → {total['undetermined_after']:,} 张"
    yield f"{rows}；等级变化 {total['grades_changed']:,} 张{no_grades}；总分待定的 {undetermined}。"
    if total["totals_lost"] or total["totals_gained"]:
        yield f"新规则下没有总分的 {total['totals_lost']:,} 张，新有总分的 {total['totals_gained']:,} 张，不计入分数变化。"


def share(part: int, whole: int) -> str:
    """A part in per cent to one decimal, rounded half up."""
    tenths = (2000 * part + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


def signed(text: str | None) -> str:
    """A difference with its sign and with thousands separators, or a dash."""
    if text is None:
        return "—"
    printed = f"{Decimal(text):,f}"
    return printed if printed.startswith("-") or not printed.strip("0.") else f"+{printed}"


def falls(least: str | None) -> str:
    """The largest loss as a size; 0 where nothing falls."""
    return least[1:] if least is not None and least.startswith("-") else "0"


def rises(most: str | None) -> str:
    """The largest gain; 0 where nothing rises."""
    return "0" if most is None or most.startswith("-") or not most.strip("0.") else most


def worst_places(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Places by how many of their totals change, the most first."""
    return sorted(facts["places"], key=lambda one: (-one["totals_changed"], -one["forms"], one["place"] or "", one["year"] or 0))


def sums_of(one: Mapping[str, Any]) -> list[str]:
    """The cells of a place or level under the headings of the table."""
    return [
        f"{one['forms']:,}",
        f"{one['totals_changed']:,}",
        share(one["totals_changed"], one["compared"]),
        f"{one['up']:,}",
        f"{one['down']:,}",
        signed(one["mean_difference"]),
        falls(one["least"]),
        rises(one["most"]),
        f"{one['grades_changed']:,}",
        f"{one['undetermined_before']:,}→{one['undetermined_after']:,}",
    ]


def _has_years(facts: Mapping[str, Any]) -> bool:
    return len({one["year"] for one in facts["places"]}) > 1


def _places(facts: Mapping[str, Any]) -> list[list[str]]:
    years = _has_years(facts)
    rows = [["级别", "地区", *(["年度"] if years else []), *_SUMS]]
    rows += [[level["level"], "小计", *([""] if years else []), *sums_of(level)] for level in facts["levels"]]
    for one in worst_places(facts)[:MOST_PLACES]:
        rows.append([one["level"], one["place"] or "未定", *([str(one["year"] or "未定")] if years else []), *sums_of(one)])
    return rows


def _reason(reason: Mapping[str, Any], *, several: bool) -> Iterator[str]:
    pack = f"（原规则包 {reason['pack']}）" if several else ""
    many = f"{reason['rows']:,} 行、" if reason["rows"] else ""
    yield f"  {reason['cause']}{pack}：{many}{reason['forms']:,} 张，合计 {signed(reason['points'])} 分"
    if reason["old"] != reason["new"]:
        yield f"    原：{reason['old']}"
        yield f"    新：{reason['new']}"
    if reason["authority"]:
        yield f"    依据：{reason['authority']}"


def _grades(grades: Mapping[str, Any], changed: int) -> Iterator[str]:
    if not changed:
        return
    why = "，".join(f"{one['cause']} {one['forms']:,} 张" for one in grades["causes"])
    yield from ("", f"等级（变化 {changed:,} 张：{why}）")
    for law in grades["boundaries"]:
        yield f"  {law['pack']}：{law['grades']}"
    if grades["authority"]:
        yield f"  依据：{grades['authority']}"
    moves = {(one["old"], one["new"]): one["forms"] for one in grades["moves"]}
    rows = [["原＼新", *grades["names"]], *([old, *(f"{moves.get((old, new), 0):,}" for new in grades["names"])] for old in grades["names"])]
    yield from _columns(rows, "l" + "r" * len(grades["names"]))


def _findings(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not findings:
        return
    yield from ("", "审核意见的增减")
    rows = [["编号", "名称", "新增", "消失", "级别改变"]]
    rows += [[one["code"], one["title"], *(f"{one[name]:,}" for name in ("appeared", "vanished", "severities"))] for one in findings[:MOST_FINDINGS]]
    yield from _columns(rows, "llrrr")
    if len(findings) > MOST_FINDINGS:
        yield f"  另有 {len(findings) - MOST_FINDINGS} 种，见 --format json 或网页报告。"


def _form(form: Mapping[str, Any]) -> Iterator[str]:
    grade = f"，{form['old_grade']} → {form['new_grade']}" if form["old_grade"] != form["new_grade"] else ""
    where = "，".join(text for text in (form["project_name"], form["implementing_unit"], form["place"]) if text)
    totals = f"{form['old'] or '—'} → {form['new'] or '—'}（{signed(form['difference'])}{grade}）"
    yield f"  {form['form']}  {totals}  {where}"
    for line in form["lines"]:
        yield f"    {line['name']} {outcome(line)}：{line['cause']}{line['detail']}"


def outcome(line: Mapping[str, Any]) -> str:
    """What a line scored before and after, and what that changes in the total."""
    if "old" not in line:
        return signed(line["difference"])
    sides = [_score(line, side) for side in ("old", "new")]
    effect = signed(line["difference"]) if line["difference"].strip("-0.") else "不影响总分"
    return f"{sides[0]} → {sides[1]}（{effect}）"


def _score(line: Mapping[str, Any], side: str) -> str:
    """A score, or how it is not settled and what stands for it in the total."""
    if line[side] is not None:
        return str(line[side])
    counted = line[f"{side}_counted"]
    return f"{line[f'{side}_basis']}{f'（按自评计 {counted}）' if counted else ''}"


def _left_out(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["left_out"] or facts["notes"]:
        yield ""
    for one in facts["left_out"]:
        yield f"没有比较的 {one['forms']:,} 张：{one['why']}，如 {'、'.join(one['examples'])}。"
    yield from facts["notes"]


def _columns(rows: Sequence[Sequence[str]], sides: str) -> Iterator[str]:
    """Rows of cells in columns, each as wide as its widest cell, to the left or the right."""
    cells = [[_short(text) for text in row] for row in rows]
    widths = [max(_width(row[at]) for row in cells) for at in range(len(sides))]
    for row in cells:
        padded = [_padded(text, width, side) for text, width, side in zip(row, widths, sides, strict=True)]
        yield f"  {'  '.join(padded)}".rstrip()


def _padded(text: str, width: int, side: str) -> str:
    blank = " " * (width - _width(text))
    return f"{text}{blank}" if side == "l" else f"{blank}{text}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
