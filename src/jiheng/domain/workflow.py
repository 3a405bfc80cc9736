"""The way of a filing as one table: (state, action, role) → state. Source: the process chapter of the field guide.

未下达 → 已下达 → 填报中 → 单位审核 → 部门审核 → 财政处室审核 → 终审 → 审核通过 → (复核 → 整改) → 公开 → 归档
"""

from __future__ import annotations

from enum import StrEnum

from jiheng.errors import StaleRevisionError, WrongRoleError, WrongStateError


class State(StrEnum):
    """Where a filing stands; the value is its Chinese name."""

    NOT_ISSUED = "未下达"
    ISSUED = "已下达"
    DRAFTING = "填报中"
    UNIT_REVIEW = "单位审核"
    DEPARTMENT_REVIEW = "部门审核"
    OFFICE_REVIEW = "财政处室审核"
    FINAL_REVIEW = "终审"
    RETURNED = "退回"
    APPROVED = "审核通过"
    RECHECKING = "复核中"
    RECHECKED = "复核完成"
    SETTLED = "复核定案"
    RECTIFYING = "整改中"
    CURED = "整改已反馈"
    CLOSED = "已销号"
    PUBLISHED = "已公开"
    ARCHIVED = "已归档"


class Action(StrEnum):
    """What somebody does to a filing; the value is its Chinese name."""

    ISSUE = "下达"
    WITHDRAW = "撤回下达"
    SAVE = "保存"
    SUBMIT = "提交"
    PASS = "通过"  # noqa: S105 - a step of the way, no password
    RETURN = "退回填报人"
    RETURN_TO_UNIT = "退回单位审核"
    RETURN_TO_DEPARTMENT = "退回部门审核"
    RETURN_TO_OFFICE = "退回财政处室审核"
    DELEGATE = "委托评审"
    GIVE_OPINION = "出具评审意见"
    DRAW = "抽取复核"
    RECORD_RECHECK = "提交复核结果"
    RETURN_RECHECK = "退回复核"
    OBJECT = "提出异议"
    SETTLE = "复核定案"
    NOTIFY = "下发整改通知"
    REPORT_CURE = "反馈整改情况"
    REJECT_CURE = "退回整改"
    CLOSE = "销号"
    PUBLISH = "公开"
    CORRECT = "更正公开"
    ARCHIVE = "归档"


class Role(StrEnum):
    """In what office somebody acts; the value is its Chinese name. 监督 and 管理员 read or keep accounts and never decide."""

    FILLER = "填报人"
    UNIT_REVIEWER = "单位审核人"
    DEPARTMENT_REVIEWER = "主管部门审核人"
    FINANCE_OFFICE = "财政业务处室"
    PERFORMANCE_OFFICE = "绩效管理处"
    EXPERT = "第三方或专家"
    SUPERVISOR = "监督审计"
    ADMINISTRATOR = "管理员"


_UNIT = (Role.FILLER, Role.UNIT_REVIEWER)
_FINANCE = (Role.FINANCE_OFFICE, Role.PERFORMANCE_OFFICE)
_CHIEF = (Role.PERFORMANCE_OFFICE,)
_PUBLISHERS = (Role.DEPARTMENT_REVIEWER, Role.PERFORMANCE_OFFICE)

