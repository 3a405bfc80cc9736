"""What the comments say: the finding, what to do, on what authority; worst first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier
from jiheng.domain.finding import SEVERITY_ORDER, Finding
from jiheng.exporters.paper import Note, numbered_notes

AUTHOR = "绩衡"
_TABLE_CELL = re.compile(r"^表(\d+)R(\d+)C\d+$")
_LONGEST_QUOTE = 20


class Remark(NamedTuple):
    """One finding of a form: the anchor it speaks of (None for the whole form), and its note."""

    anchor: Anchor | None
    note: Note


class Written(NamedTuple):
    """A remark where it is written; ``displaced`` says that it stands elsewhere than at its own cell, since that cannot be told or marked."""

    remark: Remark
    displaced: bool


def remarks(dossier: Dossier) -> tuple[Remark, ...]:
    """The form's findings, worst first, each with its place: its own, else that of the field it is about."""
    return tuple(Remark(_anchor(finding, dossier), note) for finding, note in numbered_notes(dossier.findings))


def _anchor(finding: Finding, dossier: Dossier) -> Anchor | None:
    if finding.anchor is not None:
        return finding.anchor
    reading = dossier.fields.get(finding.subject) if finding.subject else None
    return reading.anchor if reading is not None else None


def worst_first(written: Iterable[Written]) -> list[Written]:
    """The remarks of one cell in the order in which they are read; those of the first form first where they are equally bad."""
    return sorted(written, key=lambda one: SEVERITY_ORDER[one.remark.note.severity])


def sentence(one: Written) -> str:
    """The comment on one finding, as one paragraph: 【错误】…建议：…依据：…"""
    note = one.remark.note
    anchor = one.remark.anchor
    named = one.displaced or anchor is None
    where = _where(anchor) if one.displaced and anchor is not None else ""
    parts = (
        f"【{note.label}】{note.what if named else note.beside}",
        where,
        note.todo and f"建议：{note.todo}",
        note.authority and f"依据：{note.authority}。",
    )
    return "".join(part for part in parts if part)


def _where(anchor: Anchor) -> str:
    """The place in words, for a comment that stands elsewhere."""
    cell = _TABLE_CELL.match(anchor.cell or "")
    if cell is not None:
        place = f"第 {cell[1]} 个表第 {cell[2]} 行"
    elif anchor.sheet is not None:
        place = f"工作表“{anchor.sheet}”{anchor.cell or ''}"
    else:
        place = f"第 {anchor.line} 段" if anchor.line is not None else ""
    text = anchor.text if len(anchor.text) <= _LONGEST_QUOTE else f"{anchor.text[:_LONGEST_QUOTE]}……"
    return f"位置：{place}{f'“{text}”' if text else ''}。" if place or text else ""


def paragraphs(written: Sequence[Written], most: int) -> list[str]:
    """The comment on a cell, a paragraph for each finding, worst first; what goes beyond ``most`` characters is only counted."""
    out: list[str] = []
    ordered = worst_first(written)
    for index, one in enumerate(ordered):
        text = sentence(one)
        if sum(map(len, out)) + len(text) > most:
            out.append(f"另有 {len(ordered) - index} 条意见放不下，请看审核报告。")
            break
        out.append(text)
    return out
