"""Every official form as xlsx and docx, printed by another program, as pictures: its cells, what stands in them and around them stay.

To draw them again after a change on purpose: ``JIHENG_REDRAW=1 ./test tests/exporters/test_golden_office_pages.py``, then look at each picture.
The fonts are those of the package that sets the PDF pages, whatever the machine has; what is compared holds for other fonts too, see below.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image, ImageDraw

from exporters.printed_pages import Page, differences, picture, seen
from exporters.test_golden_pages import FILLED, FORMS
from filled_forms import only_printed
from jiheng.domain.evaluation import Evaluation
from jiheng.exporters.layout.form import form_layout
from jiheng.exporters.layout.model import Cell, Grid, Layout, Paragraph
from jiheng.exporters.writers import docx, xlsx

pytestmark = pytest.mark.xdist_group("office pages")  # printed once
GOLDEN = Path(__file__).parents[1] / "golden" / "office"
WRITERS = {"xlsx": xlsx.write, "docx": docx.write}
STATES = ("filled", "blank")
# A first indicator of one line: with two, the first page of one form would end within a hair of its foot, and a font could move its last row.
EXAMPLE = replace(FILLED, indicators=(replace(FILLED.indicators[0], name="活动场次"), *FILLED.indicators[1:]))
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>{fonts}</dir><cachedir>{cache}</cachedir>
<selectfont><rejectfont><glob>*{rejected}*</glob></rejectfont></selectfont>
<alias binding="same"><family>宋体</family><prefer><family>Noto Serif SC</family></prefer></alias>
<alias binding="same"><family>Times New Roman</family><prefer><family>Noto Serif SC</family></prefer></alias>
<alias binding="same"><family>黑体</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


def layout_of(form: str, state: str) -> Layout:
    return form_layout(FORMS[form], only_printed(FORMS[form], EXAMPLE) if state == "filled" else Evaluation())


def last_table(change: Callable[[Grid], Grid]) -> Callable[[Layout], Layout]:
    """The change of a form that changes its last table."""

    def changed(layout: Layout) -> Layout:
        (section,) = layout.sections
        place = max(number for number, item in enumerate(section.items) if isinstance(item, Grid))
        items = [change(item) if number == place and isinstance(item, Grid) else item for number, item in enumerate(section.items)]
        return replace(layout, sections=(replace(section, items=tuple(items)),))

    return changed


def without_column(grid: Grid) -> Grid:
    gone = len(grid.widths) - 2
    cells = [
        replace(
            cell, column=cell.column - (cell.column > gone), column_span=cell.column_span - (cell.column <= gone < cell.column + cell.column_span)
        )
        for cell in grid.cells
    ]
    return replace(grid, widths=(*grid.widths[:gone], *grid.widths[gone + 1 :]), cells=tuple(cell for cell in cells if cell.column_span))


def without_last_row(grid: Grid) -> Grid:
    last = grid.rows - 1
    cells = [replace(cell, row_span=cell.row_span - (cell.row + cell.row_span > last)) for cell in grid.cells]
    return replace(grid, cells=tuple(cell for cell in cells if cell.row_span), rows=last)


def with_split_head(grid: Grid) -> Grid:
    """The first merged cell as cells of its own."""
    merged = next(cell for cell in grid.cells if cell.row_span * cell.column_span > 1)
    parts = [
        replace(merged, row=row, column=column, row_span=1, column_span=1, text=merged.text if (row, column) == (merged.row, merged.column) else "")
        for row in range(merged.row, merged.row + merged.row_span)
        for column in range(merged.column, merged.column + merged.column_span)
    ]
    cells = sorted([*(cell for cell in grid.cells if cell is not merged), *parts], key=lambda cell: (cell.row, cell.column))
    return replace(grid, cells=tuple(cells))


def without_a_text(grid: Grid) -> Grid:
    last = [cell for cell in grid.cells if cell.text][-1]
    return replace(grid, cells=tuple(Cell(c.row, c.column, "", c.role, c.row_span, c.column_span) if c is last else c for c in grid.cells))


def with_other_widths(layout: Layout) -> Layout:
    """The first column of every table half as wide again."""
    (section,) = layout.sections
    items = tuple(replace(item, widths=(item.widths[0] * 3 // 2, *item.widths[1:])) if isinstance(item, Grid) else item for item in section.items)
    return replace(layout, sections=(replace(section, items=items),))


def turned(layout: Layout) -> Layout:
    (section,) = layout.sections
    return replace(layout, sections=(replace(section, orientation="landscape" if section.orientation == "portrait" else "portrait"),))


def without_title(layout: Layout) -> Layout:
    (section,) = layout.sections
    items = tuple(item for item in section.items if not (isinstance(item, Paragraph) and item.role == "title"))
    return replace(layout, sections=(replace(section, items=items),))


def with_a_title_at_the_left(layout: Layout) -> Layout:
    (section,) = layout.sections
    items = tuple(replace(item, role="mark") if isinstance(item, Paragraph) and item.role == "title" else item for item in section.items)
    return replace(layout, sections=(replace(section, items=items),))


def rewritten(package: bytes, part: str, pattern: str, text: str) -> bytes:
    """The file with every match of the pattern in one part replaced; there is one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                found, count = re.subn(pattern, text, content.decode("utf-8"))
                assert count
                content = found.encode("utf-8")
            new.writestr(name, content)
    return out.getvalue()


