"""The rows of an indicator table: headings, indicators, fillers, the total; re-aligned by type where columns drifted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.document import Cell
from jiheng.domain.evaluation import Heading, Indicator, PrintedTotal
from jiheng.domain.gaps import is_mark
from jiheng.domain.value import Value
from jiheng.domain.valuetext import parse_parts, parse_value, tidy
from jiheng.domain.valuewords import ABSENT_TOKENS
from jiheng.importers.parse import fields
from jiheng.importers.parse.alignment import Aligned, align, judge_of
from jiheng.importers.parse.columns import ROLE_NAMES, Columns
from jiheng.importers.parse.criteria import adopt_fuller
from jiheng.importers.parse.glued import VALUE_ROLES, cuts, is_glued
from jiheng.importers.parse.points import points_of
from jiheng.importers.parse.sheet import Block, Sheet
from jiheng.importers.recognise.lines import Line, label_key, short_key, word_keys
from jiheng.rulebook.labels import Labels

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_POINTS = re.compile(r"[(（\[]?\s*(\d+(?:\.\d+)?)\s*分\s*[)）\]]?|[(（](\d+(?:\.\d+)?)[)）]$")
_PREFIX = re.compile(r"^(?:★+|指标\s*\d{1,2}\s*[:：.、]\s*|\d{1,2}[.、]\s*(?=[^\d]))+")
_FILLER = re.compile(r"^(?:指标\s*\d*\s*[:：.、]?)?[/.…—\-\s]*$")
_EVIDENCE_SPLIT = re.compile(r"[;；\n]|(?<=[\u4e00-\u9fff\d)）])\s+(?=[\u4e00-\u9fff\d【《])")
_LISTED = re.compile(r"^[一二三四五六七八九十]{1,2}[、.．]\s*")
_REMARK = re.compile(r"^(注|说明|备注)\s*[:：\d]")
_SCRAP = 3  # a side label cut by a page break leaves a character or two
_BLANK_TOKENS = ABSENT_TOKENS - {"无"}
_TICKS = {"优", "良", "中", "低", "差", "合格", "不合格"}
_FIELDS = {"score": "stated_score", "operator": "target", "unit": "target"}
_TOTALS = (("level1_weight", "一级权重合计"), ("level2_weight", "二级权重合计"), ("weight", "三级权重合计"))


@lru_cache(maxsize=4096)
def is_plain(first: str, labels: Labels) -> bool:
    """Whether a line of several cells that begins with this text can be nothing but a row: no total, remark, header field or report section."""
    if label_key(first) in word_keys(labels, "remarks") or _is_total(first, labels):
        return False
    return not fields.is_labelled(first, labels) and not fields.opens_section(first, labels)


def is_caption(sheet: Sheet, line: Line) -> bool:
    """The table's caption printed again as a row of its own."""
    return len(line.texts) == 1 and len(line.texts[0]) < 40 and any(word in line.texts[0] for word in sheet.labels.words["titles"])


def remark(sheet: Sheet, line: Line) -> bool:
    """A labelled remark between the rows and the total, such as 其他需要说明事项: kept as a note, never an indicator."""
    if line.key not in word_keys(sheet.labels, "remarks"):
        return False
    sheet.notes.extend(cell.text for cell in line.filled[1:] if tidy(cell.text) not in ABSENT_TOKENS)
    return True


def ends_table(sheet: Sheet, line: Line) -> bool:
    """A remark below the table (注：…, 说明：…), a long text in one cell, or the label of a header field (填表人, 项目名称 of the next form)."""
    if fields.is_labelled(line.texts[0], sheet.labels):
        return True
    text = line.texts[0]
    if len(line.texts) == 1 and (len(text) > 60 or line.table < 0 or _REMARK.match(text)):
        sheet.notes.append(text)
        return True
    return False


def header_printed_again(sheet: Sheet) -> None:
    """From here on a heading with the name of the current level-1 block is the same block."""
    sheet.after_table = bool(sheet.blocks)


