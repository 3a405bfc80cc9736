"""Ledgers in words: the shipped eighteen, conditions as sentences, and the reference page that names every field."""

from __future__ import annotations

import importlib.util
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jiheng.domain.measured import AGGREGATION_NAMES, EXCLUSION_NAMES
from jiheng.rulebook import Rulebook, ledgers, load_rulebook
from jiheng.rulebook.decoding import leaves
from jiheng.rulebook.ledger_describe import describe_condition, describe_ledger
from jiheng.rulebook.ledgers import Column, Condition

LEDGERS = list(load_rulebook().ledgers.values())
COLUMNS = {"due": Column("时限", "date"), "done": Column("完成", "date"), "paid": Column("支出", "decimal"), "kind": Column("类别", "text")}


@pytest.fixture(scope="module")
def page() -> str:
    path = Path(__file__).resolve().parents[2] / "docs" / "build_reference.py"
    spec = importlib.util.spec_from_file_location("build_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules["build_reference"] = module
    spec.loader.exec_module(module)
    return str(module.ledgers_page())


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (Condition("kind", one_of=("取消",)), "“类别”为“取消”"),
        (Condition("kind", one_of=("取消", "延期")), "“类别”是 取消、延期 之一"),
        (Condition("kind", none_of=("人民币",)), "“类别”有值而不是 人民币"),
        (Condition("kind", empty=True), "“类别”为空"),
        (Condition("kind", empty=False), "“类别”不为空"),
        (Condition("paid", least=Decimal(1), most=Decimal("2.50")), "“支出”不小于 1，不大于 2.50"),
        (Condition("done", until="due"), "“完成”不晚于“时限”"),
        (Condition("done", since="start", before="filed"), "“完成”早于填报日，不早于期初"),
        (Condition("done", after="reference"), "“完成”晚于基准日"),
        (Condition("paid", not_above="paid"), "“支出”不大于“支出”"),
    ],
)
def test_a_condition_reads_as_a_sentence(condition: Condition, sentence: str) -> None:
    assert describe_condition(condition, COLUMNS) == sentence


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.number)
def test_each_ledger_is_told_in_full(ledger: ledgers.Ledger) -> None:
    text = describe_ledger(ledger)
    assert [column.title for column in ledger.columns.values() if f"| {column.title} |" not in text] == []
    assert [part for part in ledger.definitions.values() if f"{part.title}（{part.unit}" not in text or part.reading not in text] == []
    assert [rule.code for rule in ledger.validity if f"（`{rule.code}`）" not in text] == []
    assert all(term.label in text for part in ledger.definitions.values() for term in (*part.terms, *part.over))


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.number)
def test_each_ledger_cites_a_form_only_for_the_name_of_its_evidence(ledger: ledgers.Ledger) -> None:
    cites = [*ledger.cites, *(cite for part in ledger.definitions.values() for cite in part.cites)]
    assert {cite.mark for cite in cites} <= {"seed", "design", "unverified"}
    assert all((cite.mark == "seed") == (cite.quote is not None) == cite.verified for cite in cites)


def test_the_factor_nobody_could_verify_says_so(rulebook: Rulebook) -> None:
    teu = rulebook.ledgers["container-throughput"].definitions["teu-with-45"]
    assert teu.terms[0].columns == {"ft20": Decimal(1), "ft40": Decimal(2), "ft45": Decimal("2.25")}
    assert [(cite.verified, "未经原文核对" in cite.sentence()) for cite in teu.cites] == [(False, True)]


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.number)
def test_no_ledger_names_a_place_or_a_year(ledger: ledgers.Ledger, rulebook: Rulebook) -> None:
    text = describe_ledger(ledger)
    assert rulebook.places_in([text]) == ()
    assert "20" not in text.replace("20英尺", "").replace("20 英尺", "").replace("20尺", "").replace("20GP", "").replace("ft20", "")


def test_every_reason_and_every_aggregation_has_a_name() -> None:
    assert set(EXCLUSION_NAMES) == set(ledgers.Exclusion.__args__)  # type: ignore[attr-defined]
    assert set(AGGREGATION_NAMES) == set(ledgers.Aggregation.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "kind",
    [
        *(ledgers.Ledger, ledgers.Column, ledgers.Condition, ledgers.Invalidity, ledgers.Definition, ledgers.Term, ledgers.Borrowed, ledgers.Uptime),
        *(ledgers.Completeness, ledgers.Release, ledgers.Cumulative, ledgers.Flows),
        *(ledgers.Bindings, ledgers.Binding, ledgers.Feed, ledgers.Service),
    ],
    ids=lambda kind: kind.__name__,
)
def test_each_field_stands_in_the_reference_page(kind: type, page: str) -> None:
    assert [name for name, _ in leaves(kind) if f"| `{name}` |" not in page] == []


def test_the_reference_page_describes_every_ledger(page: str) -> None:
    assert [ledger.number for ledger in LEDGERS if f"\n## {ledger.number} {ledger.title}\n" not in page] == []
