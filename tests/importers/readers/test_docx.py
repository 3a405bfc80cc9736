"""Word files: each defect or habit of the field is a tiny docx made here."""

from __future__ import annotations

import io
import zipfile

import pytest

from jiheng.domain.document import Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import Reading
from jiheng.importers.readers import docx
from wordfiles import RELATIONS, cell, package, para, part, row, run, table

RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def read(body: str, **parts: str | bytes) -> Reading:
    return docx.read(package(body, **parts))


def only_table(body: str) -> Table:
    (found,) = (block for block in read(body).blocks if isinstance(block, Table))
    return found


def grid(found: Table) -> list[list[str]]:
    """Each row as ``column+span×rows:text``, spans only where they are not 1."""

    def shown(one: tuple[int, int, int, str]) -> str:
        column, across, down, text = one
        return f"{column}{f'+{across}' if across > 1 else ''}{f'×{down}' if down > 1 else ''}:{text}"

    return [[shown((c.column, c.column_span, c.row_span, c.text)) for c in cells] for cells in found.rows()]


def text_of(inside: str) -> str:
    """The one paragraph's text."""
    (block,) = read(para(inside)).blocks
    assert isinstance(block, Paragraph)
    return block.text


def texts(body: str, **parts: str | bytes) -> list[str]:
    """Paragraph texts, and cell texts of tables joined by a bar."""
    return [b.text if isinstance(b, Paragraph) else "|".join(c.text for c in b.cells) for b in read(body, **parts).blocks]


def test_paragraphs_and_tables_stand_in_order_and_know_their_place() -> None:
    first, second, third = read(para("项目支出绩效自评表") + para("") + table(row("项目名称", "道路")) + para("注：")).blocks
    assert isinstance(second, Table)
    assert isinstance(first, Paragraph)
    assert isinstance(third, Paragraph)
    assert (first.text, first.anchor.line, third.text, third.anchor.line) == ("项目支出绩效自评表", 1, "注：", 2)
    anchor = second.cells[1].anchor
    assert (anchor.sheet, anchor.cell, anchor.text, anchor.page, anchor.line) == (None, "表1R1C2", "道路", None, None)


def test_merges_stand_once_with_their_spans() -> None:
    found = only_table(
        table(
            row(cell("题名", span=3)),
            row(cell("资金", merge=RESTART), "预算数", "执行数"),
            row(cell("", merge=CONTINUE), "10", "9"),
            row(cell("", merge='<w:vMerge w:val="continue"/>'), "7", "7"),
        )
    )
    assert grid(found) == [["0+3:题名"], ["0×3:资金", "1:预算数", "2:执行数"], ["1:10", "2:9"], ["1:7", "2:7"]]
    assert (found.row_count, found.column_count) == (4, 3)


def test_a_merge_that_starts_again_is_another_cell() -> None:
    found = only_table(
        table(*(row(cell(text, merge=merge), "x") for text, merge in [("甲", RESTART), ("", CONTINUE), ("乙", RESTART), ("", CONTINUE)]))
    )
    assert grid(found) == [["0×2:甲", "1:x"], ["1:x"], ["0×2:乙", "1:x"], ["1:x"]]


def test_a_continuation_under_nothing_stands_by_itself() -> None:
    assert grid(only_table(table(row("甲", "1"), row(cell("乙", merge=CONTINUE), "2")))) == [["0:甲", "1:1"], ["0:乙", "1:2"]]


def test_text_in_covered_cells_is_kept() -> None:
    found = only_table(table(row(cell("产出", merge=RESTART), "x"), row(cell("指标", merge=CONTINUE), "x")))
    assert grid(found) == [["0×2:产出 指标", "1:x"], ["1:x"]]


def test_old_merges_across_are_joined() -> None:
    across = ('<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>')
    found = only_table(table(row(cell("项目", merge=across[0]), cell("名称", merge=across[1]), "道路"), row("1", "2", "3")))
    assert grid(found) == [["0+2:项目 名称", "2:道路"], ["0:1", "1:2", "2:3"]]


