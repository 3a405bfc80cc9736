"""``jiheng verify`` on a printed score sheet: with its dossier, with the original form, with the wrong ones, and after somebody changed it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from builders import form, row
from dossiers import ROOT, dossier_of, dossiers_in, title_of
from jiheng import cli
from jiheng.domain.codec import digest, dumps
from jiheng.exporters.layout.model import Grid, Layout
from jiheng.exporters.layout.scoresheet import score_sheet
from jiheng.exporters.writers import pdf

EXAMPLE = ROOT / "examples" / "示范项目.html"
(DOSSIER,) = dossiers_in(EXAMPLE)
LAYOUT = score_sheet(DOSSIER, title_of(DOSSIER), digest(DOSSIER))


@pytest.fixture(scope="module")
def printed() -> bytes:
    return pdf.write(LAYOUT)


@pytest.fixture
def sheet(tmp_path: Path, printed: bytes) -> Path:
    path = tmp_path / "评分表.pdf"
    path.write_bytes(printed)
    return path


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    path = tmp_path / "档案" / "示范.json"
    path.parent.mkdir()
    path.write_text(dumps(DOSSIER), encoding="utf-8")
    return path


def rewritten(layout: Layout, before: str, after: str) -> Layout:
    """The layout as somebody would print it who changed a cell and kept the seal."""
    section = layout.sections[0]
    changed = tuple(
        replace(item, cells=tuple(replace(cell, text=cell.text.replace(before, after)) for cell in item.cells)) if isinstance(item, Grid) else item
        for item in section.items
    )
    return replace(layout, sections=(replace(section, items=changed),))


def test_alone_it_says_which_digest_it_carries_and_what_is_needed(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", str(sheet)]) == 3
    out = capsys.readouterr().out
    assert f"所载档案摘要 {digest(DOSSIER)}（规则包 cn-2020，适用日期 2023-12-31）" in out
    assert "--dossier" in out
    assert "--source" in out


@pytest.mark.parametrize("way", ["option", "argument", "beside"])
def test_with_its_dossier_both_are_recomputed_and_equal(sheet: Path, dossier: Path, capsys: pytest.CaptureFixture[str], way: str) -> None:
    arguments = {"option": ["--dossier", str(dossier)], "argument": [str(dossier)], "beside": []}[way]
    if way == "beside":
        shutil.copy(dossier, sheet.with_suffix(".json"))
    assert cli.run(["verify", str(sheet), *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all("相符" in line and digest(DOSSIER) in line for line in lines)


def test_another_dossier_does_not_fit(sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "别的.json"
    (dossier,) = dossiers_in(ROOT / "examples" / "口岸经贸.txt")
    other.write_text(dumps(dossier), encoding="utf-8")
    assert cli.run(["verify", str(sheet), "--dossier", str(other)]) == 1
    assert f"评分表所载摘要 {digest(DOSSIER)}，所给档案为 {other}（{digest(dossier)}）" in capsys.readouterr().out


def test_a_dossier_that_was_changed_does_not_fit(sheet: Path, dossier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(dossier.read_text(encoding="utf-8"))
    data["scorecard"]["total"] = "99.00"
    dossier.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert cli.run(["verify", str(sheet), "--dossier", str(dossier)]) == 1
    out = capsys.readouterr().out
    assert "被改动过" in out
    assert "评分表所载摘要" in out


@pytest.mark.parametrize(
    ("before", "after"), [("29.00", "30.00"), ("98.50", "99.50"), ("城区公共自行车运维", "城区公共汽车运维"), ("2900辆", "2990辆")]
)
def test_a_sheet_whose_print_was_changed_is_told_though_its_seal_is_right(
    tmp_path: Path, dossier: Path, capsys: pytest.CaptureFixture[str], before: str, after: str
) -> None:
    forged = tmp_path / "改过.pdf"
    forged.write_bytes(pdf.write(rewritten(LAYOUT, before, after)))
    assert cli.run(["verify", str(forged), "--dossier", str(dossier)]) == 1
    out = capsys.readouterr().out
    assert "表上所印与档案不同" in out
    assert before in out


ODD = ["甲——乙", "𠮷祥街道", "〇五年", "百㎡ 绿地", "ﬁne office", "第\u200b一", "=SUM(A1)", "喜😀讯", "长" * 90, "a" * 70, "㊣①Ⅳ", "上\n下"]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_text_is_no_forgery(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    dossier = dossier_of(form(row(name=name, stated="10"), row(actual=name), total="10", project_name=name))
    sheet, stored = tmp_path / "评分表.pdf", tmp_path / "档案.json"
    sheet.write_bytes(pdf.write(score_sheet(dossier, title_of(dossier), digest(dossier))))
    stored.write_text(dumps(dossier), encoding="utf-8")
    cli.run(["verify", str(sheet), "--dossier", str(stored)])
    assert f"评分表.pdf：相符，与档案 {stored} 一致" in capsys.readouterr().out


def test_a_row_that_was_added_is_told(tmp_path: Path, dossier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section = LAYOUT.sections[0]
    table = next(item for item in section.items if isinstance(item, Grid) and item.head_rows)
    last = [replace(cell, row=cell.row + 1, text=f"{cell.text}加") for cell in table.cells if cell.row == table.rows - 1]
    longer = replace(table, rows=table.rows + 1, cells=(*table.cells, *last))
    forged = tmp_path / "加行.pdf"
    forged.write_bytes(pdf.write(replace(LAYOUT, sections=(replace(section, items=(*section.items[:2], longer, *section.items[3:])),))))
    assert cli.run(["verify", str(forged), "--dossier", str(dossier)]) == 1
    assert "不应印有" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["示范项目.html", "改过名.html"])
def test_the_original_form_is_appraised_again(sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    source = tmp_path / name
    source.write_bytes(EXAMPLE.read_bytes())
    assert cli.run(["verify", str(sheet), "--source", str(source)]) == 0
    assert f"按原表 {source} 重新审核的结果一致" in capsys.readouterr().out


def test_another_form_is_not_the_original(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", str(sheet), "--source", str(ROOT / "examples" / "口岸经贸.txt")]) == 1
    assert "请提供出具时的原表" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [
        ["--pack", "cn-2020"],
        ["--place", "安徽省"],
        ["--on", "2021-06-30"],
        ["--waiver", "/indicators/3=zero"],
        ["--pack", "cn-2020", "--waiver", "/indicators/3=keep", "--waiver", "/indicators/0=zero"],
    ],
)
def test_whatever_it_was_appraised_with_the_original_form_gives_the_digest_again(tmp_path: Path, options: list[str]) -> None:
    target = tmp_path / "评分表.pdf"
    assert cli.run(["scoresheet", str(EXAMPLE), "--output", str(target), *options]) == 0
    assert cli.run(["verify", str(target), "--source", str(EXAMPLE)]) == 0


def test_a_rule_pack_that_changed_since_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = DOSSIER.scorecard
    assert card is not None
    older = replace(DOSSIER, scorecard=replace(card, rulepack=replace(card.rulepack, digest="cd" * 32)))
    target = tmp_path / "旧.pdf"
    target.write_bytes(pdf.write(score_sheet(older, title_of(DOSSIER), digest(older))))
    assert cli.run(["verify", str(target), "--source", str(EXAMPLE)]) == 1
    assert "规则包 cn-2020 的内容已不同于出具时（表上 cdcdcdcdcdcd" in capsys.readouterr().out


def test_a_pdf_that_is_no_score_sheet_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blank = tmp_path / "别的.pdf"
    bare = replace(LAYOUT.sections[0], items=LAYOUT.sections[0].items[:1])
    blank.write_bytes(pdf.write(replace(LAYOUT, sections=(bare,))))
    assert cli.run(["verify", str(blank)]) == 3
    assert "没有找到档案摘要" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--source", str(EXAMPLE)], ["--dossier", str(EXAMPLE)]])
def test_options_for_sheets_need_a_sheet(dossier: Path, capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    assert cli.run(["verify", str(dossier), *options]) == 2
    assert "请同时给出评分表" in capsys.readouterr().err
