"""What a replay says: the project's own examples in the very words, places and levels, and a page that shows texts as texts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from batch.across_forms import dossier, filed, row
from batch.replays import between
from builders import JIANGMEN, NATIONAL, formula, law, pack, waiver
from dossiers import EXAMPLES, dossiers_in
from jiheng.batch.columns import tables_of
from jiheng.batch.jobs import units_of
from jiheng.batch.replayed import told
from jiheng.batch.replayed.changes import Changes, Place, Tally
from jiheng.batch.replayed.charts import page
from jiheng.batch.replayed.facts import facts, level_of
from jiheng.batch.replayed.orders import Order
from jiheng.batch.replayed.work import replay, replay_unit
from jiheng.batch.store import write
from jiheng.domain.dossier import Dossier
from jiheng.rulebook import load_rulebook

pytestmark = pytest.mark.xdist_group("kernels")  # compiled once
GOLDEN = Path(__file__).parents[1] / "golden" / "replayed.txt"
BOOK = load_rulebook()
FORMS = [one for path in EXAMPLES if path.suffix in {".html", ".txt"} for one in dossiers_in(path)]
FEWER = law(at_most=formula("REV-RATIO"))


def known(changes: Changes, new: str) -> dict[str, Any]:
    return facts(changes, pack(new), {name: pack(name) for name in changes.packs}, BOOK.gazetteer)


def test_the_examples_in_words(tmp_path: Path) -> None:
    write(tmp_path / "data", FORMS)
    order, changes = Order(pack("example-2020"), keep=3), Changes(3)
    for unit in units_of(tmp_path / "data"):
        changes.add(Changes.from_bytes(replay_unit(unit, order)))
    assert changes.packs == {JIANGMEN: 2, NATIONAL: 1}
    assert "\n".join(told.lines(known(changes, "example-2020"))) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_places_are_told_by_level() -> None:
    assert [level_of(place, BOOK.gazetteer) for place in ("广东省", "广东省江门市", "广东省江门市蓬江区")] == ["省级", "市级", "县级"]
    assert [level_of(place, BOOK.gazetteer) for place in ("北京市", "北京市东城区", "", "某地")] == ["省级", "县级", "未定", "未定"]
    changes = Changes(5, {Place(2023, place): _tally(forms) for place, forms in (("广东省江门市", 2), ("广东省广州市", 3), ("广东省", 4), ("", 5))})
    told_facts = known(changes, NATIONAL)
    assert [(one["level"], one["forms"]) for one in told_facts["levels"]] == [("省级", 4), ("市级", 5), ("未定", 5)]
    text = "\n".join(told.lines(told_facts))
    assert "  市级  小计" in text
    assert "  未定  未定" in text


def _tally(forms: int) -> Tally:
    tally = Tally()
    tally.sums["counts"].update(forms=forms, compared=forms)
    return tally


def test_years_are_told_apart_where_there_are_several() -> None:
    changes = Changes(5, {Place(year, "广东省"): _tally(1) for year in (2022, 2023)})
    assert [line for line in told.lines(known(changes, NATIONAL)) if "广东省  2023" in line]


def test_each_form_is_held_against_the_law_it_was_under() -> None:
    forms = [dossier(filed(f"项目{at}", rows=[row("≤5起", "10起", stated="8")])) for at in range(3)]
    order = Order(pack("cn-module-2021"))
    assert replay(tables_of(forms), order).packs == {NATIONAL: 3}
    named = replay(tables_of(forms), replace(order, against=pack("cn-hb-2020")))
    assert named.packs == {"cn-hb-2020": 3}
    assert named.whole().count("totals_changed") == 3
    early = replay(tables_of(forms), replace(order, on=date(1999, 1, 1)))
    assert (early.packs, early.left_out) == ({}, {"no-pack": 3})
    assert len(early.examples["no-pack"]) == 3
    assert any("没有比较的 3 张：没有生效的规则包可比" in line for line in told.lines(known(early, "cn-module-2021")))


def test_forms_that_a_law_refuses_are_left_out_and_the_others_are_not() -> None:
    forms = [dossier(filed(f"项目{at}", rows=[row("≥100人", "50人", stated="5")])) for at in range(7)]
    forms[4] = replace(forms[4], waivers=(waiver(0, "zero"),))
    fewest = replace(pack(NATIONAL).scheme.waivers.value, treatments=("keep",))
    strict = replace(law(waivers=fewest), id="cn-strict", digest="1" * 64)
    changes = replay(tables_of(forms), Order(strict))
    assert changes.left_out == {"waiver": 1}
    assert changes.examples == {"waiver": [f"{forms[4].document.digest[:16]}-1"]}
    assert changes.whole().count("forms") == 6


def test_forms_beyond_the_reach_of_the_new_law_are_told() -> None:
    forms = [dossier(filed("甲", place="湖北省")), dossier(filed("乙", place="湖北省", kind="department"))]
    changes = replay(tables_of(forms), Order(pack(JIANGMEN)))
    assert changes.beyond == {"place": 2, "kind": 1}
    assert "1 张表的种类不在新规则包的适用范围内，仍按它试算。" in known(changes, JIANGMEN)["notes"]


def hostile() -> list[Dossier]:
    nasty = "<script>alert('&\"')</script>"
    rows = [row("≤5起", "10起", stated="8", name=nasty)]
    return [dossier(filed(f"{nasty}{at}", nasty, rows=rows, place=nasty), name=f"表{at}<b>") for at in range(2)]


def test_the_page_shows_texts_as_texts_and_loads_nothing() -> None:
    changes = between(pack(NATIONAL), FEWER, hostile())
    nasty = facts(changes, replace(FEWER, title="<i>规则</i>"), {NATIONAL: pack()}, BOOK.gazetteer)
    html = page(nasty)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<i>" not in html
    assert "<b>" not in html
    assert not re.search(r"(?:src|href|url)\s*[=(]", html)
    assert html.count("<svg") == html.count("</svg>") == 4


def test_the_page_of_nothing_has_no_chart_of_changes() -> None:
    html = page(known(replay(tables_of(FORMS), Order(pack(NATIONAL), against=pack(NATIONAL))), NATIONAL))
    assert html.count("<svg") == 1  # the grades, which are there without any change
    assert "为什么变" not in html
    assert "变化最大" not in html
    empty = page(facts(Changes(5), pack(NATIONAL), {}, BOOK.gazetteer))
    assert "<svg" not in empty
