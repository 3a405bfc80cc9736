"""The styles of a Word file by the conventions of Chinese documents; styles that Word has built in keep its names, which it shows translated."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from jiheng.exporters.layout.model import CellRole, ParagraphRole, Style

SONG, HEI, FANG, KAI, TITLE = "宋体", "黑体", "仿宋_GB2312", "楷体_GB2312", "方正小标宋简体"
LATIN = "Times New Roman"
PARAGRAPH_STYLES: dict[ParagraphRole, str] = {
    "mark": "Mark",
    "title": "Title",
    "subtitle": "Subtitle",
    "line": "FormLine",
    "caption": "TableCaption",
    "note": "TableNote",
    "heading1": "Heading1",
    "heading2": "Heading2",
    "heading3": "Heading3",
    "body": "BodyIndent",
    "gap": "Gap",
}
CELL_STYLES: dict[CellRole, str] = {"label": "CellLabel", "short": "CellShort", "figure": "CellFigure", "text": "CellText"}
CELL_SIZES = (21, 20, 18)
"""Half-points; the first is the usual one, the others are for tables whose figures would not fit on a line."""
TABLE, PLAIN_TABLE, PICTURE, SEAM, SPACER = "FormTable", "TableNormal", "Picture", "Seam", "Spacer"

_Align = Literal["left", "center", "right", "both"]
_BUILT_IN = frozenset({"Normal", "Title", "Subtitle", "heading 1", "heading 2", "heading 3", "Normal Indent", "footer"})
_YELLOW = '<w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/>'
_CONDENSED = -5  # twips a character: 28 characters of 16 points fill a line of 156 mm, as the standard asks
_PITCH = 560  # twips, 28 points


class Look(NamedTuple):
    """A paragraph style. ``size`` in half-points, spaces and ``pitch`` in twips; a pitch is exact, ``lines`` (240ths) grows with the text."""

    id: str
    name: str
    font: str
    size: int
    align: _Align = "left"
    pitch: int = 0
    lines: int = 240
    before: int = 0
    after: int = 0
    indent: int = 0
    level: int | None = None
    bold: bool = False
    kept: bool = False
    next: str = ""
    condensed: int = 0
    marked: bool = False
    latin: str = LATIN
    listed: bool = True


def style_of(role: CellRole, size: int) -> str:
    """The style id of a cell's paragraphs in a table of this size."""
    return CELL_STYLES[role] if size == CELL_SIZES[0] else f"{CELL_STYLES[role]}{size}"


@cache
def size_of(style: Style, role: ParagraphRole) -> int:
    """The size of a paragraph's letters in half-points."""
    looks = _form() if style == "form" else _official()
    return next(look.size for look in looks if look.id == PARAGRAPH_STYLES[role])


def _form() -> tuple[Look, ...]:
    return (
        Look("Normal", "Normal", FANG, 24),
        Look("Mark", "附件标记", HEI, 28, kept=True),
        Look("Title", "Title", TITLE, 40, "center", before=60, after=120, level=0, kept=True, next="BodyIndent"),
        Look("Subtitle", "Subtitle", KAI, 28, "center", after=120, kept=True, next="BodyIndent"),
        Look("FormLine", "表外文字", SONG, 21, before=60, after=60),
        Look("TableCaption", "表题", HEI, 24, "center", before=120, after=60, kept=True),
        Look("TableNote", "表注", SONG, 18, before=40),
        Look("Heading1", "heading 1", HEI, 28, lines=360, before=120, level=0, kept=True, next="BodyIndent"),
        Look("Heading2", "heading 2", KAI, 28, lines=360, level=1, bold=True, kept=True, next="BodyIndent"),
        Look("Heading3", "heading 3", FANG, 28, lines=360, level=2, bold=True, kept=True, next="BodyIndent"),
        Look("BodyIndent", "Normal Indent", FANG, 24, "both", lines=360, indent=2),
        Look("Gap", "待补内容", FANG, 24, "both", lines=360, indent=2, marked=True, next="BodyIndent"),
        Look("Footer", "footer", SONG, 18, "center", latin=SONG),
    )


def _official() -> tuple[Look, ...]:
    return (
        Look("Normal", "Normal", FANG, 32),
        Look("Mark", "附件标记", HEI, 32, pitch=_PITCH, kept=True),
        Look("Title", "Title", TITLE, 44, "center", pitch=700, after=280, kept=True, next="BodyIndent"),
        Look("Subtitle", "Subtitle", KAI, 32, "center", pitch=_PITCH, after=280, kept=True, next="BodyIndent"),
        Look("FormLine", "表外文字", FANG, 32, pitch=_PITCH, condensed=_CONDENSED),
        Look("TableCaption", "表题", HEI, 28, "center", before=120, after=60, kept=True),
        Look("TableNote", "表注", SONG, 21, before=60, after=60),
        Look("Heading1", "heading 1", HEI, 32, pitch=_PITCH, indent=2, level=0, kept=True, next="BodyIndent", condensed=_CONDENSED),
        Look("Heading2", "heading 2", KAI, 32, pitch=_PITCH, indent=2, level=1, bold=True, kept=True, next="BodyIndent", condensed=_CONDENSED),
        Look("Heading3", "heading 3", FANG, 32, pitch=_PITCH, indent=2, level=2, bold=True, kept=True, next="BodyIndent", condensed=_CONDENSED),
        Look("BodyIndent", "Normal Indent", FANG, 32, "both", pitch=_PITCH, indent=2, condensed=_CONDENSED),
        Look("Gap", "待补内容", FANG, 32, "both", pitch=_PITCH, indent=2, condensed=_CONDENSED, marked=True, next="BodyIndent"),
        Look("Footer", "footer", SONG, 28, "right", latin=SONG),
    )


