"""What was read, field by field, the least certain first: the list a person checks after import, on screen or on paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.quantity import plain
from jiheng.domain.value import Money, Value
from jiheng.rulebook import load_rulebook

SURE = Decimal("0.9")
"""From this confidence on, a reading counts as sure."""
_HEADER = {
    "title": "标题", "fiscal_year": "评价年度", "project_name": "项目名称", "project_level": "项目级次", "basis_document": "实施文件依据",
    "evaluated_amount": "评价金额", "supervising_department": "主管部门", "implementing_unit": "实施单位", "money_unit": "金额单位",
    "contact/name": "联系人", "contact/phone": "联系电话", "contact/mailbox": "联系邮箱",
    "goal/expected": "预期总体目标", "goal/actual": "总体目标完成情况", "goal/achieved": "是否如期实现",
    "stated_totals/weight": "分值合计", "stated_totals/score": "自评总分", "stated_totals/grade": "自评等级",
    "narrative/performance": "报告：绩效情况", "narrative/problems": "报告：存在问题", "narrative/improvements": "报告：改进意见",
    "narrative/expiring_funds": "报告：到期资金",
}  # fmt: skip
_INDICATOR = {
    "level1": "一级指标", "level2": "二级指标", "name": "名称", "target": "目标值", "actual": "完成值", "weight": "分值",
    "stated_score": "自评得分", "reason": "原因", "criteria": "评分标准", "evidence": "佐证材料",
}  # fmt: skip
_FUND = {
    "item": "名称", "initial_budget": "年初预算", "adjusted_budget": "全年预算", "allotted": "下达", "disbursed": "支出",
    "weight": "分值", "stated_rate": "执行率", "stated_score": "自评得分", "reason": "偏差原因",
}  # fmt: skip
_BLANK = "（空白）"
_COUNTERPARTS = {"target": "actual", "actual": "target"}
_MEASURED = frozenset({"quantity", "percent"})
_NOT_THERE = object()


@dataclass(frozen=True, slots=True)
class FieldReview:
    """One field: its JSON pointer and name, the print and what it was taken for, how certain, what else it may say, where it stands.

    ``notes`` are the repairs and import findings that touch it; ``doubtful`` is what a person should look at.
    """

    pointer: str
    label: str
    printed: str
    read: str
    confidence: Decimal
    alternatives: tuple[str, ...]
    anchor: Anchor
    notes: tuple[str, ...] = ()
    ambiguous: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether a person should look: an unsure reading, another one at hand, or a value that could not be taken for anything."""
        return self.confidence < SURE or bool(self.alternatives) or self.ambiguous


def reviews(dossier: Dossier) -> tuple[FieldReview, ...]:
    """Every field that was read, in the order in which a person should check them: the one place that says what comes first.

    Least confidence first; then fields with another reading, fields that could not be understood, fields that import put right or has a
    finding about; then the order of the form (header, money, indicators, totals, report).
    """
    form = dossier.evaluation
    if form is None:
        return ()
    notes = _notes(dossier)
    found = []
    for pointer, reading in dossier.fields.items():
        said, ambiguous = _read(form, pointer, reading.anchor.text)
        told = (*notes.get(pointer, ()), *notes.get(pointer.rpartition("/")[0], ()))
        found.append(
            FieldReview(
                pointer=pointer,
                label=_label(form, pointer),
                printed=reading.anchor.text or _BLANK,
                read=said,
                confidence=reading.confidence,
                alternatives=reading.alternatives,
                anchor=reading.anchor,
                notes=told,
                ambiguous=ambiguous,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.confidence, not one.alternatives, not one.ambiguous, not one.notes, reading_order(one.pointer))))


def where(anchor: Anchor) -> str:
    """A place in words: 第 2 页 R3C5, 工作表“表一”B7, 第 12 行 c5."""
    parts = []
    if anchor.page is not None:
        parts.append(f"第 {anchor.page} 页")
    if anchor.sheet is not None:
        parts.append(f"工作表“{anchor.sheet}”")
    if anchor.line is not None:
        parts.append(f"第 {anchor.line} 行")
    if anchor.cell is not None:
        parts.append(anchor.cell)
    return " ".join(parts) or "—"


