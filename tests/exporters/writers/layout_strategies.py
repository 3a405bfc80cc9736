"""Hypothesis strategies of layouts: any small thing that can be printed, for the tests of every writer. Built once, for building costs most."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st

from jiheng.exporters.layout.figures import figure
from jiheng.exporters.layout.model import Bars, Cell, CellRole, Code, Grid, Item, Layout, Orientation, Paragraph, ParagraphRole, Section, Style

RARE = ("𠮷", "〇", "㎡", "㳇", "①", "≥", "％", "é", "½", "“”", "——", "……", "☑")
FORMULAS = ('=HYPERLINK("http://example.invalid")', "+1+1", "-2", "-2+3", "@SUM(A1)", "=1", "'=1", "{=1}", "#N/A")
LOOKALIKES = ("0012", "1e5", "2023-01-01", "100%", "https://example.invalid", "TRUE")
MARKUP = ("<b>粗</b>", "<r><t>x</t></r>", "<r></x></r>", "&amp;", "]]>", "_x0041_", "{/a}", "#let x = 1", "*重点*", "$a$", "\\n", "//注", "{{ x }}")
HOSTILE = FORMULAS + LOOKALIKES + MARKUP
PLAIN = ("项目名称", "年度总体目标", "实际完成值", "98.5%", "建成3个示范点，惠及1200人。", "完成\n及时", " 前后有空格 ")
ODD = ("两  个空格", "甲\n\n乙", "，句首逗号")
RARELY = st.integers(0, 3).map(lambda drawn: drawn == 0)
ROLES = st.sampled_from(get_args(CellRole))
ANY_CHARACTER = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"])
NUMBERS = ("0", "100", "9.00", "2,903.24", "4149.88", "12.5%", "≥90%", "15100人次", "-3.20", "123456789012345", "12345678901234567.89")


@cache
def texts() -> st.SearchStrategy[str]:
    """Texts of cells and paragraphs: words of forms, rare characters, line breaks, blanks, texts that look like formulas or markup, anything."""
    return (
        st.just("")
        | st.sampled_from(PLAIN + ODD + HOSTILE)
        | st.lists(st.sampled_from(PLAIN + ODD + RARE), min_size=1, max_size=4).map("".join)
        | st.text(ANY_CHARACTER | st.just("\n"), max_size=12)
    )


@cache
def long_texts() -> st.SearchStrategy[str]:
    """Running text of one to some hundred characters."""
    return st.lists(st.sampled_from(PLAIN[4:] + ODD + RARE), min_size=1, max_size=40).map("，".join)


@cache
@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    """Text, number and format of a cell that prints a figure; no number where a spreadsheet could not print it back."""
    text = draw(st.sampled_from(NUMBERS) | st.integers(-(10**9), 10**9).map(lambda cents: f"{Decimal(cents).scaleb(-2):.2f}"))
    read = figure(text)
    return {"text": text, "role": "figure", **({"number": read.number, "number_format": read.number_format} if read else {})}


@cache
@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """What a cell shows, without its place."""
    if draw(RARELY):
        return draw(figures())
    return {"text": draw(texts() | long_texts()), "role": draw(ROLES)}


@st.composite
def grids(draw: st.DrawFn, *, most_rows: int = 6, most_columns: int = 6) -> Grid:
    """A grid with random spans that cover it without overlap; every cell with a figure has a pointer, the last row may hold sums of them."""
    rows, columns = draw(st.integers(1, most_rows)), draw(st.integers(1, most_columns))
    free = {(r, c) for r in range(rows) for c in range(columns)}
    cells: list[Cell] = []
    for r in range(rows):
        for c in range(columns):
            if (r, c) not in free:
                continue
            down, across = draw(_spans(r, c, rows, free))
            free -= {(r + i, c + j) for i in range(down) for j in range(across)}
            cells.append(Cell(r, c, row_span=down, column_span=across, **draw(contents())))
    widths = tuple(draw(st.lists(st.integers(1, 30), min_size=columns, max_size=columns)))
    return Grid(widths, tuple(cells), rows, head_rows=draw(st.integers(0, rows - 1)), joined=draw(st.booleans()))


@st.composite
def _spans(draw: st.DrawFn, r: int, c: int, rows: int, free: set[tuple[int, int]]) -> tuple[int, int]:
    across = 1
    while (r, c + across) in free and draw(RARELY):
        across += 1
    down = 1
    while r + down < rows and all((r + down, c + j) in free for j in range(across)) and draw(RARELY):
        down += 1
    return down, across


@st.composite
def summed_grids(draw: st.DrawFn, *, prefix: str = "/indicators", most_rows: int = 6) -> Grid:
    """A column of scores and their exact sum below as a formula over their pointers."""
    cents = draw(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=most_rows))
    values = [Decimal(value).scaleb(-2) for value in cents]
    cells: list[Cell] = []
    for r, value in enumerate(values):
        cells.append(Cell(r, 0, draw(texts()), "label"))
        cells.append(Cell(r, 1, f"{value:.2f}", "figure", number=value, number_format="0.00", pointer=f"{prefix}/{r}/stated_score"))
    spread = f"{{{prefix}/0/stated_score}}:{{{prefix}/{len(values) - 1}/stated_score}}"
    total = sum(values, Decimal(0))
    cells.append(Cell(len(values), 0, "合计", "label"))
    cells.append(
        Cell(len(values), 1, f"{total:.2f}", "figure", number=total, number_format="0.00", formula=f"SUM({spread})", pointer=f"{prefix}/total")
    )
    widths = (draw(st.integers(1, 30)), draw(st.integers(3, 30)))
    return Grid(widths, tuple(cells), len(values) + 1)


@cache
def paragraphs() -> st.SearchStrategy[Paragraph]:
    """Paragraphs of every role, with and without a text at the right."""
    return st.builds(Paragraph, texts() | long_texts(), st.sampled_from(get_args(ParagraphRole)), st.just("") | texts())


@cache
@st.composite
def bars(draw: st.DrawFn) -> Bars:
    """Charts of one to three series; values may be absent."""
    series = tuple(draw(st.lists(st.sampled_from(["自评", "复算", "复核", "<满分>"]), min_size=1, max_size=3, unique=True)))
    value = st.none() | st.integers(0, 10000).map(lambda cents: Decimal(cents).scaleb(-2))
    labels = draw(st.lists(texts().filter(bool), min_size=1, max_size=4))
    rows = tuple((label, tuple(draw(value) for _ in series)) for label in labels)
    return Bars(draw(texts()), series, rows, Decimal(100), draw(st.sampled_from(["%", "分", ""])))


@cache
def codes() -> st.SearchStrategy[Code]:
    """QR codes of short and long texts."""
    return st.builds(Code, st.sampled_from(["https://example.invalid/v/0123456789abcdef", "绩衡 校验码 𠮷", "0" * 300]), texts())


@cache
def items() -> st.SearchStrategy[Item]:
    """Anything that stands in a section; mostly grids and paragraphs."""
    return st.one_of(grids(), grids(), paragraphs(), paragraphs(), bars(), codes())


@st.composite
def sections(draw: st.DrawFn, *, item: st.SearchStrategy[Item] | None = None, most: int = 4) -> Section:
    """A section with at least one item; a grid is joined only to a grid above it."""
    found: list[Item] = []
    for one in draw(st.lists(item or items(), min_size=1, max_size=most)):
        loose = isinstance(one, Grid) and one.joined and not (found and isinstance(found[-1], Grid))
        found.append(replace(one, joined=False) if loose and isinstance(one, Grid) else one)
    name = draw(st.sampled_from(["项目支出绩效自评表", "自评表", "a/b:c*?[d]\\e", "'x'", "History", "", "一" * 40, "𠮷" * 20]) | texts())
    return Section(name, tuple(found), draw(st.sampled_from(get_args(Orientation))))


@st.composite
def layouts(draw: st.DrawFn, *, item: st.SearchStrategy[Item] | None = None, most_sections: int = 3) -> Layout:
    """Whole documents of one to three sections, names repeated and impossible ones among them."""
    found = tuple(draw(st.lists(sections(item=item), min_size=1, max_size=most_sections)))
    return Layout(draw(texts()), found, draw(st.sampled_from(get_args(Style))))
