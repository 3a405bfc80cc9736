"""Word files given back with a comment in the margin beside each paragraph that findings speak of."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

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
)
from jiheng.domain.document import Anchor
from jiheng.errors import NotAnnotatableError
from jiheng.exporters.copies import annotate, annotated_copy
from wordfiles import NAMES, cell, package, para, row, run, table

REAL_FORMS = [EXAMPLES / "口岸经贸.html", *sorted(CORPUS.glob("*.docx"))]
"""The project's own example, set by LibreOffice, and the shared forms where they are here."""
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
ROOT_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="word/document.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def whole(body: str, **parts: str | bytes) -> bytes:
    """A file of this body that other programs open too."""
    return repacked(package(body, **parts), {"[Content_Types].xml": TYPES.encode(), "_rels/.rels": ROOT_RELATIONS.encode()})


def by_python_docx(forms: int = 1) -> Document:
    made = docx.Document()
    for _ in range(forms):
        made.add_paragraph(str(FORM[0][0]))
        grid = made.add_table(len(FORM) - 1, 7)
        for r, line in enumerate(FORM[1:]):
            for c, text in enumerate(line):
                grid.cell(r, c).text = str(text)
        grid.cell(0, 3).merge(grid.cell(0, 6))
    return made


def saved(made: Document) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def comments_of(source: bytes) -> list[tuple[str, str]]:
    """What each comment says and the text it marks, in the order of the text, as python-docx reads the file."""
    opened = docx.Document(io.BytesIO(source))
    texts = {one.comment_id: "\n".join(part.text for part in one.paragraphs) for one in opened.comments}
    marked: dict[int, str] = {}
    open_now: list[int] = []
    for element in opened.element.body.iter():
        number = int(element.get(qn("w:id")) or 0) if "comment" in str(element.tag) else 0
        if element.tag == qn("w:commentRangeStart"):
            open_now.append(number)
            marked[number] = ""
        elif element.tag == qn("w:commentRangeEnd"):
            open_now.remove(number)
        elif element.tag == qn("w:t"):
            for one in open_now:
                marked[one] += element.text or ""
    assert open_now == []
    references = [int(element.get(qn("w:id"))) for element in opened.element.body.iter(qn("w:commentReference"))]
    assert sorted(references) == sorted(marked) == sorted(texts)
    return [(texts[number], marked[number]) for number in marked]


def at(place: str, text: str) -> Anchor:
    return Anchor(cell=place, text=text)


def marked(source: bytes, *anchors: Anchor, title: Anchor | None = None) -> list[tuple[str, str]]:
    """The comments where something is said at each of these places."""
    fields = {"/title": title} if title is not None else {}
    form = dossier(source, "表.docx", *(finding(f"{number}。", anchor) for number, anchor in enumerate(anchors)), fields=fields)
    return comments_of(annotate(source, "表.docx", [form]))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


def test_each_place_gets_one_comment_with_all_that_is_said_of_it() -> None:
    copy, (form,) = annotated(saved(by_python_docx()), "表.docx")
    comments = comments_of(copy)
    marked_texts = [text for _, text in comments]
    assert len(marked_texts) == len({one.anchor for one in form.findings})
    assert sum(text.count("【") for text, _ in comments) == len(form.findings)
    assert {one.anchor.text for one in form.findings if one.anchor is not None} <= set(marked_texts)
    opened = docx.Document(io.BytesIO(copy))
    assert {one.author for one in opened.comments} == {"绩衡"}


def test_a_paragraph_for_each_finding_worst_first() -> None:
    source = saved(by_python_docx())
    place = at("表1R3C3", "养护里程")
    findings = (finding("轻的。", place, severity="info"), finding("重的。", place), finding("中的。", place, severity="warning"))
    copy = annotate(source, "表.docx", [dossier(source, "表.docx", *findings)])
    assert comments_of(copy) == [("\n".join((said("重的。"), said("中的。", "提醒"), said("轻的。", "提示"))), "养护里程")]