def total(sheet: Sheet, line: Line) -> bool:
    """The total line; a uniform shift of its figures is put back and recorded."""
    if sheet.table is None or not _is_total(line.texts[0], sheet.labels):
        return False
    label = line.filled[0]
    figures = [cell for cell in line.filled[1:] if _NUMBER.fullmatch(tidy(cell.text).removesuffix("分"))]
    word = next((cell for cell in line.filled[1:] if tidy(cell.text) in _TICKS), None)
    places, shift = _places(sheet, figures)
    if word is not None:
        sheet.grade = tidy(word.text)
    for role, cell in places.items():
        number = Decimal(tidy(cell.text).removesuffix("分"))
        if role == "score":
            sheet.total_score = number
            sheet.note("/stated_totals/score", cell)
            continue
        if role == "weight":
            sheet.total_weight = number
            sheet.note("/stated_totals/weight", cell)
        sheet.printed_totals.append(PrintedTotal(dict(_TOTALS)[role], number, cell.anchor))
    if shift:
        before = " · ".join(f"c{cell.column + 1} {cell.text}" for cell in figures)
        after = " · ".join(f"c{cell.column + 1 - shift} {cell.text}" for cell in figures)
        sheet.repair("layout.columns-shifted", "", before=before, after=after, note=f"合计行整体错 {shift} 列，已归位", anchor=label.anchor)
    return True


def _is_total(text: str, labels: Labels) -> bool:
    bare = _LISTED.sub("", text)
    return not word_keys(labels, "totals").isdisjoint({label_key(bare), short_key(bare)})


def _places(sheet: Sheet, figures: list[Cell]) -> tuple[dict[str, Cell], int]:
    at = sheet.table.at if sheet.table is not None else {}
    wanted = {column: role for role, column in at.items() if role in {"level1_weight", "level2_weight", "weight", "score"}}
    for shift in (0, *(s for step in range(1, 6) for s in (step, -step))):
        if figures and sheet.table is not None and not sheet.table.packed and all(cell.column - shift in wanted for cell in figures):
            return {wanted[cell.column - shift]: cell for cell in figures}, shift
    roles = [role for role in ("weight", "score") if role in at]
    if len(figures) >= 2 and "weight" in at:
        return {"weight": figures[0], "score": figures[1]}, 0
    if len(figures) == 1 and roles:
        return {"score" if "weight" not in at or figures[0].text != "100" else "weight": figures[0]}, 0
    return {}, 0


def row(sheet: Sheet, line: Line) -> bool:
    """One row of the table: headings first, then the indicator, a filler, or a bare heading."""
    if sheet.table is None:
        return False
    if _is_full_width_heading(sheet, sheet.table, line):
        _heading(sheet, {"level1": line.filled[0]}, 1)
        return True
    aligned, beside = _aligned(sheet, sheet.table, line)
    cells = aligned.cells
    if not cells:
        return bool(beside) and sheet.keep(beside)
    if beside:
        sheet.keep(beside)
    _unglue(sheet, sheet.table, cells)
    if aligned.spilled:
        sheet.notes += [cell.text for cell in aligned.spilled]
    if "level1" in cells:
        _heading(sheet, cells, 1)
    if "level2" in cells:
        _heading(sheet, cells, 2)
    name = cells.get("name")
    if (name is None or _FILLER.fullmatch(name.text)) and not _holds_a_value(cells):
        if name is not None:
            sheet.placeholders.append(name.anchor)
        return True
    _indicator(sheet, line, aligned)
    return True


def _holds_a_value(cells: dict[str, Cell]) -> bool:
    return any(role in cells and tidy(cells[role].text) not in ABSENT_TOKENS for role in VALUE_ROLES)


def _unglue(sheet: Sheet, table: Columns, cells: dict[str, Cell]) -> None:
    """Figures of all value columns in one cell: cut where one way alone fits; in a recognised picture, or where several do, asked."""
    if "target" in cells and "actual" in cells:
        return
    filled = [role for role in VALUE_ROLES if role in cells]
    if len(filled) != 1 or not is_glued(cells[filled[0]].text):
        return
    cell = cells.pop(filled[0])
    found = cuts(cell.text, [role for role in table.roles if role in VALUE_ROLES])
    after = ""
    if len(found) == 1 and cell.confidence == 1:
        cells.update({role: cell._replace(text=text) for role, text in found[0].items()})
        after = " · ".join(found[0].values())
    else:
        sheet.keep((cell,))
    note = "一格里连写了几栏的数字，按分值、单位与得分的关系拆开" if after else "一格里连写了几栏的数字，读法不止一种或来自图片，留待核对"
    sheet.repair("layout.glued-cells", f"/indicators/{len(sheet.indicators)}", before=cell.text, after=after, note=note, anchor=cell.anchor)


def _is_full_width_heading(sheet: Sheet, table: Columns, line: Line) -> bool:
    """一、产出指标（50分） alone on its line, in a table that has no column for level 1."""
    return "level1" not in table.at and len(line.filled) == 1 and judge_of(sheet.labels).is_level(line.filled[0].text)


