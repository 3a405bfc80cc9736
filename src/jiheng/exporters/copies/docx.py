"""Comments in the margin of a Word file; nothing else of it changes."""

from __future__ import annotations

from collections.abc import Sequence

from jiheng.domain.dossier import Dossier
from jiheng.errors import NotAnnotatableError
from jiheng.exporters.copies.markup import Element, Insertion, appended, escaped
from jiheng.exporters.copies.package import Package
from jiheng.exporters.copies.parts import Parts
from jiheng.exporters.copies.word_places import Places
from jiheng.exporters.copies.word_tables import WORD, laid_out, telling
from jiheng.exporters.copies.wording import AUTHOR, Written, paragraphs, remarks

_USUAL, _STRICT = WORD
_OWN = "jh"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_MOST = 100_000
_NO_BODY = "Word 文件里找不到正文，不能加批注。请用 Word 或 WPS 打开、另存为 docx 后再试。"


def annotated(source: bytes, dossiers: Sequence[Dossier]) -> tuple[bytes, list[list[Written]]]:
    """The file with a comment at each place that findings speak of, and what each comment holds.

    Raises:
        NotAnnotatableError: the file cannot be written into.
    """
    parts = Parts(Package(source))
    main = _main_part(parts)
    root = parts.root(main, telling)
    body = root.child("body")
    if body is None or root.space not in WORD:
        raise NotAnnotatableError(_NO_BODY)
    placed = _placed(root, body, dossiers)
    if not placed:
        return source, []
    comments = parts.related(main, "comments")
    number = _next_number(parts, root, comments)
    marks: list[Insertion] = []
    texts: list[tuple[int, list[str]]] = []
    ours = _ours(parts.root(comments)) if comments is not None else {}
    for paragraph, written in placed:
        said = paragraphs(written, _MOST)
        if said not in [ours.get(one.get("id") or "") for one in paragraph.walk() if one.name == "commentReference"]:
            marks += _mark(paragraph, number)
            texts.append((number, said))
            number += 1
    if texts:
        parts.insert(main, marks)
        _write_comments(parts, main, comments, texts, strict=root.space == _STRICT)
    return parts.written(), [written for _, written in placed]


def _main_part(parts: Parts) -> str:
    main = "word/document.xml" if "word/document.xml" in parts.names else parts.related("", "officeDocument")
    if main is None:
        raise NotAnnotatableError(_NO_BODY)
    return main


def _placed(root: Element, body: Element, dossiers: Sequence[Dossier]) -> list[tuple[Element, list[Written]]]:
    """Paragraphs with what is written at them, in the order of the document."""
    headers = any(element.name == "headerReference" for element in root.walk())
    known = [reading.anchor for dossier in dossiers for reading in dossier.fields.values()]
    known += [finding.anchor for dossier in dossiers for finding in dossier.findings if finding.anchor is not None]
    places = Places(laid_out(body, headers=headers), known)
    found: dict[int, tuple[Element, list[Written]]] = {}
    for dossier in dossiers:
        title = _title(dossier, places)
        for remark in remarks(dossier):
            own = places.paragraph(remark.anchor) if remark.anchor is not None else None
            paragraph = own or title
            if paragraph is None:
                raise NotAnnotatableError(_NO_BODY)
            written = Written(remark, displaced=own is None and remark.anchor is not None)
            found.setdefault(paragraph.start, (paragraph, []))[1].append(written)
    return [found[start] for start in sorted(found)]


def _title(dossier: Dossier, places: Places) -> Element | None:
    """The paragraph of the form's title, else the first one of its fields that can be told, else the first of the file."""
    title = dossier.fields.get("/title")
    own = places.paragraph(title.anchor) if title is not None else None
    if own is not None:
        return own
    told = [place for reading in dossier.fields.values() if (place := places.paragraph(reading.anchor)) is not None]
    return min(told, key=lambda place: place.start, default=None) or places.first()


def _next_number(parts: Parts, root: Element, comments: str | None) -> int:
    """One more than the greatest id of a comment in the file."""
    marks = [element for element in root.walk() if element.name == "commentReference"]
    marks += parts.root(comments).children if comments is not None else []
    numbers = [int(found) for mark in marks if (found := mark.get("id") or "").isdecimal() and len(found) < 10]
    return max(numbers, default=-1) + 1


def _ours(comments: Element) -> dict[str, list[str]]:
    """The comments of ours that are there, by id: a file is not told the same twice."""
    mine = [one for one in comments.children if one.get("author") == AUTHOR]
    return {one.get("id") or "": ["".join(t.text for t in p.walk() if t.name == "t") for p in one.children] for one in mine}


def _mark(paragraph: Element, number: int) -> list[Insertion]:
    """The range of a comment around a paragraph's content, and the reference behind it."""
    prefix = paragraph.prefix_of(paragraph.space)
    name = prefix or _OWN
    declared = "" if prefix else f' xmlns:{_OWN}="{paragraph.space}"'
    starts = f'<{name}:commentRangeStart{declared} {name}:id="{number}"/>'
    ends = f'<{name}:commentRangeEnd{declared} {name}:id="{number}"/><{name}:r{declared}><{name}:commentReference {name}:id="{number}"/></{name}:r>'
    if paragraph.empty:
        return appended(paragraph, starts + ends)
    properties = paragraph.child("pPr")
    return [Insertion(properties.end if properties is not None else paragraph.inside, starts), *appended(paragraph, ends)]


def _write_comments(parts: Parts, main: str, comments: str | None, texts: list[tuple[int, list[str]]], *, strict: bool) -> None:
    if comments is not None:
        root = parts.root(comments)
        prefix = root.prefix_of(*WORD)
        declared = "" if prefix else f' xmlns:{_OWN}="{root.space}"'
        parts.insert(comments, appended(root, "".join(_comment(number, text, prefix or _OWN, declared) for number, text in texts)))
        return
    folder = main.rpartition("/")[0]
    name = parts.free(f"{folder}/comments{{}}.xml") if f"{folder}/comments.xml" in parts else f"{folder}/comments.xml".lstrip("/")
    content = "".join(_comment(number, text, "w", "") for number, text in texts)
    parts.add(name, f'<w:comments xmlns:w="{_STRICT if strict else _USUAL}">{content}</w:comments>', _TYPE)
    parts.relate(main, "comments", name, strict=strict)


def _comment(number: int, texts: list[str], w: str, declared: str) -> str:
    """A comment; its paragraphs are set small and tight whatever the file's usual paragraph is."""
    spacing = f'<{w}:spacing {w}:before="0" {w}:after="0" {w}:line="240" {w}:lineRule="auto"/>'
    tight = f'<{w}:pPr>{spacing}<{w}:ind {w}:firstLineChars="0" {w}:firstLine="0"/></{w}:pPr>'
    small = f'<{w}:rPr><{w}:sz {w}:val="18"/><{w}:szCs {w}:val="18"/></{w}:rPr>'
    head, tail = f'<{w}:p>{tight}<{w}:r>{small}<{w}:t xml:space="preserve">', f"</{w}:t></{w}:r></{w}:p>"
    body = "".join(f"{head}{escaped(text)}{tail}" for text in texts)
    return f'<{w}:comment{declared} {w}:id="{number}" {w}:author="{AUTHOR}" {w}:initials="{AUTHOR}">{body}</{w}:comment>'
