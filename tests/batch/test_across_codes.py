"""Each code of the cross-form audit: data sets in which it must fire, on which forms and subjects, and data sets in which it must not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from batch.across_forms import dossier, filed, form_id, found, found_in, portions, row, survey_of, totals, with_cells
from builders import pack
from jiheng.batch.across.problems import CODES
from jiheng.domain.evaluation import Evaluation, Indicator

GOAL = "围绕本地特色产业组织开展职业技能培训，使参训人员掌握实用技术，带动农户增收致富，培训合格率达到九成以上，参训学员满意"
NEAR = GOAL.replace("农户", "村民")
OTHER = "完成辖区内老旧小区供水管网改造，更换锈蚀管道与阀门，消除漏水隐患，改善居民用水条件，项目按期竣工并通过验收"


@dataclass(frozen=True)
class Case:
    """Forms, and on which of them (by number) at which subject the code must stand, with which words in its message."""

    code: str
    name: str
    forms: tuple[Evaluation, ...]
    subjects: tuple[tuple[int, str], ...] = ()
    words: tuple[str, ...] = ()
    severity: str = "warning"


def numbers(*pairs: tuple[str, str], names: str = "甲乙丙丁戊己庚辛") -> tuple[Indicator, ...]:
    return tuple(row(target, actual, "10", "10", name=f"{names[at]}项数量") for at, (target, actual) in enumerate(pairs))


SEQUENCE = numbers(("≥120人", "131人"), ("≥35场", "37场"), ("≥8项", "9项"), ("≥66户", "72户"), ("≥2100份", "2345份"))
PLAIN = numbers(("100%", "100%"), ("100%", "100%"), ("100%", "100%"), ("1项", "1项"), ("1项", "1项"))


def satisfied(target: str, place: int, *, name: str = "群众满意率") -> Evaluation:
    return filed(f"项目{place}", f"单位{place}", rows=[row(target, "96%", "10", "10", name=name, level2="满意度指标")])


def unit_forms(*scores: str | None, unit: str = "甲局", year: int = 2023) -> tuple[Evaluation, ...]:
    return tuple(filed(f"项目{at}", unit, year, total=score) for at, score in enumerate(scores))


def proved(*evidence: str, project: str = "项目", unit: str = "甲局", year: int = 2023) -> Evaluation:
    rows = [with_cells(row(name=f"指标{at}"), evidence=(name,) if name else ()) for at, name in enumerate(evidence)]
    return filed(project, unit, year, rows)


def trained(target: str, actual: str, year: int, *, name: str = "培训人数", project: str = "培训", unit: str = "甲局") -> Evaluation:
    return filed(project, unit, year, [row(target, actual, name=name)])


def under(department: str | None, project: str, unit: str = "甲中心") -> Evaluation:
    return filed(project, unit, department=department)


FIRES = (
    Case(
        "fill.template-residue",
        "one goal in two units",
        (filed("甲", "甲局", goal=GOAL), filed("乙", "乙局", goal=GOAL), filed("丙", "丙局", goal=OTHER)),
        ((0, "/goal/expected"), (1, "/goal/expected")),
        ("文字相同", "围绕本地特色产业"),
    ),
    Case(
        "fill.template-residue",
        "a word changed, in another field of another project",
        (filed("甲", goal=GOAL), filed("乙", report=NEAR)),
        ((0, "/goal/expected"), (1, "/narrative/performance")),
        ("文字基本相同",),
    ),
    Case(
        "fill.template-residue",
        "a reason in a row, blanks and full-width forms apart",
        (
            filed("甲", rows=[row(), with_cells(row(), reason=GOAL + "(2023)")]),
            filed("乙", "乙局", rows=[with_cells(row(), reason=" ".join(GOAL) + "（２０２３）")]),
        ),
        ((0, "/indicators/1/reason"), (1, "/indicators/0/reason")),
        ("第 2 行“培训人数”的未达标原因",),
    ),
    Case(
        "report.copies-last-year",
        "the same report as last year",
        (filed("甲", year=2022, report=OTHER), filed("甲", year=2023, report=OTHER)),
        ((1, "/narrative/performance"),),
        ("2022 年", "一字不差"),
    ),
    Case(
        "report.copies-last-year",
        "nearly the report of two years ago",
        (filed("甲", year=2021, report=GOAL), filed("甲", year=2023, report=NEAR)),
        ((1, "/narrative/performance"),),
        ("2021 年", "基本相同"),
    ),
    Case(
        "pattern.same-values",
        "one sequence of values in two projects",
        (filed("甲", rows=SEQUENCE), filed("乙", "乙局", rows=SEQUENCE), filed("丙", rows=SEQUENCE[:4])),
        ((0, ""), (1, "")),
        ("依次与",),
    ),
    Case(
        "pattern.same-values",
        "one sequence of values in two years",
        (filed("甲", year=2022, rows=SEQUENCE), filed("甲", year=2023, rows=SEQUENCE)),
        ((1, ""),),
        ("往年的表",),
    ),
    Case(
        "pattern.rows-alike",
        "five names, one value",
        (filed("甲", rows=numbers(*[("≥37次", "42次")] * 5)),),
        ((0, ""),),
        ("全部 5 行",),
        "info",
    ),
    Case("pattern.rows-alike", "six names, one rate", (filed("甲", rows=numbers(*[("≥95%", "97%")] * 6)),), ((0, ""),), ("全部 6 行",), "info"),
    Case(
        "target.below-history",
        "less than last year's actual value",
        (trained("≥100人", "150人", 2022), trained("≥130人", "140人", 2023)),
        ((1, "/indicators/0/target"),),
        ("≥130人", "2022 年实际完成值 150人"),
    ),
    Case(
        "target.below-history",
        "a cost above the actual value of the year before last, in another unit",
        (
            filed("修路", year=2021, rows=[row("≤3公里", "2公里", name="绕行里程", level2="社会成本指标")]),
            filed("修路", year=2023, rows=[row("2201米", "2000米", name="绕行里程", level2="社会成本指标")]),
        ),
        ((1, "/indicators/0/target"),),
        ("2021 年实际完成值 2000米",),
    ),
    Case(
        "actual.copies-history",
        "97.14 % twice",
        (trained("≥95%", "97.14%", 2022, name="合格率"), trained("≥96%", "97.14%", 2023, name="合格率")),
        ((1, "/indicators/0/actual"),),
        ("97.14%", "分毫不差"),
    ),
    Case(
        "actual.copies-history",
        "one amount in two prints",
        (trained("≥1亿元", "13479万元", 2022, name="外贸额"), trained("≥1.2亿元", "1.3479亿元", 2023, name="外贸额")),
        ((1, "/indicators/0/actual"),),
        ("1.3479亿元",),
    ),
    Case(
        "target.peer-outlier",
        "easy among peers that agree",
        (*(satisfied("≥95%", at) for at in range(12)), satisfied("≥60%", 12)),
        ((12, "/indicators/0/target"),),
        ("比同类容易达到", "中位数为 95%", "另外 12 张表"),
    ),
    Case(
        "target.peer-outlier",
        "ten times the peers",
        (*(satisfied(f"≥{90 + at % 3}%", at) for at in range(12)), satisfied("≥950%", 12)),
        ((12, "/indicators/0/target"),),
        ("数量级有误",),
        "info",
    ),
    Case("score.unit-inflated", "five forms near the top", unit_forms("98", "99.5", "100", "98.00", "99"), ((-1, ""),), ("甲局 5 张表", "平均 98.9")),
    Case("score.unit-inflated", "six forms at the top", unit_forms(*["100"] * 6), ((-1, ""),), ("甲局 6 张表",)),
    Case(
        "evidence.same-for-all",
        "one survey for three of four rows",
        (proved("满意度调查问卷", "满意度调查问卷", "满意度调查问卷", "验收单"),),
        ((0, "/indicators/0/evidence"),),
        ("用于 3 行", "全部 4 行"),
    ),
    Case(
        "evidence.same-for-all",
        "one photograph for all rows",
        (proved(*["现场照片"] * 5),),
        ((0, "/indicators/0/evidence"),),
        ("用于 5 行",),
    ),
    Case(
        "evidence.shared-by-forms",
        "one receipt in two units",
        (proved("", "2023年第17号验收单", project="甲"), proved("2023年第17号验收单", project="乙", unit="乙局")),
        ((0, "/indicators/1/evidence"), (1, "/indicators/0/evidence")),
        ("其他单位",),
    ),
    Case(
        "evidence.shared-by-forms",
        "one receipt in two projects of a unit",
        (proved("2023年第17号验收单", project="甲"), proved("2023年第17号 验收单", project="乙")),
        ((0, "/indicators/0/evidence"), (1, "/indicators/0/evidence")),
        ("本单位其他项目",),
        "info",
    ),
    Case(
        "form.unit-mismatch",
        "one form under another department",
        (*(under("甲局", f"项目{at}") for at in range(10)), under("乙局", "项目十")),
        ((10, "/implementing_unit"),),
        ("11 张表里有 10 张",),
    ),
    Case("form.unit-mismatch", "a group is no unit", (under("甲局", "项目", "各相关单位"),), ((0, "/implementing_unit"),), ("不是一个单位",)),
)

SILENT = (
    Case("fill.template-residue", "short texts", (filed("甲", goal=GOAL[:20]), filed("乙", goal=GOAL[:20]))),
    Case("fill.template-residue", "a project's own goal of last year", (filed("甲", year=2022, goal=GOAL), filed("甲", year=2023, goal=GOAL))),
    Case("fill.template-residue", "different texts", (filed("甲", goal=GOAL), filed("乙", goal=OTHER))),
    Case("report.copies-last-year", "goals may recur", (filed("甲", year=2022, goal=GOAL), filed("甲", year=2023, goal=GOAL))),
    Case("report.copies-last-year", "another report", (filed("甲", year=2022, report=GOAL), filed("甲", year=2023, report=OTHER))),
    Case("pattern.same-values", "nothing but whole rates and ones", (filed("甲", rows=PLAIN), filed("乙", rows=PLAIN))),
    Case("pattern.same-values", "few rows", (filed("甲", rows=SEQUENCE[:4]), filed("乙", rows=SEQUENCE[:4]))),
    Case("pattern.rows-alike", "whole rates", (filed("甲", rows=numbers(*[("100%", "100%")] * 6)),)),
    Case("pattern.rows-alike", "one row differs", (filed("甲", rows=numbers(*[("≥37次", "42次")] * 5, ("≥37次", "43次"))),)),
    Case("target.below-history", "exactly a tenth", (trained("≥100人", "150人", 2022), trained("≥135人", "140人", 2023))),
    Case("target.below-history", "another project", (trained("≥100人", "150人", 2022), trained("≥50人", "60人", 2023, project="别的"))),
    Case("target.below-history", "another unit of measure", (trained("≥100人", "150人", 2022), trained("≥50场", "60场", 2023))),
    Case("target.below-history", "three years ago", (trained("≥100人", "150人", 2020), trained("≥50人", "60人", 2023))),
    Case("actual.copies-history", "two digits", (trained("≥90人", "95人", 2022), trained("≥90人", "95人", 2023))),
    Case("actual.copies-history", "what was planned", (trained("≥100人", "1234人", 2022), trained("1234人", "1234人", 2023))),
    Case("target.peer-outlier", "few peers", (*(satisfied("≥95%", at) for at in range(8)), satisfied("≥60%", 8))),
    Case("target.peer-outlier", "a small gap", (*(satisfied("≥95%", at) for at in range(12)), satisfied("≥85%", 12))),
    Case("target.peer-outlier", "peers far apart", tuple(satisfied(f"≥{5 + 7 * at}%", at) for at in range(13))),
    Case("score.unit-inflated", "one honest form", unit_forms("98", "99.5", "100", "97.99", "99")),
    Case("score.unit-inflated", "few forms", unit_forms("100", "100", "100", "100")),
    Case("score.unit-inflated", "two years", (*unit_forms(*["100"] * 3), *unit_forms(*["100"] * 3, year=2022))),
    Case("evidence.same-for-all", "half the rows", (proved("照片", "照片", "单据", "合同"),)),
    Case("evidence.same-for-all", "a ledger", (proved(*["项目台账"] * 5),)),
    Case("evidence.shared-by-forms", "a name that means nothing particular", (proved("验收单", project="甲"), proved("验收单", project="乙"))),
    Case(
        "evidence.shared-by-forms",
        "a common document",
        (proved("2023年省级资金管理办法", project="甲"), proved("2023年省级资金管理办法", project="乙", unit="乙局")),
    ),
    Case("form.unit-mismatch", "two departments in like numbers", tuple(under(f"{at % 2}局", f"项目{at}") for at in range(10))),
    Case("form.unit-mismatch", "no department named", (*(under("甲局", f"项目{at}") for at in range(10)), under(None, "项目十"))),
)


def _of(forms: Sequence[Evaluation], place: int) -> str:
    return form_id(forms[place]) if place >= 0 else min(form_id(one) for one in forms)


@pytest.mark.parametrize("case", FIRES, ids=lambda case: f"{case.code} {case.name}")
def test_fires(case: Case) -> None:
    told = found(case.forms, case.code)
    assert sorted((one.form, one.subject) for one in told) == sorted((_of(case.forms, place), subject) for place, subject in case.subjects)
    assert {one.severity for one in told} == {case.severity}
    for words in case.words:
        assert any(words in one.message for one in told)
    assert all(one.message.endswith("。") and "依据：" in one.message for one in told)


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code} {case.name}")
def test_is_silent(case: Case) -> None:
    assert found(case.forms, case.code) == []


def test_each_code_is_tried_at_least_twice_either_way() -> None:
    told_elsewhere = {"form.filed-twice"}
    for cases in (FIRES, SILENT):
        counted = Counter(case.code for case in cases)
        assert {code for code in CODES if counted[code] < 2} == told_elsewhere


@pytest.mark.parametrize("copies", [2, 3])
def test_a_document_filed_more_than_once(copies: int) -> None:
    one, other = filed("甲", rows=SEQUENCE), filed("乙", rows=SEQUENCE[:3])
    source = [portion for _ in range(copies) for portion in portions([dossier(one), dossier(other, "别的文件")][:1])] + [*portions([dossier(other)])]
    told = found_in(source)
    assert [(line.form, line.code, line.other_count) for line in told] == [(form_id(one), "form.filed-twice", copies - 1)] * copies


@pytest.mark.parametrize("second", ["甲", "乙"])
def test_two_files_or_two_forms_are_no_document_filed_twice(second: str) -> None:
    one = filed("甲", rows=SEQUENCE[:3])
    source = portions([dossier(one, "第一份"), dossier(filed(second, rows=SEQUENCE[:3]), "第二份")])
    assert found_in(source, "form.filed-twice") == []


def test_one_form_in_two_files_is_no_copy_of_another_project_even_where_no_unit_is_named() -> None:
    one = replace(filed("甲", rows=SEQUENCE, goal=GOAL, department=None), implementing_unit=None)
    assert found_in(portions([dossier(one, "第一份"), dossier(one, "第二份")])) == []
    other = replace(one, project_name="乙")
    told = found_in(portions([dossier(one, "第一份"), dossier(other, "第二份")]))
    assert {line.code for line in told} == {"fill.template-residue", "pattern.same-values"}


def test_a_unit_that_states_more_than_is_recomputed() -> None:
    forms = unit_forms("95", "96", "97", "94", "98")
    (portion,) = portions([dossier(one) for one in forms])
    told = found_in([portion._replace(totals=totals(["90", "93", "97", "93", "96.9"]))], "score.unit-inflated")
    assert [one.form for one in told] == [_of(forms, -1)]
    assert "自评平均分 96，比复算平均分 93.98 高 2 分以上" in told[0].message
    assert found_in([portion._replace(totals=totals(["93", "94", "95", "92", "96"]))], "score.unit-inflated") == []


def test_only_the_year_asked_for_is_told_and_earlier_years_are_history() -> None:
    forms = (trained("≥100人", "150人", 2022), trained("≥130人", "100人", 2023), trained("≥80人", "90人", 2024))
    source = portions([dossier(one) for one in forms])
    assert [one.form for one in found_in(source, year=2023)] == [form_id(forms[1])]
    assert len(found_in(source)) == 2


def _alphabet(length: int, seed: int) -> str:
    draw = random.Random(seed)  # noqa: S311 - any characters will do
    return "".join(chr(draw.randrange(0x4E00, 0x9F00)) for _ in range(length))


def test_sentences_of_the_printed_form_do_not_make_texts_alike() -> None:
    preamble = "，".join(_alphabet(30, 1000 + at) for at in range(40))
    forms = [filed(f"项目{at}", f"单位{at}", goal=f"{preamble}。{_alphabet(40, at)}") for at in range(60)]
    source = portions([dossier(one) for one in forms])
    assert found_in(source, "fill.template-residue") == []
    law = pack()
    entry = law.rules["fill.template-residue"]
    blind = replace(entry, parameters={**entry.parameters, "common_forms": Decimal(1000)})
    told = found_in(source, "fill.template-residue", law=replace(law, rules={**law.rules, entry.code: blind}))
    assert {one.form for one in told} == {form_id(one) for one in forms}


def test_what_is_left_out_is_said() -> None:
    common = "，".join(_alphabet(30, at) for at in range(2))
    forms = [filed(f"项目{at}", f"单位{at}", goal=common) for at in range(51)]
    forms += [proved("2023年第17号验收单", project=f"验收{at}", unit=f"验收单位{at}") for at in range(21)]
    forms += [satisfied(f"≥{5 + 7 * at}%", at) for at in range(13)]
    with closing(survey_of(portions([dossier(one) for one in forms]))) as survey:
        notes = "".join(survey.notes)
        assert set(survey.findings["code"].to_pylist()) & {"fill.template-residue", "evidence.shared-by-forms", "target.peer-outlier"} == set()
    assert "51 段文字" in notes
    assert "21 张表写到的佐证为很多单位共用" in notes
    assert "1 组同名指标的目标值过于分散" in notes


def test_a_number_beyond_64_bits_is_left_out() -> None:
    huge = "9" * 25
    forms = (trained(f"≥{huge}人", f"{huge}人", 2022), trained(f"≥1{huge}人", f"{huge}人", 2023))
    assert found(forms, "target.below-history", "actual.copies-history") == []


def test_an_empty_data_set_and_a_form_without_rows() -> None:
    assert found_in(()) == []
    assert found([filed("甲", rows=())]) == []


def test_a_law_can_switch_a_code_off() -> None:
    law = pack()
    off = replace(law, rules={**law.rules, "target.below-history": replace(law.rules["target.below-history"], active=False)})
    source = portions([dossier(trained("≥100人", "150人", 2022)), dossier(trained("≥10人", "140人", 2023))])
    assert len(found_in(source, "target.below-history")) == 1
    assert found_in(source, "target.below-history", law=off) == []
