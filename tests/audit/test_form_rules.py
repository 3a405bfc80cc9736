"""Rules on the header, the year, the printed criteria, contacts; and findings made before there is a case."""

from __future__ import annotations

from typing import Any

import pytest

from inspections import Fires, Silent, findings, fund, row, rule_entries, sheet
from jiheng.audit.files import plain_finding
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Contact, Goal, Narrative, Printed
from jiheng.domain.finding import Repair
from jiheng.domain.value import Money
from jiheng.rulebook.model import MandatoryField

DUE = {
    "mandatory_fields": (
        MandatoryField("/implementing_unit", "填报单位", "error"),
        MandatoryField("/goal/achieved", "是否如期实现", "warning"),
        MandatoryField("/contact/mailbox", "联系邮箱", "info"),
        MandatoryField("/evaluated_amount", "评价金额", "warning"),
    )
}
UNIT, TICK, MAILBOX, AMOUNT = (field.pointer for field in DUE["mandatory_fields"])
PER_CENT = "自评分数=评价年度实现值/评价年度预期值*指标权重*100"
MONEY_CRITERIA = "依据支付额/预算额度*100*指标权重计算得分"
BY_POINTS, BY_PERCENT = Printed(weight_unit="分"), Printed(weight_unit="%")
MISSED = {"b": "80", "s": "8", "f": "8"}
MONEY_ROW = {"role": "money", "name": "资金支出率", "a": None, "b": None, "unit": None, "criteria": MONEY_CRITERIA}
HALF = (fund(adjusted="100", spent="50"),)
PHONE = "138" + "0" * 8
MAIL = "office@" + "example.org"
TIERS = "根据完成情况分为“达成”、“部分达成”"


def head(*pointers: str, **more: Any) -> Any:
    return sheet(row(), printed=Printed(fields=frozenset(pointers)), law=DUE, **more)


def years(*texts: str, **more: Any) -> Any:
    return sheet(row(), printed=Printed(year_texts=texts), **more)


def cut(after: str, anchor: Anchor) -> Any:
    return sheet(row(criteria=after), repairs=[Repair("criteria.truncated", "", TIERS + "三档", after, anchor=anchor)])


FIRES = [
    Fires("form.field-missing", head(UNIT), UNIT, "error", ("“填报单位”没有填写", "请补填填报单位")),
    Fires("form.field-missing", head(TICK), TICK, "warning", ("“是否如期实现”",)),
    Fires("form.field-missing", head(MAILBOX, contact=Contact(name="某某", mailbox="/")), MAILBOX, "info", ("“联系邮箱”",)),
    Fires("form.basis-undocumented", sheet(row(), basis_document="局三定方案"), "/basis_document", "warning", ("“局三定方案”不是文件",)),
    Fires("form.basis-undocumented", sheet(row(), basis_document="上级要求"), "/basis_document", "warning", ("书名号",)),
    Fires("form.year-conflict", years("2023年度自评表", fiscal_year=2022), "/fiscal_year", "error", ("2022、2023",)),
    Fires("form.year-conflict", years("2023", name="2021年自评表.txt", fiscal_year=2023), "/fiscal_year", "error", ("2021、2023",)),
    Fires("form.year-conflict", sheet(row(), title="20XX年度项目支出自评表", fiscal_year=2023), "/fiscal_year", "error", ("“20XX年”",)),
    Fires("form.year-conflict", years("（** 年度）"), "/fiscal_year", "error", ("没有填全",)),
    Fires("form.no-indicators", sheet(), "", "error", ("没有识别到指标行",)),
    Fires("form.no-indicators", sheet(narrative=Narrative(performance="举办活动24场。")), "", "error", ("三级指标",)),
    Fires("criteria.truncated", cut(TIERS + "、“未达成”三档", Anchor(line=25)), "", "info", ("第 25 行", "（“达成”、“部分达成”、“未达成”三档）")),
    Fires("criteria.truncated", cut("分为好、一般、差三档计分", Anchor(line=3)), "", "info", ("（分为好、一般、差三档）",)),
    Fires("criteria.truncated", cut("见附表", Anchor()), "", "info", ("表中一处", "（见附表）")),
    Fires(
        "criteria.truncated",
        sheet(row(criteria=TIERS + "三档"), row(criteria=TIERS + " 三档")),
        "/indicators/0/criteria",
        "info",
        ("3 档，只列出 2 档",),
    ),
    Fires("criteria.truncated", sheet(row(criteria="完成情况分为好、一般4个档，按档计分")), "/indicators/0/criteria", "info", ("4 档，只列出 2 档",)),
    Fires("criteria.formula-suspicious", sheet(row(criteria=PER_CENT, **MISSED), printed=BY_POINTS), "/indicators/0/criteria", "info", ("100 倍",)),
    Fires(
        "criteria.formula-suspicious",
        sheet(row(s="5", f="5", **MONEY_ROW), row(criteria=PER_CENT, **MISSED), funds=HALF, printed=BY_POINTS),
        "/indicators/0/criteria",
        "info",
        ("支付额/预算额度*100*指标权重",),
    ),
    Fires(
        "criteria.formula-suspicious",
        sheet(row(criteria="得分=完成值÷目标值×权重", **MISSED), printed=BY_PERCENT),
        "/indicators/0/criteria",
        "info",
        ("0.01 倍",),
    ),
    Fires("privacy.contact-present", sheet(row(), contact=Contact("某某", "0000000")), "/contact", "info", ("联系人、联系电话",)),
    Fires("privacy.contact-present", sheet(row(reason=f"详询{PHONE}")), "/indicators/0/reason", "info", ("正文中的电话",)),
    Fires("privacy.contact-present", sheet(row(), goal=Goal(expected=f"来函寄 {MAIL}")), "/goal/expected", "info", ("正文中的邮箱",)),
]

