"""Reports without a table: what is said in sentences is read, marked as inferred, and nothing else is invented."""

from __future__ import annotations

from decimal import Decimal

from jiheng import importers
from jiheng.importers.recognise.prose import INFERRED, rebuilt_from_prose
from jiheng.rulebook import load_rulebook

REPORT = """示例省2022年度防汛补助资金绩效自评报告
（一）资金情况。全年预算1200万元，其中，中央补助资金800万元，省级配套资金400万元。实际支出1100.5万元，执行率91.71%。
（二）指标完成情况。
1.产出指标。数量指标：巡堤里程≥300公里，实际巡堤312公里；新建物资库≥4座，实际完成3座。
2.效益指标。社会效益指标：转移群众不少于1.2万人，实际转移1.3万人。
2023年将继续做好防汛工作，力争投入再增加。
"""


def test_sentences_with_target_and_actual_become_rows_that_a_person_checks_first() -> None:
    parsed = importers.parse(importers.recognise(importers.read(REPORT.encode(), "报告.txt"), load_rulebook().labels)[0])
    form = parsed.evaluation
    assert [(row.level1, row.level2, row.name, row.target.raw, row.actual.raw) for row in form.indicators] == [
        ("产出指标", "数量指标", "巡堤里程", "≥300公里", "312公里"),
        ("产出指标", "数量指标", "新建物资库", "≥4座", "3座"),
        ("效益指标", "社会效益指标", "转移群众", "不少于1.2万人", "1.3万人"),
    ]
    whole, central, provincial = form.funds
    assert whole.adjusted_budget is not None
    assert whole.disbursed is not None
    assert central.adjusted_budget is not None
    assert provincial.adjusted_budget is not None
    assert (whole.adjusted_budget.yuan, whole.disbursed.yuan, whole.stated_rate) == (Decimal(12000000), Decimal(11005000), "91.71%")
    assert (central.adjusted_budget.yuan, provincial.adjusted_budget.yuan) == (Decimal(8000000), Decimal(4000000))
    assert parsed.fields["/indicators/1/actual"].confidence == INFERRED
    assert parsed.fields["/indicators/1/actual"].anchor.line == 4


def test_a_document_with_a_table_of_its_own_or_without_such_sentences_stays_as_it_is() -> None:
    labels = load_rulebook().labels
    tabled = importers.read(f"{REPORT}\n三级指标\t年度指标值\t实际完成值\n甲\t1个\t1个\n".encode(), "表.txt")
    plain = importers.read("今年投入≥300万元，效果明显。".encode(), "文.txt")
    assert rebuilt_from_prose(tabled, labels) is tabled
    assert rebuilt_from_prose(plain, labels) is plain
