"""Official forms as data: the drawing is read strictly, each refusal names the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiheng.domain.evaluation import PARTICULARS
from jiheng.errors import PackInvalidError
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.forms import keyed_place, load_forms

HEAD = "title: 试表\nkind: project\norientation: portrait\nserves: [a]\nfund_lines: []\nsource: 试\nmark: design\npaper:\n"
TABLE = "  - widths: [10, 20, 20]\n    rows: |\n      "


def one(folder: Path, paper: str, *, name: str = "try", head: str = HEAD) -> Path:
    (folder / f"{name}.yaml").write_text(head + paper, encoding="utf-8")
    return folder


def test_the_shipped_forms_draw_the_paper_of_every_recognised_family() -> None:
    forms = load_rulebook().forms
    families = {
        *("jiangmen-2023", "national-project", "yunnan-project", "hubei-project", "anhui-project", "sichuan-project"),
        *("transfer-region", "transfer-county", "poverty-fund", "dept-national", "recheck"),
    }
    assert families <= set(forms)
    served = {template for form in forms.values() for template in form.serves}
    assert {template.id for template in load_rulebook().labels.templates} <= served


def test_every_particular_that_a_form_prints_is_read() -> None:
    book = load_rulebook()
    printed = {place for form in book.forms.values() for place in form.places if place.startswith(PARTICULARS)}
    assert printed
    assert printed <= set(book.labels.fields)


def test_a_drawing_becomes_rows_with_what_each_cell_continues(tmp_path: Path) -> None:
    form = load_forms(one(tmp_path, TABLE + "! 甲 | 乙 | <\n      ^ | {row.name} | {row.weight}\n"))["try"]
    heading, row = form.parts[0].rows
    assert (heading.head, heading.repeats, [cell.continues for cell in heading.cells]) == (True, None, ["", "", "<"])
    assert (row.head, row.repeats, [cell.continues for cell in row.cells]) == (False, "row", ["^", "", ""])
    assert form.places == {"row.name", "row.weight"}


def test_a_row_may_end_early_with_a_double_mark(tmp_path: Path) -> None:
    form = load_forms(one(tmp_path, TABLE + "甲 | <<\n"))["try"]
    assert [cell.continues for cell in form.parts[0].rows[0].cells] == ["", "<", "<"]


@pytest.mark.parametrize(
    ("paper", "message"),
    [
        (TABLE + "甲 | 乙\n", "“甲 | 乙”有 2 格，应有 3 格"),
        (TABLE + "{row.colour} | < | <\n", "不认识的填写处“{row.colour}”"),
        (TABLE + "{/secret} | < | <\n", "不认识的填写处“{/secret}”"),
        (TABLE + "{/particulars/} | < | <\n", "不认识的填写处“{/particulars/}”"),
        (TABLE + "{funds[市本级].colour} | < | <\n", "不认识的填写处“{funds[市本级].colour}”"),
        (TABLE + "{row.name} | {funds.item} | <\n", "一行只能重复一种"),
        ("  - title: 甲\n    caption: 乙\n", "每一段只能是"),
        ("  - widths: [1, 2]\n", "每一段只能是"),
        ("  - title: 甲\n    rows: 乙\n", "表格要有 widths 与 rows"),
        ("  - rows: 乙\n", "表格要有 widths 与 rows"),
        ("  - line: '{nobody}'\n", "不认识的填写处“{nobody}”"),
        ("  - colour: red\n", "不认识的键“colour”"),
    ],
)
def test_a_drawing_that_cannot_be_is_refused_with_its_place(tmp_path: Path, paper: str, message: str) -> None:
    with pytest.raises(PackInvalidError) as refused:
        load_forms(one(tmp_path, paper))
    assert message in str(refused.value)
    assert str(refused.value).startswith("try.yaml 第 ")


def test_two_forms_cannot_serve_the_same_layout(tmp_path: Path) -> None:
    one(tmp_path, "  - title: 甲\n", name="first")
    with pytest.raises(PackInvalidError, match="版式“a”已由“first”写出"):
        load_forms(one(tmp_path, "  - title: 乙\n", name="second"))


def test_a_row_that_names_the_goal_begins_a_block(tmp_path: Path) -> None:
    form = load_forms(one(tmp_path, TABLE + "目标{goal.number} | < | <\n      {row.name} | < | <\n"))["try"]
    assert [row.begins_goal for row in form.parts[0].rows] == [True, False]


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("funds[市本级].allotted", ("funds", "市本级", "allotted")),
        ("management[下达].problems", ("management", "下达", "problems")),
        ("row.name", None),
    ],
)
def test_a_place_of_one_row_has_its_name_in_brackets(place: str, parts: tuple[str, str, str] | None) -> None:
    assert keyed_place(place) == parts
