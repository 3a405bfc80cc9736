"""Document to Drafts: how many forms a file holds, which lines belong to each, which known layout each has. Knows no file format."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from jiheng.domain.document import Document
from jiheng.importers.recognise.lines import Line, label_key, lines_of
from jiheng.rulebook.labels import Labels, Template

GENERAL = Template("general", "project", ())


@dataclass(frozen=True, slots=True)
class Draft:
    """One form, found but not yet typed: its lines in reading order, its layout, and the lexicon it was found by."""

    template: Template
    lines: tuple[Line, ...]
    labels: Labels
    name: str
    format: str
    forms_in_file: int


def recognise(document: Document, labels: Labels) -> tuple[Draft, ...]:
    """At least one draft; a file of several forms gives one each, split where a title or 项目名称 is printed again."""
    parts = _split(lines_of(document), labels)
    return tuple(Draft(_template(lines, labels), lines, labels, document.name, document.format, len(parts)) for lines in parts)


def _split(lines: tuple[Line, ...], labels: Labels) -> list[tuple[Line, ...]]:
    """Cut before the title that precedes each further 项目名称."""
    names = {label_key(label) for label in labels.fields.get("/project_name", ())[:8]}
    starts = [i for i, line in enumerate(lines) if line.cells and any(label_key(cell.text) in names for cell in line.cells[:2])]
    cuts = []
    for earlier, start in itertools.pairwise(starts):
        title = next((i for i in range(start - 1, earlier, -1) if _is_title(lines[i], labels)), None)
        if title is not None:
            cuts.append(title)
    bounds = [0, *cuts, len(lines)]
    return [lines[low:high] for low, high in itertools.pairwise(bounds)]


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
