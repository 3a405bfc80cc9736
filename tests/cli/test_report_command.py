"""``jiheng report`` and ``jiheng scoresheet``, end to end: the files they write are read back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from dossiers import ROOT, dossiers_in
from jiheng import cli, importers
from jiheng.domain.codec import digest, dossier_from_json
from jiheng.domain.document import Document, Table
from jiheng.exporters.layout.seal import digest_in

EXAMPLE = ROOT / "examples" / "示范项目.html"


def text_of(document: Document) -> str:
    parts = [cell.text for block in document.blocks if isinstance(block, Table) for cell in block.cells]
    return "\n".join([*parts, *(block.text for block in document.blocks if not isinstance(block, Table))])


def read_back(path: Path) -> str:
    return text_of(importers.read(path.read_bytes(), path.name))


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A copy of an example, so that what is written beside it stays in its own folder."""
    return Path(shutil.copy(EXAMPLE, tmp_path))


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_report_is_written_beside_the_form_and_says_how_many_gaps_it_has(form: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    assert cli.run(["report", str(form), "--format", kind]) == 0
    target = form.with_name(f"示范项目.自评报告.{kind}")
    said = read_back(target)
    gaps = said.count("【请填写：")
    assert gaps > 3
    assert f"{form} → {target}（待填写 {gaps} 处）" in capsys.readouterr().out
    flat = "".join(said.split())
    assert "城区公共自行车运维项目支出绩效自评报告" in flat
    assert "自评表所填自评得分为98.5分" in flat
    assert "部分车辆达到使用年限报废" in flat


def test_a_report_that_somebody_may_have_filled_in_is_not_written_over(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = form.with_name("示范项目.自评报告.docx")
    written.write_text("已填写", encoding="utf-8")
    assert cli.run(["report", str(form)]) == 2
    assert written.read_text(encoding="utf-8") == "已填写"
    assert "可能已有人填写过" in capsys.readouterr().err
    assert cli.run(["report", str(form), "--output", str(form.with_name("新.docx"))]) == 0


def test_several_reports_go_into_a_directory_under_names_of_their_own(form: Path, tmp_path: Path) -> None:
    other = tmp_path / "示范项目.htm"
    other.write_bytes(form.read_bytes())
    out = tmp_path / "报告"
    assert cli.run(["report", str(form), str(other), "--output", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["示范项目.自评报告-2.docx", "示范项目.自评报告.docx"]


@pytest.mark.parametrize("command", ["report", "scoresheet"])
def test_the_form_itself_is_never_written_over(form: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    before = form.read_bytes()
    assert cli.run([command, str(form), "--output", str(form)]) == 2
    assert form.read_bytes() == before
    assert "就是原文件" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["report", "scoresheet"])
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_written(
    form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    out = tmp_path / "out"
    out.mkdir()
    assert cli.run([command, str(broken), str(form), "--output", str(out)]) == 3
    assert "坏.xlsx：" in capsys.readouterr().err
    assert len(list(out.iterdir())) == 1


def test_a_score_sheet_is_one_page_with_the_seal_of_its_dossier(form: Path) -> None:
    assert cli.run(["scoresheet", str(form), "--with-dossier"]) == 0
    target = form.with_name("示范项目.评分表.pdf")
    (dossier,) = dossiers_in(EXAMPLE)
    assert digest_in(read_back(target)) == digest(dossier)
    stored = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert dossier_from_json(stored) == dossier
    assert pages(target) == 1


def test_the_sheets_of_several_forms_stand_in_one_file(form: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(EXAMPLE, tmp_path / "另一份.html"))
    target = tmp_path / "全部.pdf"
    assert cli.run(["scoresheet", str(form), str(other), "--output", str(target), "--with-dossier"]) == 0
    assert pages(target) == 2
    assert len(json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))) == 2
    assert cli.run(["verify", str(target)]) == 0


def test_a_waiver_changes_the_sheet(form: Path, tmp_path: Path) -> None:
    target = tmp_path / "评分表.pdf"
    assert cli.run(["scoresheet", str(form), "--waiver", "/indicators/3=zero", "--output", str(target)]) == 0
    said = "".join(read_back(target).split())
    assert "/indicators/3=zero" in said
    assert "豁免：计零" in said


def pages(path: Path) -> int:
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return len(document)
    finally:
        document.close()


def test_twenty_rows_fit_on_one_page(tmp_path: Path) -> None:
    form = Path(shutil.copy(ROOT / "examples" / "口岸经贸.txt", tmp_path))
    target = tmp_path / "评分表.pdf"
    assert cli.run(["scoresheet", str(form), "--output", str(target)]) == 0
    assert pages(target) == 1


def test_a_sheet_never_takes_the_place_of_any_of_its_forms(form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "另一份.html"
    other.write_bytes(form.read_bytes())
    assert cli.run(["scoresheet", str(form), str(other), "--output", str(other)]) == 2
    assert other.read_bytes() == form.read_bytes()
    assert "就是原文件" in capsys.readouterr().err
