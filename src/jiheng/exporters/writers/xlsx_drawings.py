"""Charts and QR codes on a sheet."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from jiheng.exporters.writers.xlsx_book import SONG, printable
from jiheng.exporters.writers.xlsx_plan import Chart, Picture

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_COLOURS = ("#0052d9", "#a6a6a6", "#e37318", "#5b9a8b", "#7b61c9")
_FACE = {"name": SONG, "size": 9}
_PIXELS = 4 / 3  # of a point
_MOST_DESCRIBED = 255


def draw_chart(book: Workbook, sheet: Worksheet, chart: Chart, width: int) -> None:
    """A native bar chart over its own rows; it reads the table below, so it follows when a person edits the numbers."""
    drawn = book.add_chart({"type": "bar"})
    head = chart.first - 1
    for number, column in enumerate(chart.columns[1:]):
        drawn.add_series(
            {
                "name": [sheet.name, head, column],
                "categories": [sheet.name, chart.first, chart.columns[0], chart.last, chart.columns[0]],
                "values": [sheet.name, chart.first, column, chart.last, column],
                "fill": {"color": _COLOURS[number % len(_COLOURS)]},
                "data_labels": {"value": True, "font": _FACE},
                "gap": 60,
            }
        )
    drawn.set_y_axis({"reverse": True, "crossing": "max", "num_font": _FACE, "major_tick_mark": "none", "line": {"color": "#7f7f7f"}})
    drawn.set_x_axis({"min": 0, "max": chart.bars.full, "num_font": _FACE, "major_gridlines": {"visible": True, "line": {"color": "#d9d9d9"}}})
    drawn.set_legend({"position": "bottom", "font": _FACE} if len(chart.bars.series) > 1 else {"none": True})
    drawn.set_title({"none": True})
    drawn.set_chartarea({"border": {"none": True}})
    drawn.set_size({"width": width - 4, "height": int(chart.height * _PIXELS) - 4})
    sheet.insert_chart(chart.row, 0, drawn, {"x_offset": 2, "y_offset": 2, "description": printable(chart.bars.caption)[:_MOST_DESCRIBED]})


def draw_code(sheet: Worksheet, picture: Picture) -> None:
    """The QR code of a text; none where there is no text or more than a code can hold, for the text stands beside it anyway."""
    if not picture.code.text:
        return
    import segno  # noqa: PLC0415 - only where a code is asked for

    try:
        code = segno.make(picture.code.text, error="m", micro=False)
    except (segno.DataOverflowError, ValueError):
        return
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=4, border=2)
    side = code.symbol_size(scale=4, border=2)[0]
    shown = picture.side * _PIXELS / side
    sheet.insert_image(
        picture.row,
        0,
        "code.png",
        {
            "image_data": drawn,
            "x_offset": 3,
            "y_offset": 3,
            "x_scale": shown,
            "y_scale": shown,
            "description": printable(picture.code.caption)[:_MOST_DESCRIBED],
        },
    )
