"""Document to Drafts: how many forms a file holds, which lines belong to each, which known layout each has. Knows no file format."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from jiheng.domain.document import Document
from jiheng.importers.recognise.flattened import rebuilt
from jiheng.importers.recognise.lines import Line, field_keys, label_key, lexicon, lines_of, word_keys
from jiheng.importers.recognise.prose import rebuilt_from_prose
from jiheng.rulebook.labels import Labels, Template

_FORM = "自评表"
_BETWEEN = "\0"
_HEAD = 3  # lines between a second title and its table
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
    document = rebuilt_from_prose(rebuilt(document, labels), labels)
    front, parts = _without_front(_split(lines_of(document), labels), labels)
    first = (Draft(_template(lines, labels), lines, labels, document.name, document.format, len(parts), front) for lines in parts[:1])
    rest = (Draft(_template(lines, labels), lines, labels, document.name, document.format, len(parts)) for lines in parts[1:])
    return (*first, *rest)


def _without_front(parts: list[tuple[Line, ...]], labels: Labels) -> tuple[tuple[Line, ...], list[tuple[Line, ...]]]:
    """A first part with neither a level column nor a label with its value in front is no form when others follow."""
    if len(parts) < 2:
        return (), parts
    roles = lexicon(labels, "columns")
    known = {role for line in parts[0] for text in line.texts if (role := roles.meaning(text)) is not None}
    is_form = not known.isdisjoint({"level1", "level2", "name", "target", "actual"})
    return ((), parts) if is_form else (parts[0], parts[1:])


def _split(lines: tuple[Line, ...], labels: Labels) -> list[tuple[Line, ...]]:
    """Cut where a form begins after another one's rows: at the title above its 项目名称 (or 部门名称), at its table, at a second title."""
    cuts: list[int] = []
    scan = _Scan(labels)
    for index, line in enumerate(lines):
        if line.filled and scan.begins_another(index, line):
            cuts.append(scan.title if scan.title is not None else _table_start(lines, index))
            scan.start_over()
        if line.filled:
            scan.take(index, line)
    bounds = [0, *cuts, len(lines)]
    return [lines[low:high] for low, high in itertools.pairwise(bounds) if high > low]


class _Scan:
    """What has been seen of the form that is being read, to tell where the next one begins."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.roles, self.totals = lexicon(labels, "columns"), word_keys(labels, "totals")
        self.projects = field_keys(labels, "/project_name")
        self.names = self.projects | field_keys(labels, "/implementing_unit")
        self.first_title: str | None = None
        self.title: int | None = None
        self.title_text = ""
        self.start_over()

    def start_over(self) -> None:
        """A form begins here."""
        self.first_title = self.title_text if self.title is not None else None
        self.title, self.body, self.total, self.project, self.sheet = None, False, False, False, ""

    def begins_another(self, index: int, line: Line) -> bool:
        """Whether this line is the first of a further form, its title aside."""
        if line.key in self.names and _holds_a_value(line):
            is_project = line.key in self.projects
            return (self.body and self.title is not None) or (is_project and self.project and (self.body or self.title is not None))
        if self.title is None or not self.body or index - self.title > _HEAD or not self._is_head(line):
            return False
        other = self.first_title is not None and _FORM in self.title_text and label_key(self.title_text) != label_key(self.first_title)
        return self.total or other or (line.filled[0].anchor.sheet or "") != self.sheet

    def take(self, index: int, line: Line) -> None:
        """Remember what the line tells."""
        if _is_title(line, self.labels):
            self.title, self.title_text = index, line.texts[0]
            self.first_title = self.first_title or (self.title_text if _FORM in self.title_text else None)
        if line.key in self.names and _holds_a_value(line):
            self.title, self.project = None, self.project or line.key in self.projects
        self.total = self.total or line.key in self.totals
        sheet = line.filled[0].anchor.sheet or ""
        if not (self.body and self.sheet == sheet) and (self.total or self._is_head(line)):
            self.body, self.sheet = True, sheet

    def _is_head(self, line: Line) -> bool:
        return len(line.texts) >= 3 and sum(role is not None for role in map(self.roles.meaning, line.texts)) >= 3


def _holds_a_value(line: Line) -> bool:
    """Whether a label has room for its value beside it: never a paragraph of its own."""
    return len(line.texts) > 1 or line.table >= 0


def _table_start(lines: tuple[Line, ...], index: int) -> int:
    """The first line of the table a line stands in, else the line itself."""
    start = index
    while lines[index].table >= 0 and start > 0 and lines[start - 1].table == lines[index].table:
        start -= 1
    return start


def _is_title(line: Line, labels: Labels) -> bool:
    return len(line.texts) == 1 and len(line.texts[0]) < 60 and any(word in line.texts[0] for word in labels.words["titles"])


def _template(lines: tuple[Line, ...], labels: Labels) -> Template:
    printed = set(map(label_key, {text for line in lines for text in line.texts if len(text) < 60}))
    bare = _BETWEEN.join(["", *printed, ""])  # one text to look into, since a template may have many labels

    def stands(label: str) -> bool:
        return f"{_BETWEEN}{label}" in bare

    return next((t for t in labels.templates if _fits(t, stands)), GENERAL)


def _fits(template: Template, stands: Callable[[str], bool]) -> bool:
    return (
        all(stands(label) for label in template.all_of)
        and (not template.any_of or any(stands(label) for label in template.any_of))
        and not any(stands(label) for label in template.none_of)
    )


__all__ = ["Draft", "recognise"]