def clipped(package: bytes, kind: str) -> bytes:
    """Rows of several lines as low as one."""
    if kind == "xlsx":
        return rewritten(package, "xl/worksheets/sheet1.xml", r' ht="(?:3[1-9]|[4-9]\d)(?:\.\d+)?"', ' ht="18"')
    return rewritten(package, "word/document.xml", r'<w:trHeight w:val="\d+" w:hRule="atLeast"/>', '<w:trHeight w:val="360" w:hRule="exact"/>')


def unruled(package: bytes, kind: str) -> bytes:
    """The file without the rules of its cells."""
    if kind == "xlsx":
        return rewritten(package, "xl/styles.xml", r' style="thin"', "")
    return rewritten(package, "word/styles.xml", r"(<w:insideV) w:val=\"single\"", r'\1 w:val="nil"')


class Spoilt(NamedTuple):
    """A form with a fault, and what is said of it."""

    form: str
    said: str
    layout: Callable[[Layout], Layout] | None = None
    package: Callable[[bytes, str], bytes] | None = None


SPOILT = {
    "a-column-is-missing": Spoilt("yunnan-project", "cells, not", last_table(without_column)),
    "the-last-row-is-missing": Spoilt("national-project", "cells, not", last_table(without_last_row)),
    "a-merged-head-is-split": Spoilt("yunnan-project", "cells, not", last_table(with_split_head)),
    "a-merged-column-is-split": Spoilt("national-project", "cells, not", last_table(with_split_head)),
    "a-text-is-missing": Spoilt("national-project", "empty, was written in", last_table(without_a_text)),
    "columns-are-of-other-widths": Spoilt("yunnan-project", "of the table, not from", with_other_widths),
    "the-page-is-turned": Spoilt("recheck", "paper of", turned),
    "the-title-is-missing": Spoilt("hubei-project", "lines below rule 0, not", without_title),
    "the-title-stands-at-the-left": Spoilt("hubei-project", "a line below rule 0 from", with_a_title_at_the_left),
    "texts-are-clipped": Spoilt("national-project", "dark pixels, not", package=clipped),
    "cells-have-no-rules": Spoilt("recheck", "cells, not", package=unruled),
}


def spoilt_file(name: str, kind: str) -> bytes:
    spoilt = SPOILT[name]
    layout = layout_of(spoilt.form, "filled")
    package = WRITERS[kind](spoilt.layout(layout) if spoilt.layout else layout)
    return spoilt.package(package, kind) if spoilt.package else package


class Printed(NamedTuple):
    """Folders of PDFs: in the fonts of the pictures, and with every letter in another face."""

    own: Path
    other: Path


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Each form filled and blank in each format, and the spoilt ones, by way of LibreOffice; the two faces at the same time."""
    folder = tmp_path_factory.mktemp("office-pages")
    filled: list[Path] = []
    others: list[Path] = []
    for kind, write in WRITERS.items():
        for form in FORMS:
            for state, files in zip(STATES, (filled, others), strict=True):
                files.append(folder / f"{form}.{state}-{kind}.{kind}")
                files[-1].write_bytes(write(layout_of(form, state)))
        for name in SPOILT:
            others.append(folder / f"{name}-{kind}.{kind}")
            others[-1].write_bytes(spoilt_file(name, kind))
    own, other = folder / "own", folder / "other"
    running = [printing([*filled, *others], own, rejected="no-font"), printing(filled, other, rejected="Serif")]
    for process in running:
        process.communicate(timeout=300)
    assert [process.returncode for process in running] == [0, 0]
    return Printed(own, other)


def printing(files: Iterable[Path], folder: Path, *, rejected: str) -> subprocess.Popen[bytes]:
    """LibreOffice at work on the files, with no font of the machine and none of the rejected ones."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    assert spec is not None
    assert spec.origin is not None
    folder.mkdir()
    settings = folder / "fonts.conf"
    settings.write_text(FONTS.format(fonts=Path(spec.origin).parent, cache=folder / "cache", rejected=rejected), encoding="utf-8")
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf", "--outdir", str(folder)]
    return subprocess.Popen(  # noqa: S603 - files made here
        [*command, *map(str, files)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"FONTCONFIG_FILE": str(settings)}
    )


