"""Document to Drafts: how many forms a file holds, which lines belong to each, which known layout each has. Knows no file format."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from jiheng.domain.document import Document
from jiheng.importers.recognise.lines import Line, label_key, lexicon, lines_of, word_keys
from jiheng.rulebook.labels import Labels, Template

GENERAL = Template("general", "project", ())


@dataclass(frozen=True, slots=True)
class Draft:
    """One form, found but not yet typed: its lines in reading order, its layout, and the lexicon it was found by.

    ``front`` is what a file prints before its first form: a cover, a list of projects.
    """

    template: Template
    lines: tuple[Line, ...]
    labels: Labels
    name: str
    format: str
    forms_in_file: int
    front: tuple[Line, ...] = ()


def recognise(document: Document, labels: Labels) -> tuple[Draft, ...]:
    """At least one draft; a file of several forms gives one each, split where a title or 项目名称 is printed again."""
    front, parts = _without_front(_split(lines_of(document), labels), labels)
    first = (Draft(_template(lines, labels), lines, labels, document.name, document.format, len(parts), front) for lines in parts[:1])
    rest = (Draft(_template(lines, labels), lines, labels, document.name, document.format, len(parts)) for lines in parts[1:])
    return (*first, *rest)


def _without_front(parts: list[tuple[Line, ...]], labels: Labels) -> tuple[tuple[Line, ...], list[tuple[Line, ...]]]:
    """A first part with neither a level column nor a label with its value in front is no form when others follow."""
    if len(parts) < 2:
        return (), parts
    roles = lexicon(labels, "columns")
    known = {role for line in parts[0] for cell in line.filled if (role := roles.meaning(cell.text)) is not None}
    is_form = not known.isdisjoint({"level1", "level2", "name", "target", "actual"})
    return ((), parts) if is_form else (parts[0], parts[1:])


def _split(lines: tuple[Line, ...], labels: Labels) -> list[tuple[Line, ...]]:
    """Cut where a form begins after another one's rows: at the title above its 项目名称 (or 部门名称), else at the table that holds it."""
    names = frozenset(label_key(label) for pointer in ("/project_name", "/implementing_unit") for label in labels.fields.get(pointer, ()))
    projects = frozenset(label_key(label) for label in labels.fields.get("/project_name", ()))
    roles, totals = lexicon(labels, "columns"), word_keys(labels, "totals")
    cuts: list[int] = []
    body, title, project = False, None, False
    for index, line in enumerate(lines):
        if not line.filled:
            continue
        if _is_title(line, labels):
            title = index
        begins = line.keys[0] in names and (len(line.filled) > 1 or line.table >= 0)
        is_project = begins and line.keys[0] in projects
        if begins and ((body and title is not None) or (is_project and project and (body or title is not None))):
            cuts.append(title if title is not None else _table_start(lines, index))
            body, project = False, False
        if begins:
            title, project = None, project or is_project
        body = body or line.keys[0] in totals or sum(roles.meaning(cell.text) is not None for cell in line.filled) >= 3
    bounds = [0, *cuts, len(lines)]
    return [lines[low:high] for low, high in itertools.pairwise(bounds) if high > low]


def _table_start(lines: tuple[Line, ...], index: int) -> int:
    """The first line of the table a line stands in, else the line itself."""
    start = index
    while lines[index].table >= 0 and start > 0 and lines[start - 1].table == lines[index].table:
        start -= 1
    return start


def _is_title(line: Line, labels: Labels) -> bool:
    return len(line.filled) == 1 and len(line.filled[0].text) < 60 and any(word in line.filled[0].text for word in labels.words["titles"])


def _template(lines: tuple[Line, ...], labels: Labels) -> Template:
    printed = {label_key(cell.text) for line in lines for cell in line.cells if 0 < len(cell.text) < 60}
    bare = printed | {key.rstrip("ABab") for key in printed}

    def stands(label: str) -> bool:
        return label in bare or any(key.startswith(label) for key in bare)

    return next((t for t in labels.templates if _fits(t, stands)), GENERAL)


def _fits(template: Template, stands: Callable[[str], bool]) -> bool:
    return (
        all(stands(label) for label in template.all_of)
        and (not template.any_of or any(stands(label) for label in template.any_of))
        and not any(stands(label) for label in template.none_of)
    )


__all__ = ["Draft", "recognise"]