def test_columns_left_free_before_and_after_count() -> None:
    found = only_table(table(row("1", "2", "3"), row("乙", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')))
    assert grid(found) == [["0:1", "1:2", "2:3"], ["1:乙"]]


def test_a_column_no_cell_begins_in_is_none() -> None:
    found = only_table(table(row(cell("甲", span=2), cell("1", span=3)), row(cell("乙", span=2), cell("2", span=2), "3")))
    assert grid(found) == [["0:甲", "1+2:1"], ["0:乙", "1:2", "2:3"]]


def test_rows_that_disagree_about_the_grid_are_aligned_by_their_widths() -> None:
    found = only_table(
        table(
            row(cell("题名", width=9000)),
            row(cell("名称", width=2000), cell("道路", width=7000)),
            row(*(cell(text, width=width) for text, width in [("一级", 2010), ("二级", 1990), ("三级", 3030), ("分值", 1980)])),
            row(cell("合计", width=4020), cell("", width=2990), cell("100", width=2000)),
        )
    )
    assert grid(found) == [["0+4:题名"], ["0:名称", "1+3:道路"], ["0:一级", "1:二级", "2:三级", "3:分值"], ["0+2:合计", "2:", "3:100"]]


def test_a_row_that_ends_early_without_widths_stays_as_it_is() -> None:
    assert grid(only_table(table(row("1", "2", "3"), row("注")))) == [["0:1", "1:2", "2:3"], ["0:注"]]


def test_widths_may_be_percentages() -> None:
    def share(text: str, width: str) -> str:
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="pct"/></w:tcPr>{para(text)}</w:tc>'

    found = only_table(table(row(share("题名", "5000")), row(share("1", "50%"), share("2", "2500"))))
    assert grid(found) == [["0+2:题名"], ["0:1", "1:2"]]


def test_lines_drawn_twice_are_one() -> None:
    found = only_table(
        table(
            row(cell("名称", span=2), "道路"),
            row("单位", cell("路局", span=2)),
            row(cell("甲", span=2, merge=RESTART), "1"),
            row(cell("", merge=CONTINUE), cell("2", span=2)),
            grid=(2000, 15, 5000),
        )
    )
    assert grid(found) == [["0:名称", "1:道路"], ["0:单位", "1:路局"], ["0×2:甲", "1:1"], ["1:2"]]


def test_a_thin_column_with_text_is_no_line_drawn_twice() -> None:
    found = only_table(table(row("1", "2", "3"), row("4", "5", "6"), grid=(2000, 100, 5000)))
    assert grid(found) == [["0:1", "1:2", "2:3"], ["0:4", "1:5", "2:6"]]


def test_a_layout_cell_gives_way_to_the_table_in_it() -> None:
    body = table(row("附件"), row(cell(table(row("项目名称", "道路")) + para(""))), row("注：无"))
    assert texts(body) == ["附件", "项目名称|道路", "注：无"]


def test_a_table_in_a_cell_of_a_form_follows_it() -> None:
    body = table(row("资金", cell(table(row("预算", "10"), row("执行", "9")) + para(""))), row("得分", "9"))
    first, second = read(body).blocks
    assert isinstance(first, Table)
    assert isinstance(second, Table)
    assert grid(first) == [["0:资金", "1:"], ["0:得分", "1:9"]]
    assert grid(second) == [["0:预算", "1:10"], ["0:执行", "1:9"]]
    assert second.cells[0].anchor.cell == "表2R1C1"


def test_a_table_within_a_cells_text_is_joined_to_it() -> None:
    assert texts(table(row("说明", cell(para("其中：") + table(row("预算", "10")) + para("止"))))) == ["说明|其中： 预算 10 止"]


BOX_TEXT = para("附件2")
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BEGIN, SEPARATE, END = (FIELD.format(kind) for kind in ("begin", "separate", "end"))


def code(instruction: str) -> str:
    return f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"


def sign(font: str, char: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


def form_field(inside: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{inside}</w:ffData></w:fldChar></w:r>{code(" FORMCHECKBOX ")}{END}'


def control(properties: str, inside: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def ticked(state: str) -> str:
    return f'<w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox>'


def formula(inside: str) -> str:
    return f"<m:oMath>{inside}</m:oMath>"


def math(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


PROMPT = control("<w:showingPlcHdr/>", run("单击此处输入文字。"))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param(run("项目") + run("名称"), "项目名称", id="runs"),
        pytest.param("<w:r><w:t>年度</w:t><w:br/><w:t>指标</w:t><w:tab/><w:t>值</w:t><w:cr/></w:r>", "年度 指标 值", id="breaks and tabs"),
        pytest.param(run("\u3000\xa0绩 \t 效"), "绩 效", id="blanks"),
        pytest.param("<w:r><w:t>5</w:t><w:noBreakHyphen/><w:t>6</w:t></w:r>", "5-6", id="hyphen"),
        pytest.param(f"<w:ins>{run('新')}</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>", "新", id="tracked"),
        pytest.param(f"<w:moveFrom>{run('旧')}</w:moveFrom><w:moveTo>{run('新')}</w:moveTo>", "新", id="moved"),
        pytest.param(f'<w:hyperlink r:id="rId9">{run("链接")}</w:hyperlink><w:smartTag>{run("甲")}</w:smartTag>', "链接甲", id="wrappers"),
        pytest.param(control("", run("控件")) + run("后"), "控件后", id="control"),
        pytest.param(control(ticked("1"), run("☒")) + run("是"), "☑是", id="ticked"),
        pytest.param(control(ticked("0"), sign("Wingdings", "F0A8")) + run("否"), "□否", id="not ticked"),
        pytest.param(PROMPT + run("5"), "5", id="prompt"),
        pytest.param(control("<w:showingPlcHdr/>", run("98%")), "98%", id="answer left as prompt"),
        pytest.param(sign("Wingdings", "F0FE") + sign("Wingdings 2", "F052") + sign("Wingdings", "00FE"), "☑☑☑", id="ticked signs"),
        pytest.param(sign("Wingdings 2", "F0A3") + sign("Wingdings", "F06F") + sign("Wingdings", "F0A8"), "□□□", id="empty signs"),
        pytest.param(sign("Wingdings", "F0FC") + sign("Wingdings 2", "F050"), "√√", id="ticks"),
        pytest.param(sign("Symbol", "F0B3") + run("95%"), "≥95%", id="at least"),
        pytest.param(sign("Symbol", "F0A3") + run("5"), "≤5", id="at most"),
        pytest.param(sign("Elsewhere", "zz") + run("x"), "x", id="no sign"),
        pytest.param(run("\uf0fe") + run("是"), "☑是", id="private character"),
        pytest.param(run("R", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>') + run("R"), "☑R", id="letter in a font of signs"),
        pytest.param(run("10") + run("4", '<w:vertAlign w:val="superscript"/>') + run("吨"), "10⁴吨", id="power"),
        pytest.param(run("CO") + run("2", '<w:vertAlign w:val="subscript"/>'), "CO₂", id="index"),
        pytest.param(run("隐", "<w:vanish/>") + run("显", '<w:vanish w:val="0"/>'), "显", id="hidden"),
        pytest.param(BEGIN + code("DATE") + SEPARATE + run("2023年") + END + run("止"), "2023年止", id="field"),
        pytest.param(BEGIN + code("IF ") + BEGIN + code("X") + SEPARATE + run("a") + END + SEPARATE + run("b") + END, "b", id="field in a field"),
        pytest.param(run("前") + BEGIN + code("DATE") + run("后"), "前后", id="field left open"),
        pytest.param(f'<w:fldSimple w:instr="DATE">{run("2024")}</w:fldSimple>', "2024", id="simple field"),
        pytest.param(BEGIN + code(r"eq \o\ac(") + code("□,√)") + END + run("是"), "☑是", id="tick laid over a box"),
        pytest.param(BEGIN + code(r"eq \o\ac(○,1)") + END, "1", id="number in a circle"),
        pytest.param(BEGIN + code("MACROBUTTON AcceptAllChanges ") + run("□") + END + run("是"), "□是", id="button"),
        pytest.param(BEGIN + code(r"EQ \f(B,A)") + END, "B/A", id="fraction in a field"),
        pytest.param(form_field('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>') + run("是"), "☑是", id="old tick"),
        pytest.param(form_field('<w:checkBox><w:default w:val="0"/></w:checkBox>') + run("否"), "□否", id="old box"),
        pytest.param(
            form_field('<w:ddList><w:result w:val="1"/><w:listEntry w:val="一级"/><w:listEntry w:val="二级"/></w:ddList>'), "二级", id="old list"
        ),
        pytest.param(formula(math("≥") + math("95%")), "≥95%", id="formula"),
        pytest.param(formula(f"<m:f><m:num>{math('B')}</m:num><m:den>{math('A')}</m:den></m:f>"), "B/A", id="fraction"),
        pytest.param(formula(f"<m:sSup><m:e>{math('10')}</m:e><m:sup>{math('4')}</m:sup></m:sSup>"), "10⁴", id="power in a formula"),
        pytest.param(formula(f"<m:d><m:dPr/><m:e>{math('A+B')}</m:e></m:d>"), "(A+B)", id="brackets"),
        pytest.param(f"<w:r><w:ruby><w:rt>{run('ji')}</w:rt><w:rubyBase>{run('绩')}</w:rubyBase></w:ruby></w:r>", "绩", id="phonetic guide"),
        pytest.param(run("正") + '<w:r><w:footnoteReference w:id="1"/></w:r>', "正", id="footnote"),
    ],
)
def test_text_is_read_as_it_is_printed(inside: str, expected: str) -> None:
    assert text_of(inside) == expected


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(
            "<mc:AlternateContent><mc:Choice Requires='wps'>"
            "<w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
            "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent>",
            id="both kinds",
        ),
        pytest.param(
            "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing/></mc:Choice>"
            "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent>",
            id="only the old kind",
        ),
        pytest.param("<w:pict><v:shape><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape></w:pict>", id="old"),
    ],
)
def test_a_text_box_is_read_once(drawing: str) -> None:
    inside = f"<w:r>{drawing.format(BOX_TEXT)}</w:r>"
    assert texts(para("题名", inside)) == ["题名", "附件2"]
    assert texts(table(row(cell(para("值", inside)), "x"))) == ["值 附件2|x"]


def test_a_table_in_a_text_box_is_a_table() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{table(row('甲', '1'))}{para('')}</w:txbxContent></v:textbox></w:pict></w:r>"
    assert texts(para("题名", box)) == ["题名", "甲|1"]


def test_cells_rows_and_tables_in_content_controls_are_read() -> None:
    body = control("", table(control("", row("甲", control("", cell("1")))), f"<w:ins>{row('乙', '2')}</w:ins>"))
    assert grid(only_table(body)) == [["0:甲", "1:1"], ["0:乙", "1:2"]]


def test_deleted_and_hidden_rows_are_left_out() -> None:
    found = only_table(table(row("甲"), row("乙", properties="<w:del/>"), row("丙", properties="<w:hidden/>"), row("丁")))
    assert grid(found) == [["0:甲"], ["0:丁"]]


def numbering(form: str, text: str, more: str = "", *, start: str = '<w:start w:val="1"/>') -> str:
    level = '<w:lvl w:ilvl="{}">{}<w:numFmt w:val="{}"/><w:suff w:val="nothing"/><w:lvlText w:val="{}"/></w:lvl>'
    levels = level.format(0, start, form, text) + level.format(1, start, "decimal", "%1.%2.")
    return part(
        "numbering", f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>{more}'
    )


def numbered(text: str, level: int = 0, number: int = 3) -> str:
    return para(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


@pytest.mark.parametrize(
    ("form", "shown", "expected"),
    [
        ("decimal", "%1.", ["1.甲", "2.乙"]),
        ("chineseCounting", "（%1）", ["（一）甲", "（二）乙"]),
        ("japaneseCounting", "%1、", ["一、甲", "二、乙"]),
        ("decimalEnclosedCircle", "%1", ["①甲", "②乙"]),
        ("upperLetter", "%1)", ["A)甲", "B)乙"]),
        ("lowerRoman", "%1)", ["i)甲", "ii)乙"]),
        ("decimal", "指标%1：", ["指标1：甲", "指标2：乙"]),
        ("bullet", "\uf06c", ["甲", "乙"]),
        ("somethingNew", "%1.", ["1.甲", "2.乙"]),
    ],
)
def test_automatic_numbers_are_printed(form: str, shown: str, expected: list[str]) -> None:
    assert texts(numbered("甲") + numbered("乙"), numbering_xml=numbering(form, shown)) == expected


def test_numbers_of_a_deeper_level_start_again() -> None:
    body = "".join(numbered(text, level) for text, level in [("甲", 0), ("a", 1), ("b", 1), ("乙", 0), ("c", 1)])
    assert texts(body, numbering_xml=numbering("decimal", "%1.")) == ["1.甲", "1.1.a", "1.2.b", "2.乙", "2.1.c"]


def test_a_list_may_start_anew_and_a_paragraph_may_leave_its_list() -> None:
    again = '<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    body = numbered("甲") + numbered("乙") + numbered("丙", number=4) + numbered("丁", number=4) + numbered("戊", number=0)
    assert texts(body, numbering_xml=numbering("decimal", "%1.", again)) == ["1.甲", "2.乙", "1.丙", "2.丁", "戊"]


def test_a_style_may_number_its_paragraphs() -> None:
    styles = part(
        "styles",
        '<w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>',
    )
    body = para("甲", properties='<w:pStyle w:val="b"/>') + para("乙", properties='<w:pStyle w:val="other"/>')
    assert texts(body, numbering_xml=numbering("decimal", "%1."), styles_xml=styles) == ["1.甲", "乙"]


def test_a_serial_number_column_is_filled() -> None:
    body = table(row(cell(numbered("")), "道路"), row(cell(numbered("")), "桥梁"))
    assert texts(body, numbering_xml=numbering("decimal", "%1")) == ["1|道路|2|桥梁"]


def test_a_header_with_text_comes_first_and_page_numbers_do_not() -> None:
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a" Type="t" Target="header1.xml"/><Relationship Id="b" Type="t" Target="header2.xml"/>'
        '<Relationship Id="c" Type="t" Target="https://example.com/x" TargetMode="External"/></Relationships>'
    )
    body = para("正文") + "".join(f'<w:sectPr><w:headerReference w:type="default" r:id="{one}"/></w:sectPr>' for one in "abca")
    headers = {"header1_xml": part("hdr", para("公开14表") + para("")), "header2_xml": part("hdr", para("第1页 共2页") + para("公开14表"))}
    assert texts(body, **headers) == ["正文"]
    parts: dict[str, str | bytes] = {"_rels__document_xml.rels": relations, **headers}
    assert texts(body, **parts) == ["公开14表", "正文"]


def test_macros_are_noticed_and_not_run() -> None:
    (notice,) = read(para("x"), vbaProject_bin=b"\0").notices
    assert (notice.code, "从不运行宏" in notice.message) == ("file.macro", True)
    assert read(para("x")).notices == ()


def test_strict_files_and_odd_encodings_are_read() -> None:
    usual = part("document", f"<w:body>{para('绩效')}</w:body>")
    strict = usual.replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
    for content in (strict.encode(), usual.replace("UTF-8", "UTF-16").encode("utf-16")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", content)
        assert [getattr(block, "text", "") for block in docx.read(out.getvalue()).blocks] == ["绩效"]


def test_the_main_part_may_stand_elsewhere() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        archive.writestr(
            "_rels/.rels", f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a" Type="{kind}" Target="/doc/body.xml"/></Relationships>'
        )
        archive.writestr("doc/body.xml", part("document", f"<w:body>{para('绩效')}</w:body>"))
    assert len(docx.read(out.getvalue()).blocks) == 1


def without_body() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", part("document", ""))
    return out.getvalue()


def without_main() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        pytest.param(package(para("")), "file.empty", "没有可读的文字", id="no text"),
        pytest.param(package(para(""), media__a_png=b"x"), "file.empty", "1 张图片", id="only a picture"),
        pytest.param(without_body(), "file.damaged", "找不到正文", id="no body"),
        pytest.param(without_main(), "file.damaged", "找不到正文", id="another kind of package"),
        pytest.param(package(para("绩效"))[:-60], "file.damaged", "损坏", id="cut off"),
        pytest.param(package("<w:p>"), "file.damaged", "XML", id="broken XML"),
        pytest.param(package(table(*[row(*["<w:tc/>"] * 500)] * 401)), "file.limit", "200000", id="too many cells"),
    ],
)
def test_what_cannot_be_read_is_said_in_chinese(source: bytes, code: str, words: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        docx.read(source)
    assert raised.value.code == code
    assert words in str(raised.value)


def test_deep_nesting_gives_a_sentence_and_no_traceback() -> None:
    inside = para("深")
    for _ in range(100):
        inside = table(row(cell("甲"), cell(inside + para(""))))
    with pytest.raises(UnreadableFileError, match="嵌套过深") as raised:
        read(inside)
    assert raised.value.code in {"file.limit", "file.damaged"}


def test_tables_nested_as_deep_as_anybody_does_are_read() -> None:
    inside = para("深")
    for _ in range(40):
        inside = table(row(cell("甲"), cell(inside + para(""))))
    assert [block.cells[1].text for block in read(inside).blocks if isinstance(block, Table)] == [""] * 39 + ["深"]


@pytest.mark.parametrize("span", ["0", "-3", "x", "999999999"])
def test_absurd_spans_are_bounded(span: str) -> None:
    found = only_table(table(f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{para("甲")}</w:tc></w:tr>'))
    assert (found.cells[0].column_span, found.column_count) == (1, 1)
