"""The score sheet derives every point, names its clause, and carries the seal of its dossier."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import form, fund, pack, row, waiver
from dossiers import FORMS, dossier_of, dossiers_in, items, tables, texts, title_of, uncovered
from jiheng.domain.codec import digest
from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.finding import Citation, Finding
from jiheng.domain.scorecard import ScoreLine
from jiheng.exporters.layout.model import Code, Grid, Layout
from jiheng.exporters.layout.score_table import HEAD, derivation
from jiheng.exporters.layout.scoresheet import FILE_DIGEST, ON, PACK, PACK_DIGEST, STAGES, WAIVERS, bound, score_sheet
from jiheng.exporters.layout.seal import SEAL, digest_in, seal_of

MIXED = form(
    row("≥10人", "9人", stated="9"),
    row("≥3人", "1人", "7", stated="2", name="培训讲师"),
    row("有效", "有效", "5", stated="5", name="受训效果", level1="效益指标", level2="社会效益指标"),
    total="26",
    funds=(fund(adjusted="10", spent="10", weight="10", stated="10"),),
    project_name="农民培训",
)


def sheet_of(dossier: Dossier) -> Layout:
    return score_sheet(dossier, title_of(dossier), digest(dossier))


def facts(layout: Layout) -> dict[str, str]:
    first = tables(layout)[0]
    return {cells[at]: cells[at + 1] for cells in first for at in range(0, len(cells) - 1, 2)}


def scores(layout: Layout) -> list[dict[str, str]]:
    head, *rows = tables(layout)[1]
    assert tuple(head) == HEAD
    return [dict(zip(HEAD, cells, strict=True)) for cells in rows]


def test_each_point_is_derived_with_its_clause() -> None:
    dossier = dossier_of(MIXED)
    money, first, second, third, total = scores(sheet_of(dossier))
    assert [line["复算"] for line in (money, first, second, third)] == ["10.00", "9.00", "2.33", "0～5"]
    assert money["得分由来"].startswith("实际支出 ÷ 全年预算：10 万元 ÷ 10 万元 × 10")
    assert first["得分由来"] == "9人 ÷ 10人 × 10 = 9.000000。"
    assert second["得分由来"] == "1人 ÷ 3人 × 7 = 2.333333；2.333333 → 2.33（四舍五入，保留 2 位）。"
    assert (total["分值"], total["自评"], total["复算"]) == ("32", "26", "26.33")
    assert total["得分由来"].startswith("待定 1 项，得分区间 21.33～26.33；等级：")


def test_the_clauses_are_numbered_and_an_unread_source_is_marked() -> None:
    dossier = dossier_of(MIXED)
    assert dossier.scorecard is not None
    sheet = sheet_of(dossier)
    clauses, rounding = texts(sheet, "note")
    cites = [cite for line in dossier.scorecard.lines for cite in line.cites]
    named = list(dict.fromkeys(cite.sentence() for cite in cites))
    assert clauses == f"依据：{'；'.join(f'〔{number}〕{clause}' for number, clause in enumerate(named, start=1))}。"
    assert any(not cite.verified for cite in cites)
    assert "未经原文核对" in clauses
    assert rounding == "得分四舍五入，保留 2 位；取舍没有改变得分的，不另写算式。"
    for line, shown in zip(dossier.scorecard.lines, scores(sheet), strict=False):
        assert shown["依据"].split() == [f"〔{named.index(clause) + 1}〕" for clause in dict.fromkeys(cite.sentence() for cite in line.cites)]


def test_document_and_article_stand_in_the_clause() -> None:
    dossier = dossier_of(form(row()))
    card = dossier.scorecard
    assert card is not None
    (line,) = card.lines
    cites = (Citation("示例办法", "第三条", None, None, "seed", verified=False),)
    other = ScoreLine(line.subject, line.method, line.basis, line.weight, line.score, line.trace, cites)
    changed = replace(dossier, scorecard=replace(card, lines=(other,)))
    assert "依据：〔1〕示例办法第三条（未经原文核对）。" in texts(sheet_of(changed), "note")


def test_the_sheet_says_by_what_it_can_be_recomputed() -> None:
    dossier = dossier_of(MIXED)
    told = facts(sheet_of(dossier))
    assert told["项目名称"] == "农民培训"
    assert told["规则包"] == pack().title
    assert (told[PACK], told[PACK_DIGEST]) == ("cn-2020", pack().identity.digest)
    assert told[ON] == "2023-12-31"
    assert (told["原表文件"], told[FILE_DIGEST]) == ("表.xlsx", "ab" * 32)
    assert WAIVERS not in told
    assert STAGES not in told


def test_waivers_and_unusual_stages_are_told_too() -> None:
    dossier = replace(dossier_of(MIXED, waiver(1, "keep")), stages=("imp", "sub"))
    told = facts(sheet_of(dossier))
    assert (told[WAIVERS], told[STAGES]) == ("/indicators/1=keep", "imp、sub")
    assert scores(sheet_of(dossier))[2]["得分由来"].endswith("豁免：保留自评分。")


def test_the_seal_is_the_digest_of_the_dossier() -> None:
    dossier = dossier_of(MIXED)
    (code,) = (item for item in items(sheet_of(dossier)) if isinstance(item, Code))
    assert code.text == f"jiheng:1:{digest(dossier)}"
    assert digest_in(code.text) == digest(dossier)


def test_a_form_without_a_law_says_that_nothing_was_recomputed() -> None:
    (line, total) = scores(sheet_of(dossier_of(form(row(stated="10")), law=None)))
    assert (line["自评"], line["复算"], line["得分由来"]) == ("10", "—", "没有生效的规则，未复算。")
    assert (total["自评"], total["复算"]) == ("未填", "—")


@pytest.mark.parametrize(
    ("dossier", "words"),
    [
        (Dossier(None, Source("坏.xlsx", "0", "xlsx"), findings=(Finding("file.damaged", "error", "文件已损坏。"),)), "文件已损坏。"),
        (Dossier(None, Source("空.xlsx", "0", "xlsx"), Evaluation()), "表中没有绩效指标，没有可以计分的行。"),
    ],
)
def test_a_form_without_anything_to_score_is_sealed_all_the_same(dossier: Dossier, words: str) -> None:
    sheet = sheet_of(dossier)
    assert words in texts(sheet, "note")
    assert any(isinstance(item, Code) for item in items(sheet))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_every_real_form_has_a_sheet_with_all_its_rows(path: Path) -> None:
    for dossier in dossiers_in(path):
        sheet = sheet_of(dossier)
        assert [uncovered(item) for item in items(sheet) if isinstance(item, Grid) and uncovered(item)] == []
        if dossier.evaluation is None or not dossier.evaluation.indicators:
            continue
        shown = scores(sheet)
        numbered = [line for line in shown if line["行"].isdigit()]
        assert len(numbered) == len(dossier.evaluation.indicators)
        assert all(line["得分由来"] for line in shown)


def test_several_sheets_are_one_document_a_page_each() -> None:
    one, other = dossier_of(MIXED), dossier_of(form(row()))
    whole = bound([sheet_of(one), sheet_of(other)])
    assert len(whole.sections) == 2
    assert len({section.name for section in whole.sections}) == 2
    assert bound([sheet_of(one)]) == sheet_of(one)


def test_a_rounding_that_changes_something_is_told() -> None:
    card = dossier_of(MIXED).scorecard
    assert card is not None
    for line in card.lines:
        assert ("→" in derivation(line)) == (line.exact is not None and line.score is not None and Decimal(line.exact) != line.score)


def test_a_step_that_stands_in_many_lines_is_told_once() -> None:
    dossier = dossier_of(
        form(*(row(f"{target}人", f"{target}人", "25", name=f"培训{target}") for target in ("100", "200", "300")), row("≥1人", "2人", "25"))
    )
    sheet = sheet_of(dossier)
    assert "得分由来：①没有印方向，按“≥”计。" in texts(sheet, "note")
    assert [line["得分由来"].count("①") for line in scores(sheet)] == [1, 1, 1, 0, 0]


@given(st.binary(min_size=32, max_size=32), st.integers(1, 70), st.sampled_from(["\n", " ", "\r\n", "\u00ad\n", "\u200b"]))
def test_a_seal_is_found_however_the_page_breaks_it(content: bytes, at: int, breaking: str) -> None:
    text = seal_of(content.hex())
    assert digest_in(f"档案摘要（扫码）{text[:at]}{breaking}{text[at:]}\n第 1 页") == content.hex()


@pytest.mark.parametrize("text", ["", "jiheng:1:", SEAL + "ab" * 31, "jiheng:2:" + "ab" * 32, "ab" * 32])
def test_no_seal_is_found_where_there_is_none(text: str) -> None:
    assert digest_in(text) is None
