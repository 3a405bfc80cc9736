"""Which fields of an evaluation a form prints, and which it has no place for: what leaves in a form must be known beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jiheng.domain.evaluation import PARTICULARS, Evaluation
from jiheng.domain.value import Money, Value
from jiheng.rulebook.forms import Form

FIELDS = (
    *("/title", "/fiscal_year", "/project_name", "/project_level", "/basis_document", "/evaluated_amount", "/money_unit"),
    *("/supervising_department", "/implementing_unit", "/contact/name", "/contact/phone", "/contact/mailbox"),
    *("/goal/expected", "/goal/actual", "/goal/achieved", "/stated_totals/weight", "/stated_totals/score", "/stated_totals/grade"),
    *("/narrative/performance", "/narrative/problems", "/narrative/improvements", "/narrative/expiring_funds"),
)
FUND_FIELDS = ("item", "initial_budget", "adjusted_budget", "allotted", "disbursed", "weight", "stated_rate", "stated_score")
ROW_FIELDS = ("level1", "level2", "name", "target", "actual", "weight", "stated_score", "reason", "criteria", "evidence")
NAMES = {
    "/title": "标题",
    "/fiscal_year": "评价年度",
    "/project_name": "项目名称",
    "/project_level": "项目级次",
    "/basis_document": "实施文件依据",
    "/evaluated_amount": "评价金额",
    "/money_unit": "金额单位",
    "/supervising_department": "主管部门",
    "/implementing_unit": "实施单位",
    "/contact/name": "联系人",
    "/contact/phone": "联系电话",
    "/contact/mailbox": "联系邮箱",
    "/goal/expected": "预期目标",
    "/goal/actual": "实际完成情况",
    "/goal/achieved": "是否如期实现",
    "/stated_totals/weight": "分值合计",
    "/stated_totals/score": "自评总分",
    "/stated_totals/grade": "等级",
    "/narrative/performance": "绩效情况",
    "/narrative/problems": "存在问题",
    "/narrative/improvements": "改进措施",
    "/narrative/expiring_funds": "到期资金",
    "/funds/item": "资金名目",
    "/funds/initial_budget": "年初预算数",
    "/funds/adjusted_budget": "全年预算数",
    "/funds/allotted": "实际下达",
    "/funds/disbursed": "实际支出",
    "/funds/weight": "预算执行分值",
    "/funds/stated_rate": "执行率",
    "/funds/stated_score": "预算执行得分",
    "/indicators/level1": "一级指标",
    "/indicators/level2": "二级指标",
    "/indicators/name": "三级指标",
    "/indicators/target": "目标值",
    "/indicators/actual": "完成值",
    "/indicators/weight": "分值",
    "/indicators/stated_score": "自评得分",
    "/indicators/reason": "原因",
    "/indicators/criteria": "评分标准",
    "/indicators/evidence": "佐证材料",
    "/management/situation": "资金管理情况说明",
    "/management/problems": "资金管理存在问题",
}
_PLACES = {"stated_rate": "rate", "stated_score": "score"}


def field_values(evaluation: Evaluation) -> Iterator[tuple[str, object]]:
    """Every field that has a value, by JSON pointer (management rows by their name), as printed (texts without outer blanks, figures exact)."""
    for pointer in FIELDS:
        value: object = evaluation
        for name in pointer.strip("/").split("/"):
            value = getattr(value, name)
        yield from _kept(pointer, value)
    for index, line in enumerate(evaluation.funds):
        for name in FUND_FIELDS:
            yield from _kept(f"/funds/{index}/{name}", getattr(line, name))
    for index, indicator in enumerate(evaluation.indicators):
        for name in ROW_FIELDS:
            yield from _kept(f"/indicators/{index}/{name}", getattr(indicator, name))
    for label, text in evaluation.particulars.items():
        yield from _kept(f"{PARTICULARS}{label}", text)
    for row in evaluation.management:
        for name in ("situation", "problems"):
            yield from _kept(f"/management/{row.item}/{name}", getattr(row, name))


def _kept(pointer: str, value: object) -> Iterator[tuple[str, object]]:
    plain = value.raw if isinstance(value, (Money, Value)) else value
    if isinstance(plain, str):
        plain = plain.strip()
    if isinstance(plain, Decimal) or (plain is not None and plain not in {"", ()}):
        yield pointer, plain


def prints(form: Form, evaluation: Evaluation, pointer: str) -> bool:
    """Whether the form has a place for the field of this evaluation."""
    places = form.places
    group, _, name = pointer.strip("/").rpartition("/")
    if group.startswith("indicators/"):
        place = _PLACES.get(name, name)
        return f"row.{place}" in places or (name == "target" and "row.value" in places)
    if group.startswith("funds/"):
        item = evaluation.funds[int(group.split("/")[1])].item
        if name == "item":
            return "funds.item" in places or any(place.startswith(f"funds[{item}].") for place in places)
        place = _PLACES.get(name, name)
        return f"funds.{place}" in places or f"funds[{item}].{place}" in places
    if group.startswith("management/"):
        return f"management[{group.partition('/')[2]}].{name}" in places
    if group == "stated_totals":
        return f"total.{name}" in places
    return pointer in places


def left_out(form: Form, evaluation: Evaluation) -> tuple[str, ...]:
    """What the form has no place for, by the names of the field; empty where everything is printed."""
    printed_year = evaluation.template in form.serves and str(evaluation.fiscal_year) in (evaluation.title or "")
    pointers = (re.sub(r"^/(\w+)/[^/]+/", r"/\1/", pointer) for pointer, _ in field_values(evaluation) if not prints(form, evaluation, pointer))
    silent = {"/title", "/fiscal_year"} if printed_year else {"/title"}
    return tuple(NAMES.get(pointer, pointer.removeprefix(PARTICULARS)) for pointer in dict.fromkeys(pointers) if pointer not in silent)
