"""One sentence maker per code of the cross-form audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from jiheng.rulebook.model import RuleEntry


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence is made of. ``place`` names row and cell, ``expected`` and ``found`` are numbers, ``years`` the form's and the others'."""

    code: str
    variant: str
    place: str
    target: str | None
    actual: str | None
    expected: str
    found: str
    quote: str
    unit: str
    others: tuple[str, ...]
    other_ids: tuple[str, ...]
    other_count: int
    years: tuple[int, ...]
    rule: RuleEntry

    @property
    def named(self) -> str:
        """The other forms in words."""
        shown = "、".join(self.others)
        return shown if self.other_count <= len(self.others) else f"{shown}等 {self.other_count} 张表"


class Said(NamedTuple):
    """A problem in words: whole sentences, what was expected and found where that is a value or a text."""

    what: str
    todo: str
    expected: str | None = None
    found: str | None = None


def _filed_twice(facts: Facts) -> Said:
    return Said(f"同一文件的同一张表报送了 {facts.other_count + 1} 次：{facts.named}。", "请只保留一份。")


def _same_values(facts: Facts) -> Said:
    last = "（其中有本项目往年的表）" if facts.variant == "year" else ""
    what = f"各行的目标值、完成值与得分，依次与 {facts.named}{last}完全相同。"
    return Said(what, "请核对是否照抄，按本表的实际情况填报并附佐证。")


def _rows_alike(facts: Facts) -> Said:
    return Said(f"全部 {facts.expected} 行名称不同，目标值、完成值与得分却完全相同。", "请逐项核对后填报。")


def _same_for_all(facts: Facts) -> Said:
    what = f"{facts.place}写的佐证同时用于 {facts.found} 行，超过全部 {facts.expected} 行的 {facts.rule.number('share') * 100:.0f}%。"
    return Said(what, "请为每项指标附上能证明该项完成值的材料。", found=facts.found)


def _shared_evidence(facts: Facts) -> Said:
    whose = {"units": "其他单位的", "year": "本项目往年的"}.get(facts.variant, "本单位其他项目的")
    return Said(f"{facts.place}的佐证也写在{whose}表上：{facts.named}。", "请核对该材料能否证明本项目本年度的完成值。")


def _template_residue(facts: Facts) -> Said:
    how = "基本相同" if facts.variant == "near" else "相同"
    return Said(f"{facts.place}“{facts.quote}”与 {facts.named}的文字{how}。", "请按本项目的实际情况重新填写。", found=facts.quote)


def _copies_last_year(facts: Facts) -> Said:
    how = "基本相同" if facts.variant == "near" else "一字不差"
    return Said(f"{facts.place}“{facts.quote}”与往年的表 {facts.named}{how}。", "请按本年度的实际情况重新填写。", found=facts.quote)


def _copies_history(facts: Facts) -> Said:
    what = f"{facts.place}完成值 {facts.actual} 与上年的完成值 {facts.expected} 分毫不差，也不等于本年目标值 {facts.target}：{facts.named}。"
    return Said(what, "请核对是否沿用了上年数据。", facts.expected, facts.actual)


def _below_history(facts: Facts) -> Said:
    gap = facts.rule.number("share") * 100
    what = f"{facts.place}目标值 {facts.target} 比 {facts.years[1]} 年实际完成值 {facts.expected} 差 {gap:.0f}% 以上：{facts.named}。"
    return Said(what, "请提高目标值或说明理由。", facts.expected, facts.target)


def _peer_outlier(facts: Facts) -> Said:
    how = "明显比同类容易达到" if facts.variant == "easy" else "明显高于同类，可能是单位或数量级有误"
    what = f"{facts.place}目标值 {facts.target} {how}：同年另外 {facts.other_count} 张表同名指标的中位数为 {facts.expected}。"
    return Said(what, "请核对目标值与计量单位，或说明理由。", facts.expected, facts.target)


def _unit_inflated(facts: Facts) -> Said:
    forms = facts.other_count + 1
    if facts.variant == "overstated":
        what = f"{facts.unit} {forms} 张表的自评平均分 {facts.found}，比复算平均分 {facts.expected} 高 {facts.rule.number('gap')} 分以上。"
        return Said(what, "请抽查该单位的自评表。", facts.expected, facts.found)
    what = f"{facts.unit} {forms} 张表的自评总分都不低于 {facts.expected}，平均 {facts.found}。"
    return Said(what, "请抽查该单位的自评表。", found=facts.found)


def _unit_mismatch(facts: Facts) -> Said:
    if facts.variant == "group":
        return Said(f"填报单位“{facts.unit}”不是一个单位。", "请写明具体单位。", found=facts.unit)
    what = f"填报单位“{facts.unit}”的 {facts.found} 张表里有 {facts.expected} 张属同一主管部门，本表的主管部门与此不同，如 {facts.named}。"
    return Said(what, "请核对主管部门。")


SENTENCES: Final[dict[str, Callable[[Facts], Said]]] = {
    "actual.copies-history": _copies_history,
    "evidence.same-for-all": _same_for_all,
    "evidence.shared-by-forms": _shared_evidence,
    "fill.template-residue": _template_residue,
    "form.filed-twice": _filed_twice,
    "form.unit-mismatch": _unit_mismatch,
    "pattern.rows-alike": _rows_alike,
    "pattern.same-values": _same_values,
    "report.copies-last-year": _copies_last_year,
    "score.unit-inflated": _unit_inflated,
    "target.below-history": _below_history,
    "target.peer-outlier": _peer_outlier,
}
