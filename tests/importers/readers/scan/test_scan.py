"""Pictures drawn here, read by the real models: one small table for everything that needs them, lines and limits without."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image

from jiheng.domain.document import Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_PAGES, Reading
from jiheng.importers.readers.scan import figures, grid, ocr, pages, pieces, read, straighten, strokes
from jiheng.importers.readers.scan.dust import without_dust
from jiheng.importers.readers.scan.geometry import Box, Pixels, on_page

ROWS, COLUMNS = (140, 220, 300, 380), (100, 420, 740, 1060)
TEXTS = {(0, 0): "2023", (1, 0): "95.5%", (1, 1): "8.25", (2, 0): "1200"}


def drawn_table() -> Pixels:
    """Three rows of three; the last two cells of row 3 are merged and hold a slash, cell (2, 2) a dash; a heading stands above."""
    page = np.full((560, 1200), 255, np.uint8)
    for y in ROWS:
        cv2.line(page, (COLUMNS[0], y), (COLUMNS[-1], y), 0, 2)
    for number, x in enumerate(COLUMNS):
        cv2.line(page, (x, ROWS[0]), (x, ROWS[2] if number == 2 else ROWS[-1]), 0, 2)
    for (row, column), text in TEXTS.items():
        write(page, text, (COLUMNS[column] + 90, ROWS[row] + 52))
    write(page, "REPORT 2023", (420, 90))
    cv2.line(page, (735, 358), (747, 324), 0, 3)
    cv2.line(page, (880, 262), (904, 262), 0, 3)
    return page


def write(page: Pixels, text: str, at: tuple[int, int]) -> None:
    cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 2, cv2.LINE_AA)


def tilted(page: Pixels, degrees: float) -> Pixels:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255), dtype=np.uint8)


def saved(page: Pixels, kind: str, *more: Pixels) -> bytes:
    out = io.BytesIO()
    if more:
        Image.fromarray(page).save(out, kind, save_all=True, append_images=[Image.fromarray(extra) for extra in more])
    else:
        Image.fromarray(page).save(out, kind)
    return out.getvalue()


@cache
def tilted_reading() -> Reading:
    return read(saved(tilted(drawn_table(), 1.4), "PNG"))


def the_table(reading: Reading) -> Table:
    return next(block for block in reading.blocks if isinstance(block, Table))


def test_a_tilted_table_keeps_its_grid_and_spans() -> None:
    table = the_table(tilted_reading())
    spans = {(cell.row, cell.column): (cell.row_span, cell.column_span) for cell in table.cells}
    assert (table.row_count, table.column_count) == (3, 3)
    assert spans == {**{(row, column): (1, 1) for row in range(2) for column in range(3)}, (2, 0): (1, 1), (2, 1): (1, 2)}


def test_figures_are_read_and_sure() -> None:
    cells = {(cell.row, cell.column): cell for cell in the_table(tilted_reading()).cells}
    assert {place: cells[place].text for place in TEXTS} == TEXTS
    assert all(cells[place].confidence > Decimal("0.9") for place in TEXTS)
    assert (cells[0, 1].text, cells[0, 1].confidence) == ("", Decimal(1))


def test_a_lone_slash_and_a_lone_dash_are_no_figures() -> None:
    cells = {(cell.row, cell.column): cell.text for cell in the_table(tilted_reading()).cells}
    assert (cells[2, 1], cells[1, 2]) == ("/", "—")


def test_text_above_the_table_is_a_paragraph_before_it() -> None:
    first = tilted_reading().blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text.replace(" ", "") == "REPORT2023"


def test_an_anchor_points_at_the_cell_on_the_page_as_scanned() -> None:
    cell = next(cell for cell in the_table(tilted_reading()).cells if cell.text == "1200")
    assert cell.anchor.cell == "R3C1"
    assert cell.anchor.page == 1
    # the corner (100, 380) of the drawing, turned with the page about its middle
    x, y = np.array(cv2.getRotationMatrix2D((600, 280), 1.4, 1)) @ (COLUMNS[0], ROWS[-1], 1)
    assert cell.anchor.box is not None
    assert abs(float(cell.anchor.box[0]) - x) < 12
    assert abs(float(cell.anchor.box[3]) - y) < 12


def test_a_page_scanned_upside_down_is_turned() -> None:
    table = the_table(read(saved(np.ascontiguousarray(np.rot90(drawn_table(), 2)), "TIFF")))
    assert {cell.text for cell in table.cells} >= set(TEXTS.values())


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (lambda: b"", "file.empty"),
        (lambda: b"neither picture nor pdf", "file.damaged"),
        (lambda: b"%PDF-1.7\nbroken", "file.damaged"),
        (lambda: saved(drawn_table(), "PNG")[:2000], "file.damaged"),
        (lambda: saved(drawn_table(), "JPEG")[:9000], "file.damaged"),
        (lambda: saved(np.zeros((8_000, 8_000), np.uint8), "PNG"), "file.limit"),
        (lambda: saved(np.zeros((40, 40), np.uint8), "TIFF", *[np.zeros((40, 40), np.uint8)] * MAX_PAGES), "file.limit"),
    ],
)
def test_what_cannot_be_read_says_so(source: Callable[[], bytes], code: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        list(pages.pages(source()))
    assert caught.value.code == code
    assert "。" in str(caught.value)


def test_a_picture_with_very_long_sides_is_shrunk_with_a_notice() -> None:
    (page,) = pages.pages(saved(np.full((100, 9_000), 255, np.uint8), "PNG"))
    assert page.picture.shape[1] == pages.MAX_SIDE
    assert page.unit == 2
    assert [notice.code for notice in page.notices] == ["file.limit"]


def test_the_camera_s_orientation_is_followed() -> None:
    image = Image.fromarray(np.full((30, 60), 255, np.uint8))
    exif = image.getexif()
    exif[0x0112] = 6  # lying on its right side
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    (page,) = pages.pages(out.getvalue())
    assert page.picture.shape[:2] == (60, 30)


@pytest.mark.parametrize("degrees", [-6.0, -1.0, 0.7, 3.0])
def test_ruled_lines_come_out_level(degrees: float) -> None:
    result = straighten.straightened(tilted(drawn_table(), degrees))
    left, right = (result.back @ np.array([x, 280.0, 1.0]) for x in (COLUMNS[0], COLUMNS[-1]))
    (x0, y0), (x1, y1) = left[:2] / left[2], right[:2] / right[2]
    assert abs(float(np.degrees(np.arctan2(y1 - y0, x1 - x0))) + degrees) < 0.2  # a level line came from one tilted so


def test_pale_lines_on_grainy_paper_are_found() -> None:
    page = np.full((560, 1200), 250, np.uint8)
    for y in ROWS:
        cv2.line(page, (COLUMNS[0], y), (COLUMNS[-1], y), 205, 1)
    for x in COLUMNS:
        cv2.line(page, (x, ROWS[0]), (x, ROWS[-1]), 205, 1)
    for (row, column), text in TEXTS.items():
        write(page, text, (COLUMNS[column] + 90, ROWS[row] + 52))
    grain = np.random.default_rng(7).normal(0, 5, page.shape)
    noisy = np.clip(page + grain, 0, 255).astype(np.uint8)
    (found,) = grid.ruling(noisy).grids
    assert (found.row_count, found.column_count, len(found.slots)) == (3, 3, 9)


def test_a_level_page_is_not_resampled() -> None:
    page = drawn_table()
    assert straighten.straightened(page).grey is page


def test_a_photograph_in_perspective_is_made_a_rectangle() -> None:
    page = drawn_table()
    seen = np.array([[30, 20], [1180, 0], [1150, 550], [0, 500]], dtype=np.float32)
    ideal = np.array([[0, 0], [1200, 0], [1200, 560], [0, 560]], dtype=np.float32)
    photograph = cv2.warpPerspective(page, cv2.getPerspectiveTransform(ideal, seen), (1200, 560), borderValue=255).astype(np.uint8)
    (found,) = grid.ruling(straighten.straightened(photograph).grey).grids
    assert (found.row_count, found.column_count, len(found.slots)) == (3, 3, 8)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turning_knows_the_way_back(quarters: int) -> None:
    page = np.zeros((50, 80), np.uint8)
    page[10:20, 30:60] = 255
    result = straighten.turned(page, quarters)
    rows, columns = np.nonzero(result.grey)
    box = Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    assert on_page(box, result.back, Decimal(1)) == tuple(map(Decimal, (30, 10, 60, 20)))


def test_a_seal_goes_and_the_text_under_it_and_red_letters_stay() -> None:
    page = np.full((600, 800, 3), 255, np.uint8)
    cv2.circle(page, (250, 300), 110, (215, 40, 45), 6)
    cv2.putText(page, "1234", (170, 320), cv2.FONT_HERSHEY_SIMPLEX, 2, (20, 20, 20), 4)
    cv2.putText(page, "77", (600, 320), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (215, 40, 45), 3)
    grey = straighten.without_seals(page)
    assert grey[300 - 112 : 300 - 106, 245:255].min() > 200
    assert grey[270:330, 170:340].min() < 60
    assert grey[280:330, 600:660].min() < 130


def test_an_open_sided_table_has_edge_columns() -> None:
    page = np.full((500, 900), 255, np.uint8)
    for y in (100, 160, 220, 280):
        cv2.line(page, (60, y), (840, y), 0, 2)
    for x in (300, 560):
        cv2.line(page, (x, 100), (x, 280), 0, 2)
    (found,) = grid.ruling(page).grids
    assert (found.row_count, found.column_count) == (3, 3)


def stroke(*lines: tuple[tuple[int, int], tuple[int, int]]) -> tuple[Pixels, Box]:
    ink = np.zeros((60, 60), np.uint8)
    for start, end in lines:
        cv2.line(ink, start, end, 255, 3)
    return ink, Box(5, 5, 55, 55)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([((22, 42), (34, 16))], "/"),
        ([((28, 42), (28, 16))], None),  # upright: the figure one
        ([((18, 30), (42, 30))], "—"),
        ([((26, 30), (34, 30))], "-"),
        ([((18, 24), (42, 24)), ((18, 34), (42, 34))], "="),
        ([((24, 24), (36, 24)), ((16, 36), (44, 36))], None),  # 二
        ([((20, 16), (40, 24)), ((40, 24), (20, 32)), ((20, 40), (40, 40))], "≥"),
        ([((40, 16), (20, 24)), ((20, 24), (40, 32)), ((20, 40), (40, 40))], "≤"),
        ([((20, 16), (38, 16)), ((38, 16), (26, 42))], None),  # 7
    ],
)
def test_a_sign_is_told_by_its_shape(lines: list[tuple[tuple[int, int], tuple[int, int]]], text: str | None) -> None:
    ink, part = stroke(*lines)
    sign = strokes.lone_sign(part, ink, 26)
    assert (sign.text if sign else None) == text


def test_stacked_letters_are_parted() -> None:
    ink = np.zeros((200, 60), np.uint8)
    for y in (10, 50, 90):
        ink[y : y + 26, 15:41] = 255
    assert len(pieces.parted(Box(10, 5, 50, 120), ink, 26)) == 3


def test_forgotten_ink_widens_its_neighbour_or_stands_alone() -> None:
    ink = np.zeros((100, 400), np.uint8)
    ink[40:66, 100:200] = 255
    ink[40:66, 212:220] = 255  # a bracket the detector left out
    ink[52:55, 330:350] = 255  # a dash of its own
    (area,) = pieces.areas([Box(0, 0, 400, 100)], [Box(95, 35, 205, 70)], ink, 26)
    first, second = area.lines[0]
    assert first.x1 >= 220
    assert second.x0 > 300


def test_dust_goes_and_a_point_stays() -> None:
    ink = np.zeros((100, 300), np.uint8)
    ink[40:66, 50:62] = ink[40:66, 80:92] = 255
    ink[62:66, 68:72] = 255  # the point
    ink[20:23, 200:203] = 255  # dust
    _, rest = without_dust(255 - ink, ink, 26)
    assert rest[62:66, 68:72].all()
    assert not rest[:, 150:].any()


def line(text: str, sure: float = 0.99) -> ocr.Line:
    return ocr.Line(tuple(ocr.Glyph(char, sure, "?", 0.0, 0.0) for char in text))


@pytest.mark.parametrize(
    ("first", "second", "text", "others"),
    [("4", "7", "4", {"7"}), ("98.5", "985", "98.5", {"985"}), ("99:82", "99.82", "99.82", {"99:82"})],
)
def test_two_readings_that_differ_are_both_kept_and_doubted(
    monkeypatch: pytest.MonkeyPatch, first: str, second: str, text: str, others: set[str]
) -> None:
    answers = iter([[line(first)], [line(second, 0.97)]])
    monkeypatch.setattr(ocr, "recognise", lambda _crops: next(answers))
    page = drawn_table()
    (reading,) = figures.read(page, grid.ink_of(page), [Box(720, 290, 760, 380).grown(60, 0, Box(0, 0, 1200, 560))], 26)
    if reading.text != "/":
        assert reading.text == text
        assert others <= set(reading.others)
        assert reading.sure <= 0.5


@pytest.mark.parametrize(
    ("raw", "text"), [("19.6.", "19.6"), ("24.场", "24场"), ("100%.", "100%"), ("1.项目年度目标", "1.项目年度目标"), ("1、2、", "1、2")]
)
def test_points_of_dust_are_taken_off(raw: str, text: str) -> None:
    assert figures.tidied(raw) == text


def test_a_dash_close_to_a_side_edge_is_text_and_a_rest_of_the_border_is_not() -> None:
    ink = np.zeros((60, 200), np.uint8)
    ink[28:31, 3:14] = 255
    (dash,) = pieces.areas([Box(0, 0, 200, 60)], [], ink, 26)
    border = np.ascontiguousarray(np.pad(np.full((30, 3), 255, np.uint8), ((15, 15), (2, 195))))
    (bare,) = pieces.areas([Box(0, 0, 200, 60)], [], border, 26)
    assert len(dash.lines) == 1
    assert bare.lines == ()


def test_a_long_dash_beside_a_border_is_not_painted_out_as_a_line() -> None:
    page = drawn_table()
    cv2.line(page, (COLUMNS[1] + 4, 262), (COLUMNS[1] + 36, 262), 0, 3)
    assert grid.ruling(page).ink[255:270, COLUMNS[1] + 6 : COLUMNS[1] + 34].any(axis=0).all()


def spread(text: str, places: list[float], sure: float = 0.9999) -> ocr.Line:
    return ocr.Line(tuple(ocr.Glyph(char, sure, "?", 0.0, place) for char, place in zip(text, places, strict=True)))


def reading_of(monkeypatch: pytest.MonkeyPatch, ink: Pixels, first: ocr.Line) -> tuple[figures.Reading, int]:
    """The reading of the whole picture, and how many crops were recognised for it."""
    asked: list[int] = []

    def answer(crops: list[Pixels]) -> list[ocr.Line]:
        asked.append(len(crops))
        return [first] * len(crops)

    monkeypatch.setattr(ocr, "recognise", answer)
    (reading,) = figures.read((255 - ink).astype(np.uint8), ink, [Box(0, 0, ink.shape[1], ink.shape[0])], 26)
    return reading, sum(asked)


def test_a_slash_passed_over_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    ink = np.zeros((40, 160), np.uint8)
    ink[7:33, 10:22] = ink[7:33, 40:66] = ink[7:33, 94:120] = 255
    whole, _ = reading_of(monkeypatch, ink, spread("5元户", [0.1, 0.33, 0.67]))
    cv2.line(ink, (74, 33), (86, 7), 255, 3)
    lost, _ = reading_of(monkeypatch, ink, spread("5元户", [0.1, 0.33, 0.67]))
    kept, _ = reading_of(monkeypatch, ink, spread("5元/户", [0.1, 0.33, 0.5, 0.67]))
    assert whole.sure > 0.9
    assert (lost.text, lost.others[0]) == ("5元户", "5元/户")
    assert lost.sure < 0.9
    assert kept.sure > 0.9


def test_a_certain_figure_is_read_once_and_one_with_a_point_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    ink = np.zeros((40, 120), np.uint8)
    ink[7:33, 10:22] = ink[7:33, 60:72] = 255
    _, once = reading_of(monkeypatch, ink, spread("12", [0.13, 0.55]))
    ink[29:33, 38:42] = 255
    _, twice = reading_of(monkeypatch, ink, spread("12", [0.13, 0.55]))
    assert (once, twice) == (1, 2)