def pictures(file: Path) -> list[Image.Image]:
    with pypdfium2.PdfDocument(file) as document:
        return [picture(page) for page in document]


@cache
def golden(name: str) -> tuple[Page, ...]:
    """The pages of a form as they were, by form, state and format."""
    pages = []
    for file in sorted(GOLDEN.glob(f"{name}.*.png")):
        with Image.open(file) as image:
            pages.append(seen(image))
    return tuple(pages)


def changes(file: Path, name: str) -> list[str]:
    """What the pages of a PDF show otherwise than the pictures of a form."""
    found, known = pictures(file), golden(name)
    if len(found) != len(known):
        return [f"{len(found)} pages, not {len(known)}"]
    return [
        f"page {number}: {text}"
        for number, pair in enumerate(zip(found, known, strict=True), start=1)
        for text in differences(seen(pair[0]), pair[1])
    ]


def redraw(file: Path, name: str) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob(f"{name}.*.png"):
        old.unlink()
    for number, image in enumerate(pictures(file), start=1):
        image.save(GOLDEN / f"{name}.{number}.png", optimize=True)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_printed_as_it_was(form: str, state: str, kind: str, printed: Printed) -> None:
    name = f"{form}.{state}-{kind}"
    if os.environ.get("JIHENG_REDRAW") == "1":
        redraw(printed.own / f"{name}.pdf", name)
    assert changes(printed.own / f"{name}.pdf", name) == []


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("form", FORMS)
def test_another_face_makes_no_difference(form: str, kind: str, printed: Printed) -> None:
    name = f"{form}.filled-{kind}"
    assert pictures(printed.other / f"{name}.pdf")[0].tobytes() != pictures(printed.own / f"{name}.pdf")[0].tobytes()
    assert changes(printed.other / f"{name}.pdf", name) == []


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("fault", SPOILT)
def test_a_fault_is_seen_for_what_it_is(fault: str, kind: str, printed: Printed) -> None:
    found = changes(printed.own / f"{fault}-{kind}.pdf", f"{SPOILT[fault].form}.filled-{kind}")
    assert [text for text in found if SPOILT[fault].said in text] != []


@pytest.mark.parametrize("kind", WRITERS)
def test_no_form_passes_for_another(kind: str) -> None:
    every = [f"{form}.{state}-{kind}" for form in FORMS for state in STATES]
    assert [pair for pair in combinations(every, 2) if not differences(golden(pair[0])[0], golden(pair[1])[0])] == []


def test_a_page_is_read_by_its_rules() -> None:
    image = Image.new("1", (600, 400), 1)
    draw = ImageDraw.Draw(image)
    for line in ((50, 100, 450, 100), (150, 160, 450, 160), (50, 220, 450, 220), (50, 100, 50, 220), (150, 100, 150, 220), (450, 100, 450, 220)):
        draw.line(line, fill=0)
    draw.line((300, 160, 300, 220), fill=0)
    draw.rectangle((60, 120, 80, 140), fill=0)
    for letter in range(200, 400, 40):
        draw.rectangle((letter, 40, letter + 20, 55), fill=0)
    page = seen(image)
    assert [(cell.top, cell.bottom, cell.first, cell.last, cell.ink) for cell in page.cells] == [
        *((0, 0, 1, 2, 0), (0, 1, 0, 0, 21 * 21), (1, 1, 1, 1, 0), (1, 1, 2, 2, 0))
    ]
    assert [(round(line.left * 600), round(line.right * 600), line.rules_above) for line in page.lines] == [(200, 381, 0)]