def _notes(dossier: Dossier) -> dict[str, tuple[str, ...]]:
    """By pointer of a field or row: what import put right there, and what it found there; a finding that only tells of a repair once."""
    notes: dict[str, tuple[str, ...]] = {}
    for repair in dossier.repairs:
        if repair.subject:
            notes[repair.subject] = (*notes.get(repair.subject, ()), f"{repair.note}：{repair.before} → {repair.after}")
    told = {(repair.code, repair.subject) for repair in dossier.repairs}
    rules = load_rulebook().national.rules
    for finding in dossier.findings:
        entry = rules.get(finding.code)
        if entry is not None and entry.stage == "imp" and finding.subject and (finding.code, finding.subject) not in told:
            notes[finding.subject] = (*notes.get(finding.subject, ()), finding.message.partition("依据：")[0])
    return notes


def reading_order(pointer: str) -> tuple[int, int, int]:
    """Header, money, indicators, totals, report; within them by row and column of the form."""
    parts = pointer.split("/")
    group = {"funds": 1, "indicators": 2, "stated_totals": 3, "narrative": 4}.get(parts[1], 0)
    row = int(parts[2]) if len(parts) > 3 and parts[2].isdigit() else 0
    names = list(_INDICATOR if group == 2 else _FUND if group == 1 else _HEADER)
    last = parts[-1] if group in {1, 2} else "/".join(parts[1:])
    return group, row, names.index(last) if last in names else len(names)


def _label(form: Evaluation, pointer: str) -> str:
    parts = pointer.split("/")
    if len(parts) > 3 and parts[1] == "indicators":
        name = _at(form, f"/indicators/{parts[2]}/name") or "（无名称）"
        return f"第 {int(parts[2]) + 1} 行“{name}”{_INDICATOR.get(parts[3], parts[3])}"
    if len(parts) > 3 and parts[1] == "funds":
        return f"资金“{_at(form, f'/funds/{parts[2]}/item')}”{_FUND.get(parts[3], parts[3])}"
    if len(parts) > 2 and parts[1] == "particulars":
        return parts[2]
    return _HEADER.get("/".join(parts[1:]), pointer)


def _at(form: Evaluation, pointer: str) -> object:
    """What the evaluation holds at a pointer; a cell that is kept with the form without being part of it is not there."""
    value: object = form
    for name in pointer.split("/")[1:]:
        if isinstance(value, tuple):
            value = value[int(name)] if name.isdecimal() and int(name) < len(value) else _NOT_THERE
        else:
            value = getattr(value, name, _NOT_THERE)
    return value


def _read(form: Evaluation, pointer: str, printed: str) -> tuple[str, bool]:
    """What a field was taken for, and whether it could not be taken for what stands in such fields."""
    value = _at(form, pointer)
    if value is _NOT_THERE:
        return printed or _BLANK, False
    said, ambiguous = _said(value)
    if said == _BLANK:
        return said, any(char.isdigit() for char in printed)
    if isinstance(value, Value) and value.kind == "text":
        row, _, name = pointer.rpartition("/")
        other = _at(form, f"{row}/{_COUNTERPARTS.get(name, name)}")
        ambiguous = ambiguous or (isinstance(other, Value) and other.kind in _MEASURED)
    return said, ambiguous


def _said(value: object) -> tuple[str, bool]:
    if value is None or value in ("", ()):
        return _BLANK, False
    if isinstance(value, Value):
        return _value(value), value.kind == "text" and bool(value.raw and any(char.isdigit() for char in value.raw))
    if isinstance(value, Money):
        return (f"{plain(value.yuan)} 元", False) if value.yuan is not None else ("金额读不出", True)
    if isinstance(value, Decimal):
        return plain(value), False
    if isinstance(value, bool):
        return ("是" if value else "否"), False
    return ("；".join(value) if isinstance(value, tuple) else str(value)), False


def _value(value: Value) -> str:
    if value.number is not None:
        return f"{value.operator or ''}{'约 ' if value.approximate else ''}{plain(value.number)} {value.unit or ''}".strip()
    if value.date is not None:
        return f"{value.operator or ''}{value.date}"
    return {"absent": _BLANK, "placeholder": "占位文字", "grade": f"等级：{value.raw}"}.get(value.kind, f"文字：{value.raw}")