def _aligned(sheet: Sheet, table: Columns, line: Line) -> tuple[Aligned, tuple[Cell, ...]]:
    """The row by meaning, and the cells of the label column beside the table.

    Those are no part of the row if the rest stands straight, unless they name a level that the rest does not (a row that drifted left).
    """
    beside = table.beside(line.filled)
    row = line.cells if table.packed else line.filled
    if beside:
        rest = align([cell for cell in row if cell not in beside], table, sheet.labels)
        is_level = judge_of(sheet.labels).is_level
        named = "level1" in rest.cells and is_level(rest.cells["level1"].text)
        tells = any(role in rest.cells for role in ("name", "target", "actual", "score", "weight"))
        if not tells and any(table.is_left(cell) for cell in beside) and not all(is_level(cell.text) for cell in rest.cells.values()):
            return align(row, table, sheet.labels), ()
        alone = not rest.cells and any(len(cell.text) > _SCRAP and table.is_left(cell) for cell in beside)
        if not (rest.moved or rest.spilled or alone) and (named or not any(is_level(cell.text) for cell in beside)):
            return rest, beside
    return align(row, table, sheet.labels), ()


def _heading(sheet: Sheet, cells: dict[str, Cell], level: int) -> None:
    cell = cells[f"level{level}"]
    if tidy(cell.text) in ABSENT_TOKENS:
        return
    weight = cells.get(f"level{level}_weight")
    printed = tidy(weight.text) if weight is not None else ""
    number = Decimal(printed) if _NUMBER.fullmatch(printed) else _points_in(cell.text)
    parent = sheet.level1 if level == 2 else None
    block = Block(level, cell.text.strip(), number, printed if printed and number is None else None, cell.anchor, parent)
    earlier = sheet.level1 if level == 1 else None
    if earlier is not None and sheet.after_table and label_key(earlier.name) == label_key(block.name):
        block.repeats = True
        block.rows = earlier.rows
        before = f"{block.name} {printed}".strip()
        sheet.repair("duplicate.block", "", before=f"{before}（换页后又印一次）", after=before, note=f"“{block.name}”因换页重复", anchor=cell.anchor)
    sheet.after_table = False if level == 1 else sheet.after_table
    sheet.under(block)


@lru_cache(maxsize=4096)
def _points_in(heading: str) -> Decimal | None:
    """The points that a heading prints after its name: 产出指标（50分）."""
    points = _POINTS.search(heading)
    return Decimal(points.group(1) or points.group(2)) if points else None


def _indicator(sheet: Sheet, line: Line, aligned: Aligned) -> None:
    cells, index = aligned.cells, len(sheet.indicators)
    subject = f"/indicators/{index}"
    level1, level2 = sheet.level1, sheet.level2
    for block in (level1, level2):
        if block is not None:
            block.rows.append(index)
    indicator = Indicator(
        level1=level1.name if level1 else None,
        level2=level2.name if level2 else None,
        name=_name(cells.get("name")),
        target=_target(sheet, cells, index),
        actual=_value(cells.get("actual")),
        weight=points_of(cells.get("weight")),
        stated_score=points_of(cells.get("score")),
        reason=_text(cells.get("reason")),
        criteria=_text(cells.get("criteria")),
        evidence=_evidence(cells.get("evidence")),
    )
    sheet.indicators.append(indicator)
    if "name" in cells and cells["name"].text.lstrip().startswith("★"):
        sheet.starred.add(index)
    pointers = _pointers(index)
    for role, cell in cells.items():
        if role in pointers:
            sheet.note(pointers[role], cell)
    if aligned.moved:
        before = "；".join(f"c{cell.column + 1} {cell.text[:16]}" for _, cell in aligned.moved)
        after = "；".join(f"{ROLE_NAMES[role]} {cell.text[:16]}" for role, cell in aligned.moved)
        sheet.repair("layout.columns-shifted", subject, before=before, after=after, note="错列的单元格按内容归位", anchor=line.filled[0].anchor)


@lru_cache(maxsize=1024)
def _pointers(index: int) -> dict[str, str]:
    """Meaning → JSON pointer of the field that a row's cell is: every form has the same ones. The points of headings are no field."""
    return {role: f"/indicators/{index}/{_FIELDS.get(role, role)}" for role in ROLE_NAMES if not role.endswith("_weight")}