def test_each_form_of_a_file_has_its_own_title() -> None:
    source = saved(by_python_docx(2))
    copy, forms = annotated(source, "两张.docx")
    assert len(forms) == 2
    assert [text for _, text in comments_of(copy)].count(str(FORM[0][0])) == 2


def test_what_is_said_of_a_form_without_title_stands_at_its_first_field_and_else_at_the_first_paragraph() -> None:
    source = saved(by_python_docx())
    named = {"/indicators/0/name": at("表1R3C3", "养护里程"), "/project_name": at("表1R1C2", "道路养护")}
    forms = [dossier(source, "表.docx", finding("甲。", None), fields=named), dossier(source, "表.docx", finding("乙。", None))]
    assert comments_of(annotate(source, "表.docx", forms)) == [(said("乙。"), str(FORM[0][0])), (said("甲。"), "道路养护")]


@pytest.mark.parametrize("path", REAL_FORMS, ids=lambda path: path.stem)
def test_real_forms(path: Path, office: Path) -> None:
    source = path.read_bytes()
    if path.suffix == ".html":
        source = converted(source, "口岸.html", "docx:MS Word 2007 XML", office / "example", infilter="HTML (StarWriter)")
    copy, forms = annotated(source, f"{path.stem}.docx")
    assert annotated_copy(source, path.name, forms).displaced == 0
    comments = comments_of(copy)
    assert sum(text.count("【") for text, _ in comments) >= sum(len(form.findings) for form in forms)
    bare = {"".join(text.split()) for _, text in comments}
    said_of = {"".join(one.anchor.text.split()) for form in forms for one in form.findings if one.anchor is not None}
    assert all(any(text and (text in read or read in text) for text in bare) for read in said_of)


def test_the_comments_live_on_in_libreoffice(office: Path) -> None:
    copy, _ = annotated(saved(by_python_docx()), "表.docx")
    text = converted(copy, "表.docx", "odt", office / "kept")
    content = parts_of(text)["content.xml"].decode()
    assert content.count("<office:annotation ") == len(comments_of(copy))
    assert content.count("<office:annotation-end ") == len(comments_of(copy))
    assert "【错误】" in content
    assert converted(copy, "表.docx", "pdf", office / "kept").startswith(b"%PDF")


def test_comments_that_are_there_stay_and_the_numbers_go_on() -> None:
    made = by_python_docx()
    paragraph = made.tables[0].cell(2, 2).paragraphs[0]
    made.add_comment(paragraph.runs, text="请核对里程", author="某某", initials="某")
    source = saved(made)
    form = dossier(source, "表.docx", finding("缺。", at("表1R3C3", "养护里程")), finding("另。", at("表1R4C3", "群众满意度")))
    copy = annotate(source, "表.docx", [form])
    assert_only_comments_came(source, copy, also=["word/comments.xml"])
    assert sorted(comments_of(copy)) == sorted([("请核对里程", "养护里程"), (said("缺。"), "养护里程"), (said("另。"), "群众满意度")])
    assert [one.comment_id for one in docx.Document(io.BytesIO(copy)).comments] == [0, 1, 2]
    assert parts_of(copy)["word/_rels/document.xml.rels"] == parts_of(source)["word/_rels/document.xml.rels"]


def test_an_empty_list_of_comments_is_filled() -> None:
    made = by_python_docx()
    made.add_comment(made.paragraphs[0].runs, text="x", author="某某", initials="某")
    source = repacked(saved(made), {"word/comments.xml": f"<w:comments {NAMES}/>".encode()})
    copy = annotate(source, "表.docx", [dossier(source, "表.docx", finding("缺。", at("表1R3C3", "养护里程")))])
    assert_only_comments_came(source, copy, also=["word/comments.xml"])
    assert re.search(rb'<w:comments [^>]*><w:comment w:id="1" ', parts_of(copy)["word/comments.xml"])


