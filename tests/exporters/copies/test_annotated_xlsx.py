"""Workbooks given back with a note on each cell that findings speak of."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]

from exporters.copies.copies_under_test import (
    CORPUS,
    EXAMPLES,
    FORM,
    annotated,
    assert_only_comments_came,
    assert_reads_the_same,
    converted,
    dossier,
    dossiers_of,
    finding,
    packed,
    parts_of,
    repacked,
    said,
    workbook,
    zipped,
)
from jiheng.domain.document import Anchor
from jiheng.errors import NotAnnotatableError
from jiheng.exporters.copies import annotate, annotated_copy, markup, package
from jiheng.importers import archive, port

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
LISTED = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPED = "http://schemas.openxmlformats.org/package/2006/content-types"
COMMENTS = re.compile(r"comments?\d*\.xml$")
REAL_FORMS = [EXAMPLES / "口岸经贸.html", *sorted(CORPUS.glob("*.xlsx"))]
"""The project's own example, set by LibreOffice, and the shared forms where they are here."""


def notes_of(source: bytes) -> dict[tuple[str, str], str]:
    """Sheet and cell of each note, as openpyxl reads them."""
    book = openpyxl.load_workbook(io.BytesIO(source))
    return {(sheet.title, cell.coordinate): cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment}


def at(cell: str, sheet: str = "Sheet", text: str = "") -> Anchor:
    return Anchor(sheet=sheet, cell=cell, text=text)


