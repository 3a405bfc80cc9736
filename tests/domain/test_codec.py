from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

import pytest
from hypothesis import given

from jiheng.domain import writing
from jiheng.domain.codec import (
    digest,
    digest_of_json,
    dossier_from_json,
    dossier_to_json,
    dumps,
    evaluation_from_json,
    evaluation_to_json,
    record_to_json,
)
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier, FieldReading, Source
from jiheng.domain.evaluation import Evaluation, Indicator, Printed, StatedTotals
from jiheng.domain.schema import dossier_schema
from jiheng.domain.scorecard import PackId, Scorecard
from jiheng.domain.value import Value
from jiheng.errors import DossierInvalidError
from strategies import dossiers, evaluations

TICKETS = Value("70万票", "quantity", number=Decimal("7E+5"), unit="票", printed_unit="万票")
FORM = Evaluation(
    indicators=(
        Indicator(
            "产出", None, "票数", target=Value("70万票", "quantity", number=Decimal("7E+5"), unit="票", printed_unit="万票"), weight=Decimal("5.50")
        ),
    ),
    stated_totals=StatedTotals(score=Decimal("99.40")),
    printed=Printed(columns=frozenset({"weight", "score", "actual"})),
)
SCORED = Dossier(
    on=date(2023, 12, 31),
    document=Source("表.txt", "0" * 64, "txt"),
    evaluation=FORM,
    fields={"/indicators/0/actual": FieldReading(Anchor(box=(Decimal(1), Decimal(2), Decimal(3), Decimal(4))))},
    scorecard=Scorecard(PackId("cn-2020", "d"), (), Decimal(90), (Decimal(90), Decimal(95)), None, "优"),
)


@given(dossiers())
def test_a_dossier_survives_the_way_to_json_text_and_back(dossier: Dossier) -> None:
    again = dossier_from_json(json.loads(dumps(dossier)))
    assert again == dossier
    assert digest(again) == digest(dossier)


@given(evaluations())
def test_an_evaluation_survives_alone(evaluation: Evaluation) -> None:
    assert evaluation_from_json(evaluation_to_json(evaluation)) == evaluation


@given(dossiers())
def test_the_schema_accepts_each_dossier(dossier: Dossier) -> None:
    schema: Any = dossier_schema()
    assert list(_violations(schema, dossier_to_json(dossier), schema["$defs"], "")) == []


@pytest.mark.parametrize(("path", "value"), [("on", 2023), ("digest", "x"), ("findings", None), ("evaluation", {}), ("version", "2")])
def test_the_schema_refuses_what_is_no_dossier(path: str, value: object) -> None:
    schema: Any = dossier_schema()
    assert list(_violations(schema, {**dossier_to_json(SCORED), path: value}, schema["$defs"], ""))


def test_numbers_are_plain_strings_absence_is_null_and_sets_are_sorted() -> None:
    data: Any = dossier_to_json(SCORED)
    row = data["evaluation"]["indicators"][0]
    assert row["target"]["number"] == "700000"
    assert (row["weight"], row["stated_score"], row["level2"]) == ("5.50", None, None)
    assert data["evaluation"]["printed"]["columns"] == ["actual", "score", "weight"]
    assert data["scorecard"]["total_range"] == ["90", "95"]
    assert data["on"] == "2023-12-31"


def test_the_keys_are_those_of_the_contract() -> None:
    data: Any = dossier_to_json(SCORED)
    assert list(data)[:4] == ["version", "on", "digest", "document"]
    assert {"evaluation", "fields", "scorecard", "findings", "repairs", "waivers"} <= set(data)
    assert set(data["evaluation"]) >= {
        "template",
        "kind",
        "place",
        "fiscal_year",
        "contact",
        "funds",
        "goal",
        "indicators",
        "stated_totals",
        "narrative",
    }