def _target(sheet: Sheet, cells: dict[str, Cell], index: int) -> Value:
    operator, unit = cells.get("operator"), cells.get("unit")
    if unit is not None and unit.text:
        sheet.unit_column.append((index, tidy(unit.text)))
    if operator is None and unit is None:
        return _value(cells.get("target"))
    target = cells.get("target")
    return parse_parts(operator.text if operator else None, target.text if target else None, unit.text if unit else None)


def _value(cell: Cell | None) -> Value:
    return parse_value(cell.text or None, number_format=cell.number_format) if cell is not None else parse_value(None)


def _name(cell: Cell | None) -> str | None:
    if cell is None:
        return None
    prefix = _PREFIX.match(cell.text)
    return (cell.text[prefix.end() :].strip() if prefix else cell.text.strip()) or cell.text


def _text(cell: Cell | None) -> str | None:
    return cell.text if cell is not None and cell.text and tidy(cell.text) not in _BLANK_TOKENS else None


def _evidence(cell: Cell | None) -> tuple[str, ...]:
    text = _text(cell)
    if text is None or text == "无":
        return ()
    if ";" not in text and "；" not in text and len(text.split(None, 1)) == 1:
        return (text,)
    parts = [part.strip() for part in _EVIDENCE_SPLIT.split(text) if part.strip()]
    return tuple(parts) if all(len(part) >= 6 for part in parts) else (text,)


def headings(blocks: list[Block]) -> Iterator[Heading]:
    """The blocks as headings, in reading order."""
    for block in blocks:
        yield Heading(
            block.level,
            block.name,
            block.points,
            block.rule,
            tuple(block.rows),
            block.anchor,
            block.parent.name if block.parent else None,
            block.repeats,
        )


def families(sheet: Sheet) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each parent row that carries the points, with the rows below that only break it down: 其中…, rows under a ★, rows below one without values."""
    divided = {id(block.parent) for block in sheet.blocks if block.level == 2}
    for block in sheet.blocks:
        if block.repeats:
            continue
        parent: int | None = None
        children: list[int] = []
        for index in [*block.rows, None] if block.level == 2 or id(block) not in divided else ():
            row = sheet.indicators[index] if index is not None else None
            if row is not None and parent is not None and index == parent + len(children) + 1 and _is_part(sheet, index, parent, children):
                children.append(index)
                continue
            if parent is not None and children:
                yield parent, tuple(children)
            parent, children = index, []


def _is_part(sheet: Sheet, index: int, parent: int, children: list[int]) -> bool:
    row, above = sheet.indicators[index], sheet.indicators[parent]
    if row.weight is not None or row.stated_score is not None or (above.weight is None and above.stated_score is None):
        return False
    named = (row.name or "").startswith("其中") or bool(children)
    starred = parent in sheet.starred and index not in sheet.starred
    return named or starred or (above.target.kind == "absent" and above.actual.kind == "absent")


def group_scores(sheet: Sheet, parents: Iterable[tuple[int, tuple[int, ...]]]) -> Iterator[tuple[int, int]]:
    """Runs of rows below a score that print none themselves, inside one level-2 heading; the parts of a parent row are no such run."""
    parts = {child for _, children in parents for child in children}
    for block in sheet.blocks:
        if block.level != 2 or block.repeats:
            continue
        start: int | None = None
        for index in [*[row for row in block.rows if row not in parts], None]:
            scored = index is None or sheet.indicators[index].stated_score is not None or _waits(sheet, index)
            if scored:
                if start is not None and index != start + 1 and (last := (index or block.rows[-1] + 1) - 1) > start and not {start + 1, last} & parts:
                    yield start, last
                start = index
    return


def _waits(sheet: Sheet, index: int) -> bool:
    """Whether the score cell holds the mark of a gap: its own score is still to come."""
    cell = sheet.cells.get(f"/indicators/{index}/stated_score")
    return cell is not None and is_mark(cell.text)


def finish(sheet: Sheet) -> None:
    """What can only be settled when the whole table is read: the fuller copy of a truncated criteria text."""
    texts = [(index, indicator.criteria) for index, indicator in enumerate(sheet.indicators) if indicator.criteria]
    for index, before, after in adopt_fuller([(i, t) for i, t in texts if t]):
        sheet.indicators[index] = replace(sheet.indicators[index], criteria=after)
        anchor = sheet.cells[f"/indicators/{index}/criteria"].anchor
        sheet.repair("criteria.truncated", "", before=before, after=after, note="评分标准文字不全，采用表中更全的一处", anchor=anchor)