def test_a_copy_annotated_again_says_nothing_twice() -> None:
    copy, forms = annotated(saved(by_python_docx()), "表.docx")
    again = annotate(copy, "表.docx", dossiers_of(copy, "表.docx"))
    assert comments_of(again) == comments_of(copy)
    assert sum(text.count("【") for text, _ in comments_of(again)) == len(forms[0].findings)


def test_macros_stay_untouched() -> None:
    source = whole(para("自评表") + table(row("项目名称", "道路养护")), vbaProject_bin=bytes(range(256)) * 9)
    copy = annotate(source, "表.docm", [dossier(source, "表.docm", finding("缺。", at("表1R1C2", "道路养护")))])
    assert_only_comments_came(source, copy)
    assert packed(copy)["word/vbaProject.bin"] == packed(source)["word/vbaProject.bin"]
    assert_reads_the_same(source, copy, "表.docm")
    assert comments_of(copy) == [(said("缺。"), "道路养护")]


STRICT = (
    (b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
    (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
)


def test_the_strict_names_are_kept() -> None:
    source = whole(para("自评表") + table(row("项目名称", "道路养护")))
    for usual, strict in STRICT:
        source = repacked(source, {name: parts_of(source)[name].replace(usual, strict) for name in ("word/document.xml", "_rels/.rels")})
    copy = annotate(source, "表.docx", [dossier(source, "表.docx", finding("缺。", at("表1R1C2", "道路养护")))])
    assert_only_comments_came(source, copy)
    assert b'<w:comments xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">' in parts_of(copy)["word/comments.xml"]
    named = parts_of(copy)["word/_rels/document.xml.rels"]
    assert b'"http://purl.oclc.org/ooxml/officeDocument/relationships/comments" Target="comments.xml"' in named


@pytest.mark.parametrize("kind", ["another prefix", "no prefix", "no prefix for elements"])
def test_the_files_own_prefixes_are_kept(kind: str) -> None:
    source = whole(para("自评表") + table(row("项目名称", "道路养护")))
    space = STRICT[0][0]

    def renamed(part: bytes) -> bytes:
        if kind == "another prefix":
            return part.replace(b"w:", b"ns1:").replace(b"xmlns:w=", b"xmlns:ns1=")
        part = re.sub(rb"<(/?)w:", rb"<\1", part.replace(b"xmlns:w=", b"xmlns="))
        part = re.sub(rb" w:val=| w:w=| w:type=", b" X=", part)
        return part if kind == "no prefix" else part.replace(b"<document ", b'<document xmlns:q="' + space + b'" ')

    source = repacked(source, {"word/document.xml": renamed})
    copy = annotate(source, "表.docx", [dossier(source, "表.docx", finding("缺。", at("表1R1C2", "道路养护")))])
    assert_only_comments_came(source, copy)
    assert comments_of(copy) == [(said("缺。"), "道路养护")]
    prefix = {"another prefix": "ns1", "no prefix": "jh", "no prefix for elements": "q"}[kind]
    declared = f' xmlns:jh="{space.decode()}"' if kind == "no prefix" else ""
    assert f'<{prefix}:commentRangeStart{declared} {prefix}:id="0"/>'.encode() in parts_of(copy)["word/document.xml"]


def test_empty_paragraphs_are_opened() -> None:
    for empty in ("<w:p/>", "<w:p></w:p>", '<w:p><w:pPr><w:jc w:val="center"/></w:pPr></w:p>', '<w:p w:rsidR="00000001" />'):
        source = whole(para("自评表") + table(row("项目名称", cell(empty))))
        copy = annotate(source, "表.docx", [dossier(source, "表.docx", finding("缺。", at("表1R1C2", "")))])
        assert comments_of(copy) == [(said("缺。"), "")]
        assert_reads_the_same(source, copy, "表.docx")


def test_a_file_with_comments_under_another_name_uses_that() -> None:
    made = by_python_docx()
    made.add_comment(made.paragraphs[0].runs, text="先有的", author="某某", initials="某")
    source = saved(made)
    moved = parts_of(source)["word/comments.xml"]
    source = repacked(
        source,
        {
            "word/comments.xml": None,
            "other/notes.xml": moved,
            "word/_rels/document.xml.rels": lambda part: part.replace(b'"comments.xml"', b'"/other/notes.xml"'),
            "[Content_Types].xml": lambda part: part.replace(b"/word/comments.xml", b"/other/notes.xml"),
        },
    )
    copy = annotate(source, "表.docx", [dossier(source, "表.docx", finding("缺。", at("表1R3C3", "养护里程")))])
    assert_only_comments_came(source, copy, also=["other/notes.xml"])
    assert [text for text, _ in comments_of(copy)] == ["先有的", said("缺。")]


def test_a_row_that_was_struck_out_or_hidden_is_not_counted() -> None:
    gone = row("删去", "100%", properties='<w:del w:id="9" w:author="某某"/>') + row("隐去", "100%", properties="<w:hidden/>")
    source = whole(table(row("甲", "100%"), gone, row("乙", "100%")))
    assert marked(source, at("表1R2C2", "100%"), at("表1R2C1", "乙")) == [(said("1。"), "乙"), (said("0。"), "100%")]
    document = parts_of(annotate(source, "表.docx", [dossier(source, "表.docx", finding("缺。", at("表1R2C2", "100%")))]))["word/document.xml"]
    assert document.index("乙".encode()) < document.index(b"commentRangeStart")


def test_inner_tables_and_frames_are_counted_as_they_are_read() -> None:
    inner = table(row("内甲", "内乙"), row("内丙", "内丁"))
    source = whole(
        table(row(cell("外甲"), cell(inner + para("")))) + table(row(cell(table(row("框内", "二格")) + para("")))) + table(row("末表", "末格"))
    )
    places = [at("表2R2C2", "内丁"), at("表3R1C2", "二格"), at("表4R1C1", "末表")]
    assert [text for _, text in marked(source, *places)] == ["内丁", "二格", "末表"]


def test_texts_in_controls_insertions_and_alternatives_are_found() -> None:
    control = f"<w:sdt><w:sdtContent>{cell('控件')}</w:sdtContent></w:sdt>"
    branches = f"<mc:Choice Requires='x'>{run('取此')}</mc:Choice><mc:Fallback>{run('不取')}</mc:Fallback>"
    choice = f"<w:p><mc:AlternateContent>{branches}</mc:AlternateContent></w:p>"
    inserted = f'<w:p><w:ins w:id="1" w:author="某某">{run("新增")}</w:ins><w:del w:id="2" w:author="某某">{run("旧")}</w:del></w:p>'
    source = whole(table(row(cell("甲"), control, cell(choice), cell(inserted))))
    found = marked(source, at("表1R1C2", "控件"), at("表1R1C3", "取此"), at("表1R1C4", "新增"))
    assert [said(f"{number}。") for number in range(3)] == [text for text, _ in found]
    assert found[0][1] == "控件"


def test_cells_whose_text_word_itself_prints_are_counted() -> None:
    ticked = '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r></w:p>'
    source = whole(table(row("是否", cell(ticked)), row("甲", "乙")))
    form = dossier(source, "表.docx", finding("缺。", at("表1R1C2", "☑")))
    assert annotated_copy(source, "表.docx", [form]).displaced == 0


RAGGED = (row(cell("指标", width=3000), cell("目标", width=2000), cell("完成", width=4000)), row(cell("甲", width=3000), cell("100%", width=6000)))


def test_in_a_table_without_a_grid_of_its_own_a_cell_is_told_by_its_text() -> None:
    source = whole(para("自评表") + table(*RAGGED))
    assert marked(source, at("表1R2C2", "100%")) == [(said("0。"), "100%")]


def test_equal_texts_in_such_a_row_are_told_by_their_order_where_all_are_known() -> None:
    twice = row(cell("乙", width=3000), cell("≥9", width=2000), cell("≥9", width=4000))
    source = whole(para("自评表") + table(*RAGGED, twice))
    form = dossier(source, "表.docx", finding("缺。", at("表1R3C3", "≥9")), fields={"/a": at("表1R3C2", "≥9")})
    document = parts_of(annotate(source, "表.docx", [form]))["word/document.xml"].decode()
    assert document.index("≥9") < document.index("commentRangeStart") < document.rindex("≥9")


def test_a_place_that_cannot_be_told_is_named_at_the_title() -> None:
    twice = row(cell("乙", width=3000), cell("≥9", width=2000), cell("≥9", width=4000))
    source = whole(para("自评表") + table(*RAGGED, twice))
    form = dossier(source, "表.docx", finding("缺。", at("表1R3C3", "≥9")), fields={"/title": Anchor(line=1, text="自评表")})
    copy = annotated_copy(source, "表.docx", [form])
    assert comments_of(copy.content) == [("【错误】缺。位置：第 1 个表第 3 行“≥9”。建议：请补。依据：某办法第三条。", "自评表")]
    assert copy.displaced == 1


@pytest.mark.parametrize(
    "anchor", [at("表1R1C1", "不是这些字"), at("表9R1C1", "甲"), at("表1R9C1", "甲"), Anchor(line=40, text="没有"), Anchor(page=1)]
)
def test_a_place_that_does_not_agree_with_the_file_is_never_taken(anchor: Anchor) -> None:
    source = whole(para("自评表") + table(row("甲", "乙")))
    form = dossier(source, "表.docx", finding("缺。", anchor))
    assert [text for _, text in comments_of(annotate(source, "表.docx", [form]))] == ["自评表"]


BOX = f"<w:p><w:r><w:pict><v:textbox><w:txbxContent>{para('框里的字')}{table(row('框内表', 'x'))}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"


def test_a_text_box_can_hold_no_comment() -> None:
    source = whole(para("自评表") + BOX + table(row("甲", "乙")) + para("末段"))
    found = marked(source, Anchor(line=2, text="框里的字"), at("表1R1C1", "框内表"), at("表2R1C2", "乙"), Anchor(line=3, text="末段"))
    assert [text for _, text in found] == ["自评表", "乙", "末段"]
    assert "位置：第 2 段“框里的字”。" in found[0][0]
    assert "位置：第 1 个表第 1 行“框内表”。" in found[0][0]


HEADER = f"<w:hdr {NAMES}>{para('页眉')}{para('第二行')}</w:hdr>"
LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="h" Target="header1.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"/></Relationships>'
)


def test_lines_behind_a_page_header_are_counted_from_what_is_known_of_them() -> None:
    body = para("自评表") + para("同样") + para("同样") + '<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>'
    source = whole(body, header1_xml=HEADER, _rels__document_xml_rels=LINK)
    again = Anchor(line=5, text="同样")
    known = dossier(source, "表.docx", finding("缺。", again), fields={"/title": Anchor(line=3, text="自评表")})
    document = parts_of(annotate(source, "表.docx", [known]))["word/document.xml"].decode()
    assert document.index("同样") < document.index("commentRangeStart") < document.rindex("同样")
    unknown = dossier(source, "表.docx", finding("缺。", again), finding("眉。", Anchor(line=1, text="页眉")))
    assert [text for _, text in comments_of(annotate(source, "表.docx", [unknown]))] == ["自评表"]


def test_files_that_cannot_be_written_into() -> None:
    source = whole(para("自评表"))
    for document in (f"<w:document {NAMES}/>", f"<w:document {NAMES}><w:body/></w:document>", "<document><body><p/></body></document>"):
        broken = repacked(source, {"word/document.xml": document.encode()})
        form = dossier(source, "表.docx", finding("缺。", None))
        same = type(form)(None, type(form.document)("表.docx", _digest(broken), "docx"), form.evaluation, findings=form.findings)
        with pytest.raises(NotAnnotatableError, match="找不到正文"):
            annotate(broken, "表.docx", [same])


def _digest(source: bytes) -> str:
    import hashlib  # noqa: PLC0415 - only here

    return hashlib.sha256(source).hexdigest()
