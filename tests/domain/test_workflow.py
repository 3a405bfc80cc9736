"""The table of a filing's way is closed, complete, and lets nobody judge his own filing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.workflow import NEEDS_OPINION, TABLE, VERDICTS, Action, Role, State, check_revision, next_state, open_actions
from jiheng.errors import StaleRevisionError, WorkflowError, WrongRoleError, WrongStateError

STATES, ACTIONS, ROLES = st.sampled_from(State), st.sampled_from(Action), st.sampled_from(Role)
REVIEWS = (State.UNIT_REVIEW, State.DEPARTMENT_REVIEW, State.OFFICE_REVIEW, State.FINAL_REVIEW)

WAY = [
    (Action.ISSUE, Role.PERFORMANCE_OFFICE, State.ISSUED),
    (Action.WITHDRAW, Role.PERFORMANCE_OFFICE, State.NOT_ISSUED),
    (Action.ISSUE, Role.DEPARTMENT_REVIEWER, State.ISSUED),
    (Action.SAVE, Role.FILLER, State.DRAFTING),
    (Action.SAVE, Role.FILLER, State.DRAFTING),
    (Action.SUBMIT, Role.FILLER, State.UNIT_REVIEW),
    (Action.RETURN, Role.UNIT_REVIEWER, State.RETURNED),
    (Action.SAVE, Role.FILLER, State.RETURNED),
    (Action.SUBMIT, Role.FILLER, State.UNIT_REVIEW),
    (Action.PASS, Role.UNIT_REVIEWER, State.DEPARTMENT_REVIEW),
    (Action.PASS, Role.DEPARTMENT_REVIEWER, State.OFFICE_REVIEW),
    (Action.DELEGATE, Role.FINANCE_OFFICE, State.OFFICE_REVIEW),
    (Action.GIVE_OPINION, Role.EXPERT, State.OFFICE_REVIEW),
    (Action.PASS, Role.FINANCE_OFFICE, State.FINAL_REVIEW),
    (Action.RETURN_TO_DEPARTMENT, Role.PERFORMANCE_OFFICE, State.DEPARTMENT_REVIEW),
    (Action.PASS, Role.DEPARTMENT_REVIEWER, State.OFFICE_REVIEW),
    (Action.PASS, Role.FINANCE_OFFICE, State.FINAL_REVIEW),
    (Action.PASS, Role.PERFORMANCE_OFFICE, State.APPROVED),
    (Action.DRAW, Role.PERFORMANCE_OFFICE, State.RECHECKING),
    (Action.RECORD_RECHECK, Role.EXPERT, State.RECHECKED),
    (Action.OBJECT, Role.UNIT_REVIEWER, State.RECHECKING),
    (Action.RECORD_RECHECK, Role.EXPERT, State.RECHECKED),
    (Action.SETTLE, Role.PERFORMANCE_OFFICE, State.SETTLED),
    (Action.NOTIFY, Role.FINANCE_OFFICE, State.RECTIFYING),
    (Action.REPORT_CURE, Role.FILLER, State.CURED),
    (Action.REJECT_CURE, Role.FINANCE_OFFICE, State.RECTIFYING),
    (Action.REPORT_CURE, Role.FILLER, State.CURED),
    (Action.CLOSE, Role.FINANCE_OFFICE, State.CLOSED),
    (Action.PUBLISH, Role.DEPARTMENT_REVIEWER, State.PUBLISHED),
    (Action.CORRECT, Role.DEPARTMENT_REVIEWER, State.PUBLISHED),
    (Action.ARCHIVE, Role.PERFORMANCE_OFFICE, State.ARCHIVED),
]


def test_a_filing_goes_its_whole_way() -> None:
    state = State.NOT_ISSUED
    for action, role, after in WAY:
        state = next_state(state, action, role, own=role is Role.FILLER)
        assert state is after


@given(STATES, ACTIONS, ROLES, st.booleans())
def test_an_action_is_open_or_refused_with_a_reason(state: State, action: Action, role: Role, own: bool) -> None:
    if action in open_actions(state, role, own=own):
        assert next_state(state, action, role, own=own) is TABLE[state, action, role]
        return
    with pytest.raises(WorkflowError, match="“" + state + "”|（状态：" + state) as caught:
        next_state(state, action, role, own=own)
    known = any((state, action, other) in TABLE for other in Role)
    assert isinstance(caught.value, WrongRoleError if known else WrongStateError)
    assert str(caught.value).endswith("。")


@given(STATES, ACTIONS, ROLES)
def test_nobody_judges_his_own_filing(state: State, action: Action, role: Role) -> None:
    if action in VERDICTS:
        with pytest.raises(WorkflowError):
            next_state(state, action, role, own=True)


@pytest.mark.parametrize("left_out", [State.ISSUED, State.DRAFTING, *REVIEWS])
def test_no_way_to_the_public_passes_by_a_review_step(left_out: State) -> None:
    reached = {State.NOT_ISSUED}
    for _ in State:
        reached |= {end for (start, _, _), end in TABLE.items() if start in reached and end is not left_out}
    assert reached.isdisjoint({State.APPROVED, State.SETTLED, State.PUBLISHED, State.ARCHIVED})


def test_approval_is_reached_from_the_final_review_alone_and_each_step_from_the_one_before() -> None:
    order = (State.DRAFTING, *REVIEWS, State.APPROVED)
    for before, after in pairwise(order[1:]):
        assert {start for (start, action, _), end in TABLE.items() if end is after and action is Action.PASS} == {before}
    assert {start for (start, _, _), end in TABLE.items() if end is State.APPROVED} == {State.FINAL_REVIEW}


def test_a_return_goes_to_any_earlier_step_and_to_no_later_one() -> None:
    order = (State.RETURNED, *REVIEWS)
    returns = {Action.RETURN, Action.RETURN_TO_UNIT, Action.RETURN_TO_DEPARTMENT, Action.RETURN_TO_OFFICE}
    for place, state in enumerate(order[1:], start=1):
        assert {end for (start, action, _), end in TABLE.items() if start is state and action in returns} == set(order[:place])


def test_every_state_is_reached_and_only_the_archive_is_left_by_nobody() -> None:
    reached = {State.NOT_ISSUED}
    for _ in State:
        reached |= {end for (start, _, _), end in TABLE.items() if start in reached}
    assert reached == set(State)
    assert set(State) - {start for start, _, _ in TABLE} == {State.ARCHIVED}
    assert {action for _, action, _ in TABLE} == set(Action)


def test_those_who_watch_or_keep_accounts_decide_nothing() -> None:
    assert not any(open_actions(state, role, own=False) for state in State for role in (Role.SUPERVISOR, Role.ADMINISTRATOR))


def test_an_expert_advises_and_never_approves() -> None:
    assert {action for _, action, role in TABLE if role is Role.EXPERT} == {Action.GIVE_OPINION, Action.RECORD_RECHECK}


def test_every_return_needs_an_opinion() -> None:
    assert {action for action in Action if action.startswith("退回")} <= NEEDS_OPINION
    assert Action.PASS not in NEEDS_OPINION


def test_the_messages_say_what_is_possible_and_who_may() -> None:
    with pytest.raises(WrongStateError) as state:
        next_state(State.ISSUED, Action.PASS, Role.FILLER, own=False)
    assert str(state.value) == "填报表处于“已下达”，不能“通过”；此状态可以做的操作：撤回下达、保存。请刷新后再试。"
    with pytest.raises(WrongStateError, match="可以做的操作：无"):
        next_state(State.ARCHIVED, Action.SAVE, Role.FILLER, own=True)
    with pytest.raises(WrongRoleError) as role:
        next_state(State.UNIT_REVIEW, Action.PASS, Role.FILLER, own=True)
    assert str(role.value) == "填报表处于“单位审核”时，“通过”应由单位审核人办理，当前角色为填报人。请转交有权限的人员。"
    with pytest.raises(WrongRoleError) as own:
        next_state(State.UNIT_REVIEW, Action.PASS, Role.UNIT_REVIEWER, own=True)
    assert str(own.value) == "不能对本人填报的表“通过”（状态：单位审核，角色：单位审核人）。请由另一名单位审核人办理。"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_stale_revision_is_refused(expected: int, actual: int) -> None:
    if expected == actual:
        check_revision(expected, actual)
        return
    with pytest.raises(StaleRevisionError, match=f"第 {expected} 版，现为第 {actual} 版"):
        check_revision(expected, actual)