# one line per arrow: from, action, who may, to
_ARROWS: tuple[tuple[State, Action, tuple[Role, ...], State], ...] = (
    (State.NOT_ISSUED, Action.ISSUE, _PUBLISHERS, State.ISSUED),
    (State.ISSUED, Action.WITHDRAW, _PUBLISHERS, State.NOT_ISSUED),
    (State.ISSUED, Action.SAVE, (Role.FILLER,), State.DRAFTING),
    (State.DRAFTING, Action.SAVE, (Role.FILLER,), State.DRAFTING),
    (State.DRAFTING, Action.SUBMIT, (Role.FILLER,), State.UNIT_REVIEW),
    (State.RETURNED, Action.SAVE, (Role.FILLER,), State.RETURNED),
    (State.RETURNED, Action.SUBMIT, (Role.FILLER,), State.UNIT_REVIEW),
    (State.UNIT_REVIEW, Action.PASS, (Role.UNIT_REVIEWER,), State.DEPARTMENT_REVIEW),
    (State.UNIT_REVIEW, Action.RETURN, (Role.UNIT_REVIEWER,), State.RETURNED),
    (State.DEPARTMENT_REVIEW, Action.PASS, (Role.DEPARTMENT_REVIEWER,), State.OFFICE_REVIEW),
    (State.DEPARTMENT_REVIEW, Action.RETURN, (Role.DEPARTMENT_REVIEWER,), State.RETURNED),
    (State.DEPARTMENT_REVIEW, Action.RETURN_TO_UNIT, (Role.DEPARTMENT_REVIEWER,), State.UNIT_REVIEW),
    (State.OFFICE_REVIEW, Action.PASS, (Role.FINANCE_OFFICE,), State.FINAL_REVIEW),
    (State.OFFICE_REVIEW, Action.RETURN, (Role.FINANCE_OFFICE,), State.RETURNED),
    (State.OFFICE_REVIEW, Action.RETURN_TO_UNIT, (Role.FINANCE_OFFICE,), State.UNIT_REVIEW),
    (State.OFFICE_REVIEW, Action.RETURN_TO_DEPARTMENT, (Role.FINANCE_OFFICE,), State.DEPARTMENT_REVIEW),
    (State.OFFICE_REVIEW, Action.DELEGATE, (Role.FINANCE_OFFICE,), State.OFFICE_REVIEW),
    (State.OFFICE_REVIEW, Action.GIVE_OPINION, (Role.EXPERT,), State.OFFICE_REVIEW),
    (State.FINAL_REVIEW, Action.PASS, _CHIEF, State.APPROVED),
    (State.FINAL_REVIEW, Action.RETURN, _CHIEF, State.RETURNED),
    (State.FINAL_REVIEW, Action.RETURN_TO_UNIT, _CHIEF, State.UNIT_REVIEW),
    (State.FINAL_REVIEW, Action.RETURN_TO_DEPARTMENT, _CHIEF, State.DEPARTMENT_REVIEW),
    (State.FINAL_REVIEW, Action.RETURN_TO_OFFICE, _CHIEF, State.OFFICE_REVIEW),
    (State.FINAL_REVIEW, Action.DELEGATE, _CHIEF, State.FINAL_REVIEW),
    (State.FINAL_REVIEW, Action.GIVE_OPINION, (Role.EXPERT,), State.FINAL_REVIEW),
    (State.APPROVED, Action.DRAW, _CHIEF, State.RECHECKING),
    (State.RECHECKING, Action.RECORD_RECHECK, (Role.EXPERT, Role.PERFORMANCE_OFFICE), State.RECHECKED),
    (State.RECHECKED, Action.RETURN_RECHECK, _CHIEF, State.RECHECKING),
    (State.RECHECKED, Action.OBJECT, _UNIT, State.RECHECKING),
    (State.RECHECKED, Action.SETTLE, _CHIEF, State.SETTLED),
    (State.APPROVED, Action.NOTIFY, _FINANCE, State.RECTIFYING),
    (State.SETTLED, Action.NOTIFY, _FINANCE, State.RECTIFYING),
    (State.RECTIFYING, Action.REPORT_CURE, _UNIT, State.CURED),
    (State.CURED, Action.REJECT_CURE, _FINANCE, State.RECTIFYING),
    (State.CURED, Action.CLOSE, _FINANCE, State.CLOSED),
    (State.APPROVED, Action.PUBLISH, _PUBLISHERS, State.PUBLISHED),
    (State.SETTLED, Action.PUBLISH, _PUBLISHERS, State.PUBLISHED),
    (State.CLOSED, Action.PUBLISH, _PUBLISHERS, State.PUBLISHED),
    (State.PUBLISHED, Action.CORRECT, _PUBLISHERS, State.PUBLISHED),
    (State.PUBLISHED, Action.ARCHIVE, _CHIEF, State.ARCHIVED),
    (State.APPROVED, Action.ARCHIVE, _CHIEF, State.ARCHIVED),
    (State.SETTLED, Action.ARCHIVE, _CHIEF, State.ARCHIVED),
    (State.CLOSED, Action.ARCHIVE, _CHIEF, State.ARCHIVED),
)

TABLE: dict[tuple[State, Action, Role], State] = {(start, action, role): end for start, action, roles, end in _ARROWS for role in roles}
"""Every step a filing may take; what is not here does not exist."""

NEEDS_OPINION = frozenset(
    {
        *(Action.RETURN, Action.RETURN_TO_UNIT, Action.RETURN_TO_DEPARTMENT, Action.RETURN_TO_OFFICE),
        *(Action.GIVE_OPINION, Action.RETURN_RECHECK, Action.OBJECT, Action.NOTIFY, Action.REJECT_CURE),
    }
)
"""Actions that are void without a written opinion."""

VERDICTS = frozenset(
    {
        *(Action.PASS, Action.RETURN, Action.RETURN_TO_UNIT, Action.RETURN_TO_DEPARTMENT, Action.RETURN_TO_OFFICE, Action.GIVE_OPINION),
        *(Action.DRAW, Action.RECORD_RECHECK, Action.RETURN_RECHECK, Action.SETTLE, Action.NOTIFY, Action.REJECT_CURE, Action.CLOSE),
    }
)
"""Actions that judge a filing; nobody takes one on a filing of his own."""


def next_state(state: State, action: Action, role: Role, *, own: bool) -> State:
    """The state a filing enters when somebody acts on it.

    Args:
        state: where the filing stands.
        action: what is done.
        role: in what office the acting person does it.
        own: whether the acting person filled this filing himself.

    Raises:
        WrongStateError: the action does not exist in this state.
        WrongRoleError: the role may not take the action, or the person would judge a filing of his own.
    """
    holders = [holder for holder in Role if (state, action, holder) in TABLE]
    if not holders:
        known = "、".join(dict.fromkeys(entry[1] for entry in TABLE if entry[0] is state)) or "无"
        raise WrongStateError(f"填报表处于“{state}”，不能“{action}”；此状态可以做的操作：{known}。请刷新后再试。")
    if role not in holders:
        raise WrongRoleError(f"填报表处于“{state}”时，“{action}”应由{'或'.join(holders)}办理，当前角色为{role}。请转交有权限的人员。")
    if own and action in VERDICTS:
        raise WrongRoleError(f"不能对本人填报的表“{action}”（状态：{state}，角色：{role}）。请由另一名{role}办理。")
    return TABLE[state, action, role]


def open_actions(state: State, role: Role, *, own: bool) -> tuple[Action, ...]:
    """The actions somebody may take now, in the order of the process; what a page shows as buttons."""
    return tuple(action for action in Action if (state, action, role) in TABLE and not (own and action in VERDICTS))


def check_revision(expected: int, actual: int) -> None:
    """Makes sure that the filing is still the one the caller last read.

    Raises:
        StaleRevisionError: it has been changed meanwhile.
    """
    if expected != actual:
        raise StaleRevisionError(f"填报表已被他人修改：您打开的是第 {expected} 版，现为第 {actual} 版。请刷新页面，核对改动后再操作。")