def test_the_digest_leaves_itself_out_and_notices_each_change() -> None:
    data = dossier_to_json(SCORED)
    assert data["digest"] == digest(SCORED) == digest_of_json(data)
    assert digest_of_json({**data, "on": "2022-12-31"}) != data["digest"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": "2"}, "/version"),
        ({"on": "2023-13-01"}, "/on"),
        ({"on": 5}, "/on"),
        ({"document": None}, "/document"),
        ({"document": {"name": "a"}}, "/document/digest"),
        ({"fields": []}, "/fields"),
        ({"findings": {}}, "/findings"),
        ({"evaluation": {"fiscal_year": True}}, "/evaluation/fiscal_year"),
        ({"evaluation": {"money_unit": "角"}}, "/evaluation/money_unit"),
        ({"evaluation": {"stated_totals": {"score": 9.5}}}, "/evaluation/stated_totals/score"),
        ({"evaluation": {"stated_totals": {"score": "NaN"}}}, "/evaluation/stated_totals/score"),
        ({"evaluation": {"printed": {"group_scores": [[1]]}}}, "/evaluation/printed/group_scores/0"),
    ],
)
def test_json_that_is_no_dossier_is_refused_with_its_place(change: dict[str, object], place: str) -> None:
    with pytest.raises(DossierInvalidError, match=f"^{re.escape(place)}：.*。$"):
        dossier_from_json({**dossier_to_json(SCORED), **change})


class Odd(NamedTuple):
    """A record that no dossier holds."""

    number: complex


@pytest.mark.parametrize(("value", "kind"), [(3, "int"), (Odd(1j), "complex"), (PackId("cn", cast("Any", 1j)), "complex")])
def test_what_has_no_place_in_a_dossier_is_refused(value: object, kind: str) -> None:
    with pytest.raises(TypeError, match=kind):
        record_to_json(value)


def test_a_part_that_is_no_record_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no place in a dossier"):
        dumps(replace(SCORED, document=cast("Any", object())))


@given(dossiers())
def test_texts_are_the_same_whatever_is_remembered(dossier: Dossier) -> None:
    text = dumps(dossier)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "_MEMORY", 0)
        writing.forget()
        assert dumps(dossier_from_json(json.loads(text))) == text


def test_a_list_is_no_dossier() -> None:
    with pytest.raises(DossierInvalidError, match="应为一个对象"):
        dossier_from_json([])


def test_unknown_keys_are_passed_over() -> None:
    assert dossier_from_json({**dossier_to_json(SCORED), "later": 1}) == SCORED


def _violations(schema: dict[str, Any], data: Any, definitions: dict[str, Any], path: str) -> Iterator[str]:
    """The places where the data breaks the schema, for the keywords the schema uses."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    if "$ref" in schema:
        yield from _violations(definitions[schema["$ref"].rpartition("/")[2]], data, definitions, path)
    if "anyOf" in schema and all(list(_violations(part, data, definitions, path)) for part in schema["anyOf"]):
        yield path
    if data not in schema.get("enum", [schema.get("const", data)]):
        yield path
    if ("type" in schema and type(data) is not kinds[schema["type"]]) or ("pattern" in schema and not re.search(schema["pattern"], data)):
        yield path
    elif isinstance(data, dict):
        yield from (f"{path}/{key}" for key in schema.get("required", ()) if key not in data)
    yield from _violations_inside(schema, data, definitions, path)


def _violations_inside(schema: dict[str, Any], data: Any, definitions: dict[str, Any], path: str) -> Iterator[str]:
    if isinstance(data, dict):
        for key, item in data.items():
            part = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
            yield from _violations(part, item, definitions, f"{path}/{key}")
    if isinstance(data, list):
        shapes = schema.get("prefixItems", [schema.get("items", {})] * len(data))
        for index, (part, item) in enumerate(zip(shapes, data, strict=True)):
            yield from _violations(part, item, definitions, f"{path}/{index}")


def test_an_indented_text_says_the_same() -> None:
    dossier = Dossier(on=None, document=Source("表.txt", "0" * 64, "txt"))
    assert json.loads(dumps(dossier, indent=2)) == json.loads(dumps(dossier))


def test_a_value_that_has_no_place_in_a_dossier_is_refused_in_words() -> None:
    strange = Dossier(on=None, document=Source("表", "0" * 64, "txt"), evaluation=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="object has no place in a dossier"):
        digest(strange)


def test_a_type_that_has_no_place_in_a_dossier_is_refused_in_words() -> None:
    with pytest.raises(TypeError, match="complex'> has no place in a dossier"):
        digest(complex(1))  # type: ignore[arg-type]