SILENT = [
    Silent("form.field-missing", head(UNIT, implementing_unit="某局"), "filled"),
    Silent("form.field-missing", head(TICK, goal=Goal(achieved=False)), "否 is an answer"),
    Silent("form.field-missing", head(AMOUNT, evaluated_amount=Money("90", None)), "an amount stands there"),
    Silent("form.field-missing", head(), "the layout has no such field"),
    Silent("form.basis-undocumented", sheet(row(), basis_document="《专项资金管理办法》"), "a title"),
    Silent("form.basis-undocumented", sheet(row(), basis_document="示例函〔2022〕5号"), "a number"),
    Silent("form.basis-undocumented", sheet(row(), basis_document="市政府2022年工作报告"), "a year"),
    Silent("form.basis-undocumented", sheet(row(), basis_document="/"), "form.field-missing tells it"),
    Silent("form.year-conflict", years("2023", title="2023年度自评表", name="2023年自评表20240110.txt", fiscal_year=2023), "one year"),
    Silent("form.year-conflict", years("自评表"), "no year at all"),
    Silent("form.no-indicators", sheet(row()), "a row"),
    Silent("form.no-indicators", sheet(narrative=Narrative(performance="本项目全年举办活动24场，" * 4)), "a report in prose"),
    Silent("criteria.truncated", sheet(row(criteria=TIERS + "两档")), "all are listed"),
    Silent("criteria.truncated", sheet(row(criteria="得分不在第三档的，每二档扣一分"), row()), "announces no list"),
    Silent("criteria.truncated", sheet(row(criteria="按三档计分")), "lists nothing"),
    Silent("criteria.truncated", sheet(row(), repairs=[Repair("layout.html-in-cell", "", "<p>", "")]), "another repair"),
    Silent("criteria.formula-suspicious", sheet(row(criteria=PER_CENT, **MISSED), printed=BY_PERCENT), "12 is 12 %"),
    Silent("criteria.formula-suspicious", sheet(row(criteria=PER_CENT, **MISSED)), "the unit of the weights is not known"),
    Silent("criteria.formula-suspicious", sheet(row(criteria=PER_CENT + "%", **MISSED), printed=BY_POINTS), "× 100 % is × 1"),
    Silent("criteria.formula-suspicious", sheet(row(criteria=PER_CENT, b="80", s="9"), printed=BY_POINTS), "the score follows another formula"),
    Silent("criteria.formula-suspicious", sheet(row(criteria=PER_CENT), printed=BY_POINTS), "no row falls short"),
    Silent("criteria.formula-suspicious", sheet(row(criteria="完成值/目标值*权重*分值", **MISSED), printed=BY_POINTS), "two weights"),
    Silent(
        "criteria.formula-suspicious",
        sheet(row(s="5", f="5", **MONEY_ROW), row(criteria="完成值/目标值*权重", **MISSED), funds=HALF, printed=BY_POINTS),
        "two constants",
    ),
    Silent("privacy.contact-present", sheet(row(), contact=Contact("/", None, "无")), "no contact"),
    Silent("privacy.contact-present", sheet(row(reason="12315热线受理4199519件")), "a hotline and a count"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_the_message_does_not_repeat_a_contact() -> None:
    (found,) = findings(sheet(row(reason=f"详询{PHONE}"), contact=Contact("某某")), "privacy.contact-present")
    assert PHONE not in found.message
    assert "某某" not in found.message


@pytest.mark.parametrize(
    ("code", "severity"),
    [("file.empty", "error"), ("file.damaged", "error"), ("file.macro", "warning"), ("pack.none-in-force", "error"), ("pack.default", "info")],
)
def test_a_finding_without_a_case_is_worded_like_any_other(code: str, severity: str) -> None:
    anchor = Anchor(line=1)
    found = plain_finding(rule_entries()[code], "文件为空。", "请重新导出。", anchor)
    assert (found.code, found.severity, found.subject, found.suggestion, found.anchor) == (code, severity, "", "请重新导出。", anchor)
    assert found.message.startswith("文件为空。请重新导出。依据：")
    assert found.message.endswith("。")
    assert plain_finding(rule_entries()[code], "文件为空。", "").suggestion is None