def _cells() -> tuple[Look, ...]:
    looks: list[Look] = []
    for size in CELL_SIZES:
        ending = "" if size == CELL_SIZES[0] else f"（{size / 2:g}磅）"
        looks += (
            Look(style_of("label", size), f"表格标签{ending}", HEI, size, "center", listed=not ending),
            Look(style_of("short", size), f"表格内容{ending}", SONG, size, "center", listed=not ending),
            Look(style_of("figure", size), f"表格数字{ending}", SONG, size, "center", listed=not ending),
            Look(style_of("text", size), f"表格长文{ending}", SONG, size, listed=not ending),
        )
    return (
        *looks,
        Look(PICTURE, "图", SONG, 21, "center", before=60, after=60, kept=True),
        Look(SEAM, "表间", SONG, 2, pitch=20, listed=False),
        Look(SPACER, "表间空行", SONG, 12, pitch=160, listed=False),
    )


@cache
def styles_part(style: Style) -> str:
    """The part ``word/styles.xml`` of a document of this style."""
    looks = (*(_form() if style == "form" else _official()), *_cells())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr>'
        f'{_fonts(SONG, LATIN)}<w:kern w:val="2"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        f"{''.join(map(_style, looks))}{_TABLES}</w:styles>"
    )


def _fonts(chinese: str, latin: str) -> str:
    return f'<w:rFonts w:ascii="{latin}" w:eastAsia="{chinese}" w:hAnsi="{latin}" w:cs="{LATIN}"/>'


def _style(look: Look) -> str:
    kind = 'w:type="paragraph"' + (' w:default="1"' if look.id == "Normal" else "") + ("" if look.name in _BUILT_IN else ' w:customStyle="1"')
    parent = "" if look.id == "Normal" or look.id in {SEAM, SPACER} else '<w:basedOn w:val="Normal"/>'
    following = f'<w:next w:val="{look.next}"/>' if look.next else ""
    shown = "<w:qFormat/>" if look.listed else "<w:semiHidden/><w:unhideWhenUsed/>"
    return (
        f'<w:style {kind} w:styleId="{look.id}"><w:name w:val="{look.name}"/>{parent}{following}{shown}'
        f"<w:pPr>{_paragraph(look)}</w:pPr><w:rPr>{_run(look)}</w:rPr></w:style>"
    )


def _paragraph(look: Look) -> str:
    kept = "<w:keepNext/><w:keepLines/>" if look.kept else ""
    spacing = f'w:line="{look.pitch}" w:lineRule="exact"' if look.pitch else f'w:line="{look.lines}" w:lineRule="auto"'
    indent = f'w:firstLineChars="{100 * look.indent}" w:firstLine="{10 * look.size * look.indent}"' if look.indent else 'w:firstLine="0"'
    level = "" if look.level is None else f'<w:outlineLvl w:val="{look.level}"/>'
    return (
        f'{kept}<w:widowControl w:val="0"/>{_YELLOW if look.marked else ""}<w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="{look.before}" w:after="{look.after}" {spacing}/><w:ind {indent}/><w:jc w:val="{look.align}"/>{level}'
    )


def _run(look: Look) -> str:
    bold = "<w:b/><w:bCs/>" if look.bold else ""
    spacing = f'<w:spacing w:val="{look.condensed}"/>' if look.condensed else ""
    return f'{_fonts(look.font, look.latin)}{bold}{spacing}<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/>{_YELLOW if look.marked else ""}'


def borders(*, open_below: bool = False) -> str:
    """The lines of a table; ``open_below`` leaves out the last one."""
    ruled = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    inner = "".join(f'<w:{side} w:val="nil"/>' if open_below and side == "bottom" else f"<w:{side} {ruled}/>" for side in sides)
    return f"<w:tblBorders>{inner}</w:tblBorders>"


def _margins(vertical: int, horizontal: int) -> str:
    sides = (("top", vertical), ("left", horizontal), ("bottom", vertical), ("right", horizontal))
    inner = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)
    return f"<w:tblCellMar>{inner}</w:tblCellMar>"


CELL_MARGIN = 57
"""Twips left and right of a cell's text, 1 mm."""
_TABLES = (
    f'<w:style w:type="table" w:default="1" w:styleId="{PLAIN_TABLE}"><w:name w:val="Normal Table"/><w:semiHidden/><w:unhideWhenUsed/>'
    f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{_margins(0, CELL_MARGIN)}</w:tblPr></w:style>'
    f'<w:style w:type="table" w:customStyle="1" w:styleId="{TABLE}"><w:name w:val="表格框线"/><w:basedOn w:val="{PLAIN_TABLE}"/>'
    f"<w:qFormat/><w:tblPr>{borders()}{_margins(34, CELL_MARGIN)}</w:tblPr></w:style>"
)
