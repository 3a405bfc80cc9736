"""Dossiers go into columns and come out again as they were."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import FORMS, dossiers_in
from jiheng.batch import columns as putting_together
from jiheng.batch import encoded as taking_apart
from jiheng.batch import schema
from jiheng.batch.columns import Tables, dossiers_of, evaluation_at, readings, tables_of
from jiheng.domain.codec import dumps
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier, Source, Waiver
from jiheng.domain.evaluation import Evaluation, FundLine, Heading, Indicator, Printed, Split, StatedTotals
from jiheng.domain.finding import Finding
from jiheng.domain.measured import LeftOut, Measure, Measurement, Span
from jiheng.domain.proof import Proof
from jiheng.domain.scorecard import PackId, Scorecard
from jiheng.domain.value import ABSENT, Money, Value
from jiheng.errors import DossierInvalidError
from strategies import dossiers

ROW = Indicator("产出", "数量指标", "批次", Value("≥100批", "quantity", "≥", Decimal(100), "批", "批"), ABSENT, Decimal("5.0"), evidence=("台账",))
READ = Dossier(
    date(2023, 12, 31),
    Source("表.txt", "ab" * 32, "txt"),
    Evaluation(
        fiscal_year=2023,
        place="广东省江门市",
        indicators=(ROW,),
        funds=(FundLine("年度资金总额", Money("5.80", Decimal("58000.00"))),),
        printed=Printed(columns=frozenset({"name", "weight"}), unit_column=((0, "批"),)),
    ),
)


def reading_of(dossier: Dossier) -> Dossier:
    return replace(dossier, scorecard=None, findings=())


def with_form(**changes: Any) -> Dossier:
    assert READ.evaluation is not None
    return replace(READ, evaluation=replace(READ.evaluation, **changes))


def column(tables: Tables, name: str, table: str = "forms") -> list[Any]:
    values: list[Any] = getattr(tables, table)[name].to_pylist()
    return values


def test_what_ledgers_and_attached_files_say_comes_back_with_the_form() -> None:
    said = Measure("events", "活动场次", "count", "批", Decimal(99))
    span = Span("台账.xlsx", "cd" * 32, "表一", "A", 3, 101)
    measured = Measurement(
        *("/indicators/0", "activities", "活动台账", (said,), None, Decimal(99), None, "批", 99, (LeftOut("duplicate", 1, (span,)),), (span,)),
        *((date(2023, 1, 1), date(2023, 12, 31)), ("2023-05",), False, "incomplete"),
    )
    proved = Proof("/indicators/0", "differs", Decimal(100), "批", Decimal(99), "总结.docx", "ef" * 32, Anchor(page=2), confidence=Decimal("0.75"))
    dossier = replace(READ, measurements=(measured,), proofs=(proved,))
    assert list(dossiers_of(tables_of([dossier]))) == [dossier]
    assert column(tables_of([dossier]), "flat") == [False]


@given(st.lists(dossiers(), max_size=4))
def test_any_dossiers_come_back_to_the_last_zero(drawn: list[Dossier]) -> None:
    tables = tables_of(drawn)
    again = list(dossiers_of(tables))
    assert again == [reading_of(dossier) for dossier in drawn]
    assert [dumps(dossier) for dossier in again] == [dumps(reading_of(dossier)) for dossier in drawn]
    assert [evaluation_at(tables, at) for at in range(len(drawn))] == again


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_real_forms_come_back_to_the_last_zero(path: Path) -> None:
    read = dossiers_in(path)
    tables = tables_of(read)
    assert [dumps(dossier) for dossier in dossiers_of(tables)] == [dumps(reading_of(dossier)) for dossier in read]
    assert [evaluation_at(tables, at) for at in range(len(read))] == [reading_of(dossier) for dossier in read]
    assert (tables.forms.schema, tables.indicators.schema, tables.funds.schema) == (schema.FORMS, schema.INDICATORS, schema.FUNDS)


def test_the_columns_say_what_the_form_says() -> None:
    tables = tables_of([READ])
    form = tables.forms.to_pylist()[0]
    assert (form["form"], form["document"], form["on"], form["kind"]) == ("ab" * 8 + "-1", "表.txt", "2023-12-31", "project")
    assert (form["printed_columns"], form["printed_amounts"], form["flat"], form["pack"]) == ("name,weight", "", True, None)
    row = tables.indicators.to_pylist()[0]
    assert (row["target"], row["target_value"], row["actual"], row["actual_value"]) == ("≥100批", None, None, None)
    assert (row["weight"], row["unit_column"], row["evidence"], row["stated_score"]) == ("5.0", "批", '["台账"]', None)
    line = tables.funds.to_pylist()[0]
    assert (line["initial_budget"], line["initial_budget_yuan"], line["disbursed"]) == ("5.80", "58000.00", None)


def test_the_rest_holds_nothing_twice() -> None:
    rest = json.loads(column(tables_of([READ]), "rest")[0])
    assert rest["evaluation"]["indicators"] == []
    assert rest["evaluation"]["funds"] == []
    assert rest["document"]["name"] == ""
    assert not {"digest", "whole", "by_default"} & set(rest)


@pytest.mark.parametrize(
    "value",
    [
        Value("≥100批", "quantity", "≥", Decimal("100.0"), "批", "批"),
        Value("3月", "date", date="2023-03-31"),
        Value("95", "percent", number=Decimal(95), unit="%", printed_unit="%"),
        Value("", "absent"),
    ],
    ids=["more zeros", "a year from the form", "a number format", "an empty print"],
)
def test_a_value_that_its_print_alone_does_not_give_is_spelled_out(value: Value) -> None:
    tables = tables_of([with_form(indicators=(replace(ROW, target=value),))])
    assert json.loads(column(tables, "target_value", "indicators")[0])["raw"] == value.raw
    again = evaluation_at(tables, 0)
    assert dumps(again) == dumps(with_form(indicators=(replace(ROW, target=value),)))


@pytest.mark.parametrize(
    ("dossier", "flat"),
    [
        (READ, True),
        (with_form(printed=Printed(group_scores=((0, 0),))), False),
        (with_form(printed=Printed(parents=((0, ()),))), False),
        (with_form(printed=Printed(splits=(Split("收入", None, (), Anchor()),))), False),
        (with_form(printed=Printed(headings=(Heading(1, "产出", None, None, (0,), Anchor()),))), True),
        (with_form(printed=Printed(headings=(Heading(1, "产出", None, None, (0,), Anchor(), repeats=True),))), True),
        (replace(READ, waivers=(Waiver("/indicators/0", "keep"),)), False),
        (replace(READ, on=None), False),
        (replace(READ, evaluation=None), False),
        (with_form(indicators=(replace(ROW, weight=None),)), True),
        (with_form(printed=Printed(headings=(Heading(1, "产出", None, "40/指标总数", (0,), Anchor()),))), True),
        (
            with_form(indicators=(replace(ROW, weight=None),), printed=Printed(headings=(Heading(1, "产出", None, "40/指标总数", (0,), Anchor()),))),
            False,
        ),
        (
            with_form(indicators=(replace(ROW, weight=None),), printed=Printed(headings=(Heading(1, "产出", Decimal(40), None, (0,), Anchor()),))),
            False,
        ),
    ],
)
def test_a_form_is_flat_where_no_score_hangs_on_its_shape(dossier: Dossier, flat: bool) -> None:
    assert column(tables_of([dossier]), "flat") == [flat]


@pytest.mark.parametrize(
    "dossier",
    [
        with_form(project_name="半个\ud840字"),
        with_form(place="\udcff"),
        replace(READ, document=replace(READ.document, name="\udcb1\udced.txt")),
        with_form(indicators=(replace(ROW, target=Value("\udc00", "text")),)),
        with_form(printed=Printed(unit_column=((1, "批"), (0, "批")))),
        with_form(printed=Printed(unit_column=((0, "批"), (0, "个")))),
        with_form(printed=Printed(unit_column=((7, "批"),))),
        with_form(printed=Printed(columns=frozenset({"a,b"}))),
        with_form(printed=Printed(amounts=frozenset({""}))),
    ],
)
def test_what_columns_cannot_give_back_stands_whole_and_is_left_to_the_interpreter(dossier: Dossier) -> None:
    tables = tables_of([READ, dossier, READ])
    assert list(dossiers_of(tables)) == [READ, dossier, READ]
    assert column(tables, "flat") == [True, False, True]


def test_forms_of_a_file_are_numbered_and_a_file_read_again_has_the_same_numbers() -> None:
    two = with_form(printed=Printed(forms_in_file=2))
    other = replace(READ, document=replace(READ.document, digest="cd" * 32))
    numbers = column(tables_of([two, two, two, two, other, READ, READ]), "form")
    first, second = "ab" * 8 + "-1", "ab" * 8 + "-2"
    assert numbers == [first, second, first, second, "cd" * 8 + "-1", first, first]


def test_the_pack_is_kept_by_name_and_whether_it_was_the_default() -> None:
    card = Scorecard(PackId("cn-2020", "d"), (), None, None, None, None)
    chosen = replace(READ, scorecard=card)
    default = replace(chosen, findings=(Finding("pack.default", "info", "甲。"),))
    kept = [(one.pack, one.pack_digest, one.by_default) for one in readings(tables_of([READ, chosen, default]))]
    assert kept == [(None, None, False), ("cn-2020", "d", False), ("cn-2020", "d", True)]


def test_each_field_has_a_column_or_stays_in_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new field of a row is carried though it has no column: as if ``criteria`` and ``stated_rate`` were new."""
    names = {kind: {field.name for field in dataclasses.fields(kind)} for kind in (Evaluation, Indicator, FundLine, StatedTotals, Printed)}
    assert set(taking_apart.ROW_COLUMNS) == names[Indicator]
    assert set(taking_apart.LINE_COLUMNS) == names[FundLine]
    assert set(taking_apart.FORM_COLUMNS) < names[Evaluation]
    monkeypatch.setattr(taking_apart, "ROW_COLUMNS", tuple(name for name in taking_apart.ROW_COLUMNS if name != "criteria"))
    monkeypatch.setattr(taking_apart, "LINE_COLUMNS", tuple(name for name in taking_apart.LINE_COLUMNS if name != "stated_rate"))
    row_of = putting_together._row  # noqa: SLF001 - so that a field is as if it had no column
    monkeypatch.setattr(putting_together, "_row", lambda texts: {name: value for name, value in row_of(texts).items() if name != "criteria"})
    dossier = with_form(indicators=(replace(ROW, criteria="新栏"),), funds=(FundLine("总额", stated_rate="98%"),))
    tables = tables_of([dossier])
    rest = json.loads(column(tables, "rest")[0])["evaluation"]
    assert (rest["indicators"][0]["criteria"], rest["indicators"][0]["name"]) == ("新栏", None)
    assert (rest["funds"][0]["stated_rate"], rest["funds"][0]["item"]) == ("98%", "")
    assert evaluation_at(tables, 0) == dossier


@pytest.mark.parametrize(("table", "name", "text"), [("indicators", "weight", "五"), ("indicators", "target_value", "{"), ("forms", "rest", "[]")])
def test_a_column_that_does_not_hold_what_it_should_is_told_with_its_form(table: str, name: str, text: str) -> None:
    tables = tables_of([READ])
    held = getattr(tables, table)
    spoilt = held.set_column(held.schema.names.index(name), held.schema.field(name), [[text]])
    with pytest.raises(DossierInvalidError, match=f"表 {'ab' * 8}-1：列中的内容不合格式"):
        evaluation_at(tables._replace(**{table: spoilt}), 0)


def test_another_source_need_not_say_what_it_does_not_know() -> None:
    tables = tables_of([READ])
    forms = tables.forms.set_column(tables.forms.schema.names.index("rest"), schema.FORMS.field("rest"), [["{}"]])
    partition = {b"fiscal_year": b"2023", b"place": "广东省江门市".encode()}
    again = evaluation_at(tables._replace(forms=forms.replace_schema_metadata(partition)), 0)
    assert again == replace(READ, document=Source("表.txt", "ab" * 8, ""))
