"""Bar charts and QR codes in a Word file: native charts that hold their own numbers, pictures with their text beside them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import segno

from jiheng.exporters.layout.model import Bars, Code
from jiheng.exporters.writers.docx_package import HEAD, Part, R
from jiheng.exporters.writers.docx_page import Page
from jiheng.exporters.writers.docx_styles import CELL_MARGIN, LATIN, PICTURE, SONG
from jiheng.exporters.writers.docx_text import escaped, lines_of, run

_EMU = 635  # English Metric Units in a twip
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_COLOURS = ("0052D9", "A6A6A6", "E37318", "5B9A8B", "7B61C9")
_BAR, _LABEL_LINE, _BETWEEN, _AXES = 300, 240, 170, 1000  # twips
_LABEL_HALVES = 26
_MODULE, _LEAST_SIDE, _MOST_SIDE = 28, 1588, 3969  # twips: half a millimetre a module, 28 mm to 70 mm a code
_QUIET = 4
_MANY = 5  # from this full length on the axis needs no decimals
_NO_BREAK_LOST = '<w:wordWrap w:val="0"/>'
"""Long codes and addresses may break at any letter, so that they stay inside their cell."""


class Drawn(NamedTuple):
    """A picture or chart: its part, its size in twips, and the sentence for those who cannot see it."""

    part: Part
    width: int
    height: int
    told: str


def charts(bars: Bars, page: Page, first: int) -> Iterator[Drawn]:
    """The chart, cut between rows where one page does not hold it; ``first`` is the number of the first part."""
    rows: list[int] = []
    height = _AXES
    number = first
    for index, (label, _) in enumerate(bars.rows):
        needed = max(_BAR * len(bars.series), _LABEL_LINE * lines_of(label, _LABEL_HALVES)) + _BETWEEN
        if rows and height + needed > page.text_height * 4 // 5:
            yield _chart(bars, rows, page.text_width, height, number)
            rows, height, number = [], _AXES, number + 1
        rows.append(index)
        height += needed
    if rows:
        yield _chart(bars, rows, page.text_width, height, number)


def _chart(bars: Bars, rows: Sequence[int], width: int, height: int, number: int) -> Drawn:
    shown = [bars.rows[index] for index in rows]
    part = Part(f"charts/chart{number}.xml", "chart", _chart_part(bars, shown).encode())
    return Drawn(part, width, height, _told(bars, shown))


def _told(bars: Bars, rows: Sequence[tuple[str, tuple[Decimal | None, ...]]]) -> str:
    told = []
    for label, values in rows:
        known = [f"{name} {_rounded(value)}{bars.unit}" for name, value in zip(bars.series, values, strict=True) if value is not None]
        told.append(f"{label}：{'，'.join(known) or '无数据'}")
    return f"{bars.caption}。{'；'.join(told)}。"


def _rounded(value: Decimal) -> str:
    return f"{round(value, 2).normalize() + 0:f}"


def _chart_part(bars: Bars, rows: Sequence[tuple[str, tuple[Decimal | None, ...]]]) -> str:
    whole = all(value is None or value == value.to_integral_value() for _, values in rows for value in values)
    quoted = bars.unit.replace('"', "")
    unit = f'"{quoted}"' if quoted else ""
    printed, on_axis = escaped(f"{'0' if whole else '0.00'}{unit}"), escaped(f"{'0' if bars.full >= _MANY else '0.0'}{unit}")
    labels = _points([escaped(" ".join(label.split())) for label, _ in rows])
    series = "".join(
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:v>{escaped(name)}</c:v></c:tx>{_fill(_COLOURS[index % len(_COLOURS)])}'
        f'<c:invertIfNegative val="0"/>{_LABELS % printed}<c:cat><c:strLit>{labels}</c:strLit></c:cat><c:val><c:numLit>'
        f"<c:formatCode>{printed}</c:formatCode>{_points([None if values[index] is None else f'{values[index]:f}' for _, values in rows])}"
        "</c:numLit></c:val></c:ser>"
        for index, name in enumerate(bars.series)
    )
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(bars.series) > 1 else ""
    full = bars.full if bars.full > 0 else Decimal(1)
    return (
        f'{HEAD}<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{R}"><c:date1904 val="0"/><c:lang val="zh-CN"/><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/>'
        f'<c:varyColors val="0"/>{series}<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f'{_CATEGORIES}{_VALUES % (f"{full:f}", on_axis)}</c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f'<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900">'
        f'<a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:latin typeface="{LATIN}"/><a:ea typeface="{SONG}"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr></c:chartSpace>'
    )


def _points(values: Sequence[str | None]) -> str:
    points = "".join(f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>' for index, value in enumerate(values) if value is not None)
    return f'<c:ptCount val="{len(values)}"/>{points}'


def _fill(colour: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr>'


def _line(colour: str) -> str:
    return f'<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln></c:spPr>'


_LABELS = (
    '<c:dLbls><c:numFmt formatCode="%s" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:dLblPos val="outEnd"/>'
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
    '<c:showBubbleSize val="0"/></c:dLbls>'
)
_CATEGORIES = (
    '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>'
    '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
    f'{_line("7F7F7F")}<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
    '<c:noMultiLvlLbl val="1"/></c:catAx>'
)
_VALUES = (
    '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:max val="%s"/><c:min val="0"/></c:scaling><c:delete val="0"/>'
    f'<c:axPos val="b"/><c:majorGridlines>{_line("D9D9D9")}</c:majorGridlines><c:numFmt formatCode="%s" sourceLinked="0"/>'
    '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
    '<c:crossAx val="1"/><c:crosses val="max"/><c:crossBetween val="between"/></c:valAx>'
)


def code_picture(code: Code, number: int) -> Drawn | None:
    """The QR code of a text; None where there is no text or more than a code can hold, for the text is printed anyway."""
    try:
        drawn = segno.make(code.text, error="m", micro=False)
    except (segno.DataOverflowError, ValueError):
        return None
    out = io.BytesIO()
    drawn.save(out, kind="png", scale=8, border=_QUIET)
    side = min(max(int(drawn.symbol_size(border=_QUIET)[0]) * _MODULE, _LEAST_SIDE), _MOST_SIDE)
    return Drawn(Part(f"media/code{number}.png", "image", out.getvalue()), side, side, f"二维码：{code.text}")


def code_block(code: Code, picture: str, side: int, page: Page) -> str:
    """The code and, beside it, its caption and its text: a table without lines."""
    left = side + 4 * CELL_MARGIN
    right = page.text_width - left
    caption = f'<w:p><w:pPr><w:pStyle w:val="CellText"/><w:keepNext/></w:pPr>{run(code.caption, "<w:b/><w:bCs/>")}</w:p>' if code.caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{page.text_width}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{left}"/><w:gridCol w:w="{right}"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>'
        f'<w:tc><w:tcPr><w:tcW w:w="{left}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{picture}</w:tc>'
        f'<w:tc><w:tcPr><w:tcW w:w="{right}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{caption}{code_text(code)}</w:tc></w:tr></w:tbl>'
    )


def code_text(code: Code) -> str:
    """The text of a code as a paragraph."""
    return f'<w:p><w:pPr><w:pStyle w:val="CellText"/>{_NO_BREAK_LOST}</w:pPr>{run(code.text)}</w:p>'


def placed(drawn: Drawn, link: str, number: int) -> str:
    """The paragraph that shows a chart or a picture; ``number`` is unique among the drawings of the document."""
    width, height = drawn.width * _EMU, drawn.height * _EMU
    if drawn.part.kind == "chart":
        inner = f'<a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" r:id="{link}"/></a:graphicData>'
    else:
        inner = (
            f'<a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr><pic:cNvPr id="{number}" name="二维码{number}"/><pic:cNvPicPr/>'
            f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
            f'<a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData>"
        )
    name = "图表" if drawn.part.kind == "chart" else "二维码"
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{PICTURE}"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="{name}{number}" descr="{escaped(drawn.told)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}">{inner}</a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