def by_hand(*, prefix: str = "", strict: bool = False, tail: str = "", related: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A workbook written by hand: with a namespace prefix, in the strict names, with sections behind the cells, with relations of the sheet."""
    main, office = (STRICT_MAIN, STRICT_OFFICE) if strict else (MAIN, OFFICE)
    p, declared = (f"{prefix}:", f"xmlns:{prefix}") if prefix else ("", "xmlns")
    cell = f'<{p}c r="{{}}{{}}" t="inlineStr"><{p}is><{p}t>{{}}</{p}t></{p}is></{p}c>'
    rows = [f'<{p}row r="{r}">{"".join(map(cell.format, "ABCDEFG", [r] * 7, row))}</{p}row>' for r, row in enumerate(FORM, start=1)]
    link = f'<Relationship Id="r1" Type="{office}/'
    typed = '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPED}"><Default Extension="xml" ContentType="application/xml"/>{typed}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{LISTED}">{link}officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:rel="{office}"><sheets><sheet name="Sheet" sheetId="1" rel:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LISTED}">{link}worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<{p}worksheet {declared}="{main}"><{p}sheetData>{"".join(rows)}</{p}sheetData>{tail}</{p}worksheet>',
    }
    if related:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = f'<Relationships xmlns="{LISTED}">{related}</Relationships>'
    return zipped({name: content.encode() for name, content in parts.items()} | (more or {}))


def by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表 一")
    sheet.set_column(0, 6, 14)
    sheet.merge_range(0, 0, 0, 6, FORM[0][0])
    for r, row in enumerate(FORM[1:], start=1):
        sheet.write_row(r, 0, row)
    sheet.set_row(3, 60)
    sheet.add_table(20, 0, 22, 1)
    book.close()
    return out.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


def test_each_cell_gets_one_note_with_all_that_is_said_of_it() -> None:
    source = workbook()
    copy, (form,) = annotated(source, "表.xlsx")
    expected = defaultdict(list)
    for one in form.findings:
        expected["Sheet", (one.anchor.cell if one.anchor else None) or "A1"].append(one)
    notes = notes_of(copy)
    assert set(notes) == set(expected)
    for cell, findings in expected.items():
        assert notes[cell].count("【") == len(findings)
        assert all(one.suggestion in notes[cell] for one in findings if one.suggestion)
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert {cell.comment.author for row in book["Sheet"].iter_rows() for cell in row if cell.comment} == {"绩衡"}


def test_the_worst_comes_first_and_each_says_what_to_do_and_on_what_authority() -> None:
    source = workbook()
    findings = (finding("轻的。", at("C4"), severity="info"), finding("重的。", at("C4")), finding("中的。", at("C4"), severity="warning"))
    notes = notes_of(annotate(source, "表.xlsx", [dossier(source, "表.xlsx", *findings)]))
    assert notes == {("Sheet", "C4"): "\n".join((said("重的。"), said("中的。", "提醒"), said("轻的。", "提示")))}


def test_what_is_said_of_the_whole_form_stands_at_its_title() -> None:
    source = workbook(2)
    forms = [
        dossier(source, "表.xlsx", finding("甲。", None), fields={"/title": at("A1")}),
        dossier(source, "表.xlsx", finding("乙。", None), fields={"/project_name": at("B2", "第2张"), "/indicators/0/name": at("C4", "第2张")}),
        dossier(source, "表.xlsx", finding("丙。", None)),
    ]
    assert notes_of(annotate(source, "表.xlsx", forms)) == {("Sheet", "A1"): f"{said('甲。')}\n{said('丙。')}", ("第2张", "B2"): said("乙。")}


def test_a_finding_without_an_anchor_stands_at_the_field_it_is_about() -> None:
    source = workbook()
    form = dossier(source, "表.xlsx", finding("缺。", None, subject="/project_name"), fields={"/title": at("A1"), "/project_name": at("B2")})
    assert notes_of(annotate(source, "表.xlsx", [form])) == {("Sheet", "B2"): said("缺。")}


def test_each_form_of_a_file_is_noted_on_its_own_sheet() -> None:
    copy, forms = annotated(workbook(2), "两张.xlsx")
    assert len(forms) == 2
    assert {sheet for sheet, _ in notes_of(copy)} == {"Sheet", "第2张"}
    drawings = [content for name, content in parts_of(copy).items() if name.endswith(".vml")]
    assert len({re.findall(rb'idmap[^>]*data="(\d+)"', content)[0] for content in drawings}) == len(drawings) == 2


def test_a_workbook_of_xlsxwriter_with_merged_cells_and_a_table() -> None:
    copy, _ = annotated(by_xlsxwriter(), "表.xlsx")
    assert ("表 一", "A1") in notes_of(copy)
    sheet = parts_of(copy)["xl/worksheets/sheet1.xml"]
    assert sheet.index(b"<pageMargins") < sheet.index(b"<legacyDrawing ") < sheet.index(b"<tableParts")


def test_a_workbook_of_libreoffice(office: Path) -> None:
    made = converted(workbook(), "表.xlsx", "xlsx:Calc MS Excel 2007 XML", office / "made")
    copy, _ = annotated(made, "表.xlsx")
    assert ("Sheet", "E4") in notes_of(copy)


@pytest.mark.parametrize("path", REAL_FORMS, ids=lambda path: path.stem)
def test_real_forms(path: Path, office: Path) -> None:
    source = path.read_bytes()
    if path.suffix == ".html":
        source = converted(source, "口岸.html", "xlsx:Calc MS Excel 2007 XML", office / "example", infilter="HTML (StarCalc)")
    copy, forms = annotated(source, f"{path.stem}.xlsx")
    notes = notes_of(copy)
    anchored = {(one.anchor.sheet, one.anchor.cell) for form in forms for one in form.findings if one.anchor is not None}
    assert anchored <= set(notes)
    assert sum(text.count("【") for text in notes.values()) >= sum(len(form.findings) for form in forms)


def test_the_notes_live_on_in_libreoffice(office: Path) -> None:
    copy, _ = annotated(workbook(2), "表.xlsx")
    sheet = converted(copy, "表.xlsx", "ods", office / "kept")
    content = parts_of(sheet)["content.xml"].decode()
    assert content.count("<office:annotation ") == len(notes_of(copy))
    assert "【错误】" in content
    assert converted(copy, "表.xlsx", "pdf", office / "kept").startswith(b"%PDF")
    again = converted(sheet, "表.ods", "xlsx:Calc MS Excel 2007 XML", office / "again")
    assert set(notes_of(again)) == set(notes_of(copy))


def with_notes(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    sheet["E4"].comment = Comment("请核对里程", "某某")
    sheet["B2"].comment = Comment("名称已改", "另一人")


def test_notes_that_are_there_stay_and_ours_come_behind_them() -> None:
    source = workbook(change=with_notes)
    form = dossier(source, "表.xlsx", finding("不可量化。", at("E4")), finding("新的。", at("C4")))
    copy = annotate(source, "表.xlsx", [form])
    assert notes_of(copy) == {
        ("Sheet", "E4"): f"请核对里程\n绩衡：\n{said('不可量化。')}",
        ("Sheet", "B2"): "名称已改",
        ("Sheet", "C4"): said("新的。"),
    }
    there = [name for name in parts_of(source) if COMMENTS.search(name)]
    drawn = [name for name in parts_of(source) if name.endswith(".vml")]
    assert_only_comments_came(source, copy, also=[*there, *drawn])
    assert len(there) == len([name for name in parts_of(copy) if COMMENTS.search(name)]) == 1
    (drawing,) = (content for name, content in parts_of(copy).items() if name.endswith(".vml"))
    assert drawing.count(b'ObjectType="Note"') == 3
    numbers = re.findall(rb'id="(_x0000_s\d+)"', drawing)
    assert len(numbers) == len(set(numbers)) == 3
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert [book["Sheet"][cell].comment.author for cell in ("E4", "B2", "C4")] == ["某某", "另一人", "绩衡"]


def test_a_note_in_several_fonts_gets_a_further_run() -> None:
    source = workbook(change=with_notes)
    (name,) = (name for name in parts_of(source) if COMMENTS.search(name))
    rich = b'<text><r><rPr><b/></rPr><t>\xe6\x9f\x90\xe6\x9f\x90:</t></r><r><t xml:space="preserve">\nX</t></r><phoneticPr fontId="1"/></text>'
    source = repacked(source, {name: lambda part: re.sub(rb"<text>.*?</text>", rich, part, flags=re.DOTALL)})
    copy = annotate(source, "表.xlsx", [dossier(source, "表.xlsx", finding("缺。", at("E4")))])
    assert notes_of(copy)["Sheet", "E4"] == f"某某:\nX\n绩衡：\n{said('缺。')}"
    assert b'</r><r><t xml:space="preserve">\nX</t></r><r><rPr>' in parts_of(copy)[name]


@pytest.mark.parametrize("empty", ["<text/>", "<text><t/></text>", ""])
def test_a_note_without_text_is_filled(empty: str) -> None:
    source = workbook(change=with_notes)
    (name,) = (name for name in parts_of(source) if COMMENTS.search(name))
    source = repacked(source, {name: lambda part: re.sub(rb"<text>.*?</text>", empty.encode(), part, flags=re.DOTALL)})
    copy = annotate(source, "表.xlsx", [dossier(source, "表.xlsx", finding("缺。", at("E4")))])
    assert said("缺。").encode() in parts_of(copy)[name]
    assert_only_comments_came(source, copy, also=[name])


def test_a_copy_annotated_again_says_nothing_twice() -> None:
    source = workbook()
    copy, forms = annotated(source, "表.xlsx")
    again = annotate(copy, "表.xlsx", dossiers_of(copy, "表.xlsx"))
    assert notes_of(again) == notes_of(copy)
    assert sum(text.count("【") for text in notes_of(again).values()) == len(forms[0].findings)


def test_a_cell_with_a_conversation_is_left_alone_and_named_at_the_title() -> None:
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    threads = f'<ThreadedComments xmlns="{space}"><threadedComment ref="E4" id="{{A}}"/></ThreadedComments>'.encode()
    kind, target = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment", "../threadedComments/threadedComment1.xml"
    link = f'<Relationship Id="rId7" Type="{kind}" Target="{target}"/>'
    source = by_hand(related=link, more={"xl/threadedComments/threadedComment1.xml": threads})
    form = dossier(source, "表.xlsx", finding("不可量化。", at("E4", text="已完成")), fields={"/title": at("A1")})
    copy = annotated_copy(source, "表.xlsx", [form])
    assert notes_of(copy.content) == {("Sheet", "A1"): "【错误】不可量化。位置：工作表“Sheet”E4“已完成”。建议：请补。依据：某办法第三条。"}
    assert (copy.comments, copy.findings, copy.displaced) == (1, 1, 1)


def test_a_cell_that_is_not_there_is_named_at_the_title() -> None:
    source = workbook()
    form = dossier(source, "表.xlsx", finding("缺。", at("E4", "没有的表")), fields={"/title": at("A1")})
    assert notes_of(annotate(source, "表.xlsx", [form])) == {
        ("Sheet", "A1"): "【错误】缺。位置：工作表“没有的表”E4。建议：请补。依据：某办法第三条。"
    }


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("prefix", ["", "x", "ss"])
def test_the_files_own_namespaces_and_prefixes_are_kept(prefix: str, *, strict: bool) -> None:
    source = by_hand(prefix=prefix, strict=strict)
    copy, _ = annotated(source, "表.xlsx")
    parts = parts_of(copy)
    tag = f"{prefix}:legacyDrawing" if prefix else "legacyDrawing"
    assert f'<{tag} xmlns:r="{STRICT_OFFICE if strict else OFFICE}" r:id="rId2"/></'.encode() in parts["xl/worksheets/sheet1.xml"]
    assert f'<comments xmlns="{STRICT_MAIN if strict else MAIN}">'.encode() in parts["xl/comments1.xml"]
    assert f'Type="{STRICT_OFFICE if strict else OFFICE}/comments" Target="../comments1.xml"'.encode() in parts["xl/worksheets/_rels/sheet1.xml.rels"]
    assert b'<Default Extension="vml"' in parts["[Content_Types].xml"]
    if not strict:
        assert ("Sheet", "E4") in notes_of(copy)


@pytest.mark.parametrize(
    ("tail", "before"),
    [
        ("<pageMargins/>", "</worksheet>"),
        ('<pageMargins/><drawing r:id="d" xmlns:r="urn:r"/>', "</worksheet>"),
        ("<pageMargins/><tableParts/><extLst/>", "<tableParts/>"),
        ("<extLst/>", "<extLst/>"),
        ('<m:AlternateContent xmlns:m="urn:m"><m:Choice Requires="x14"><controls/></m:Choice></m:AlternateContent><extLst/>', "<m:AlternateContent"),
        ('<m:AlternateContent xmlns:m="urn:m"><m:Choice Requires="x14"><other/></m:Choice></m:AlternateContent><picture/>', "<picture/>"),
    ],
)
def test_the_mark_of_the_drawing_stands_where_the_order_of_sections_wants_it(tail: str, before: str) -> None:
    copy, _ = annotated(by_hand(tail=tail), "表.xlsx")
    assert re.search(rb"<legacyDrawing [^>]*/>" + re.escape(before).encode(), parts_of(copy)["xl/worksheets/sheet1.xml"])


VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="4"/></o:shapelayout>'
    b'<v:shape id="_x0000_s4100"><v:textbox><div>a<br>b</div></v:textbox><x:ClientData ObjectType="Button"/></v:shape></xml>\n'
)


def test_buttons_drawn_on_the_sheet_share_their_drawing_with_the_notes() -> None:
    link = f'<Relationship Id="v" Type="{OFFICE}/vmlDrawing" Target="/xl/drawings/vmlDrawing7.vml"/>'
    mark = f'<legacyDrawing xmlns:q="{OFFICE}" q:id="v"/>'
    source = by_hand(tail=mark, related=link, more={"xl/drawings/vmlDrawing7.vml": VML})
    copy = annotate(source, "表.xlsx", [dossier(source, "表.xlsx", finding("缺。", at("E4")))])
    assert_only_comments_came(source, copy, also=["xl/drawings/vmlDrawing7.vml"])
    drawing = parts_of(copy)["xl/drawings/vmlDrawing7.vml"]
    assert drawing.startswith(VML.removesuffix(b"</xml>\n"))
    assert drawing.endswith(b"</xml>\n")
    assert b'id="_x0000_s4101" type="#_x0000_t202"' in drawing
    assert drawing.count(b'<v:shapetype id="_x0000_t202"') == 1
    assert parts_of(copy)["xl/worksheets/sheet1.xml"] == parts_of(source)["xl/worksheets/sheet1.xml"]


def test_a_drawing_that_is_named_but_missing_is_made() -> None:
    mark = f'<legacyDrawing xmlns:q="{OFFICE}" q:id="v"/>'
    for related in ("", f'<Relationship Id="v" Type="{OFFICE}/vmlDrawing" Target="../drawings/gone.vml"/>'):
        source = by_hand(tail=mark, related=related)
        copy = annotate(source, "表.xlsx", [dossier(source, "表.xlsx", finding("缺。", at("E4")))])
        assert notes_of(copy) == {("Sheet", "E4"): said("缺。")}
        assert re.search(rb'Id="v" Type="[^"]*/vmlDrawing"', parts_of(copy)["xl/worksheets/_rels/sheet1.xml.rels"])


def test_macros_stay_untouched() -> None:
    source = repacked(
        workbook(),
        {
            "xl/vbaProject.bin": bytes(range(256)) * 9,
            "[Content_Types].xml": lambda part: part.replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"),
        },
    )
    copy = annotate(source, "表.xlsm", dossiers_of(source, "表.xlsm"))
    assert_only_comments_came(source, copy)
    assert packed(copy)["xl/vbaProject.bin"] == packed(source)["xl/vbaProject.bin"]
    assert_reads_the_same(source, copy, "表.xlsm")


class OneWay(io.BytesIO):
    """A file that cannot be gone back in: zips written to it say their sizes behind each part."""

    def seekable(self) -> bool:
        return False


def oddly_zipped(kind: str, parts: dict[str, bytes]) -> bytes:
    out = OneWay() if kind == "sizes behind" else io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if kind == "stored" else zipfile.ZIP_DEFLATED) as written:
        written.comment = "某公司".encode() if kind == "a comment" else b""
        for name, content in parts.items():
            info = zipfile.ZipInfo(name.upper() if kind == "capitals" else name, (2023, 5, 6, 7, 8, 10))
            info.filename = name.replace("/", "\\") if kind == "backslashes" else info.filename
            info.compress_type = written.compression
            info.external_attr = 0o644 << 16
            info.extra = b"\x99\x99\x02\x00ab" if kind == "further fields" else b""
            info.comment = b"c" if kind == "a comment" else b""
            with written.open(info, "w", force_zip64=kind == "64 bits") as part:
                part.write(content)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["64 bits", "sizes behind", "stored", "backslashes", "a comment", "capitals", "further fields"])
def test_odd_zips(kind: str) -> None:
    source = oddly_zipped(kind, parts_of(workbook()))
    copy = annotate(source, "表.xlsx", [dossier(source, "表.xlsx", finding("缺。", at("E4")))])
    assert notes_of(copy if kind not in {"capitals", "backslashes"} else usual(copy)) == {("Sheet", "E4"): said("缺。")}
    before, after = zipfile.ZipFile(io.BytesIO(source)), zipfile.ZipFile(io.BytesIO(copy))
    assert after.comment == before.comment
    unchanged = [one for one in before.infolist() if after.read(one.filename) == before.read(one.filename)]
    assert len(unchanged) > len(before.infolist()) / 2
    for one in unchanged:
        same = after.getinfo(one.filename)
        assert packed(copy)[one.filename] == packed(source)[one.filename]
        assert (same.date_time, same.external_attr, same.compress_type, same.comment) == (
            one.date_time,
            one.external_attr,
            one.compress_type,
            one.comment,
        )
        assert b"\x99\x99\x02\x00ab" in same.extra or kind != "further fields"


def usual(source: bytes) -> bytes:
    """The package with its parts named as openpyxl wants them."""
    wanted = {name.lower(): name for name in parts_of(workbook())}
    named = {name.replace("\\", "/"): content for name, content in parts_of(source).items()}
    return zipped({wanted.get(name.lower(), name): content for name, content in named.items()})


def test_a_part_in_another_encoding_keeps_it() -> None:
    name = "xl/worksheets/sheet1.xml"
    wide = repacked(by_hand(), {name: lambda part: ("\ufeff" + part.decode()).encode("utf-16-le")})
    copy = annotate(wide, "表.xlsx", [dossier(wide, "表.xlsx", finding("缺。", at("E4")))])
    old, new = parts_of(wide)[name], parts_of(copy)[name]
    assert new.startswith(b"\xff\xfe")
    assert new.decode("utf-16").replace("".join(re.findall("<legacyDrawing[^>]*/>", new.decode("utf-16"))), "") == old.decode("utf-16")


def test_text_that_xml_or_a_workbook_would_misread_comes_out_as_it_is() -> None:
    source = workbook()
    form = dossier(source, "表.xlsx", finding('<a> & "b" _x0041_ 𠮷〇㎡ \x0b=1+1。', at("E4")))
    assert notes_of(annotate(source, "表.xlsx", [form]))["Sheet", "E4"].replace("_x005F_", "_") == said('<a> & "b" _x0041_ 𠮷〇㎡ =1+1。')
    (comments,) = (part for name, part in parts_of(annotate(source, "表.xlsx", [form])).items() if "comments" in name)
    assert b"_x005F_x0041_" in comments


def test_what_no_note_can_hold_is_counted() -> None:
    source = workbook()
    form = dossier(source, "表.xlsx", *(finding("长" * 3000 + "。", at("E4")) for _ in range(20)))
    note = notes_of(annotate(source, "表.xlsx", [form]))["Sheet", "E4"]
    assert len(note) < 32_767
    assert note.endswith("另有 11 条意见放不下，请看审核报告。")


def test_a_form_without_findings_is_given_back_as_it_is() -> None:
    source = workbook()
    assert annotate(source, "表.xlsx", [dossier(source, "表.xlsx")]) == source


@pytest.mark.parametrize(
    ("form", "named"), [("pdf", "PDF"), ("html", "网页"), ("txt", "文本"), ("scan", "扫描件"), ("xls", "旧版 Excel（xls）"), ("ods", "ods 格式")]
)
def test_other_formats_are_sent_another_way(form: str, named: str) -> None:
    source = workbook()
    made = dossier(source, "表.xlsx", finding("缺。", None))
    other = type(made)(None, type(made.document)("表." + form, made.document.digest, form), made.evaluation, findings=made.findings)
    with pytest.raises(NotAnnotatableError, match=named) as caught:
        annotate(source, f"表.{form}", [other])
    assert "jiheng export" in str(caught.value)
    assert "--format pdf --notes" in str(caught.value)


def test_findings_of_another_file_are_refused() -> None:
    with pytest.raises(NotAnnotatableError, match="请重新审核"):
        annotate(workbook(2), "表.xlsx", [dossier(workbook(), "表.xlsx", finding("缺。", None))])


BOMB = b"<!DOCTYPE c [<!ENTITY a 'aaaa'>]><comments>&a;</comments>"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB, "DOCTYPE"),
        (b"<comments>", "不完整"),
        (b"", "不完整"),
        (b'<?xml version="1.0" encoding="no-such"?><comments/>', "不完整"),
        (b"<c>" + b"<a/>" * 1_000_001 + b"</c>", "过多"),
    ],
    ids=["entities", "cut off", "empty", "unknown encoding", "too many elements"],
)
def test_parts_that_cannot_be_written_into(content: bytes, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MOST_ELEMENTS", 1000)
    link = f'<Relationship Id="c" Type="{OFFICE}/comments" Target="../c.xml"/>'
    source = by_hand(related=link, more={"xl/c.xml": content})
    with pytest.raises(NotAnnotatableError, match=why):
        annotate(source, "表.xlsx", [dossier(source, "表.xlsx", finding("缺。", at("E4")))])


def test_packages_that_are_none() -> None:
    source = by_hand(
        more={"xl/drawings/d.vml": b"<xml"},
        tail=f'<legacyDrawing xmlns:q="{OFFICE}" q:id="v"/>',
        related=f'<Relationship Id="v" Type="{OFFICE}/vmlDrawing" Target="../drawings/d.vml"/>',
    )
    with pytest.raises(NotAnnotatableError, match="vmlDrawing"):
        annotate(source, "表.xlsx", [dossier(source, "表.xlsx", finding("缺。", at("E4")))])
    for broken in (b"", b"PK", workbook()[:-30], workbook()[: len(workbook()) // 2]):
        with pytest.raises(NotAnnotatableError, match="已损坏"):
            package.Package(broken)
    untyped = repacked(by_hand(), {"[Content_Types].xml": None})
    with pytest.raises(NotAnnotatableError, match="内容类型表"):
        annotate(untyped, "表.xlsx", [dossier(untyped, "表.xlsx", finding("缺。", at("E4")))])


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    source = zipped({"a.xml": b"a" * 5_000_000})
    lying = source.replace((5_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(NotAnnotatableError, match="已损坏"):
        package.Package(lying).read("a.xml")


def test_the_limits_are_those_of_reading() -> None:
    assert package.MOST_UNPACKED == port.MAX_UNPACKED
    assert vars(archive)["_MAX_XML"] == package.MOST_IN_A_PART
    assert vars(archive)["_MAX_NAMES"] == package.MOST_PARTS
