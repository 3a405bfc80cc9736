"""Header fields, title, money unit, narrative: label and value, beside or below each other, or in one line after a colon."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.document import Cell
from jiheng.domain.value import MoneyUnit
from jiheng.domain.valuewords import ABSENT_TOKENS
from jiheng.importers.parse.sheet import Sheet
from jiheng.importers.recognise.lines import Line, label_key, lexicon, word_keys
from jiheng.rulebook.labels import Labels

_COLON = re.compile(r"^(.{2,24}?)\s*[:：]\s*(.*)$", re.DOTALL)
_SECTION = re.compile(r"^[(（]?[一二三四五六七八九十]{1,2}[)）]?\s*[、.．]?\s*(.{2,20}?)\s*[:：]\s*(.*)$", re.DOTALL)
_LONGEST_INSTRUCTION = 20
_LONGEST_HEADING = 24
_NUMBERING = re.compile(r"^[一二三四五六七八九十]+[、.]")
_HEADED = re.compile(r"^[一二三四五六七八九十]{1,2}\s*[、.．]")
_SPACED = re.compile(r"^([\u4e00-\u9fff]{2,8})\s+(\S.*)$", re.DOTALL)
_YEAR_LINE = re.compile(r"[(（]?\s*(?:19|20)\d\d\s*年?度?\s*(?:[,，;；]\s*(?:金额)?单位[:：]?\s*万?元)?\s*[)）]?")
_UNIT = re.compile(r"[(（]\s*(?:单位[:：]?)?\s*(万元|元)\s*[)）]|单位[:：]\s*(万元|元)")
_NEXT_LABEL = re.compile(r"(?:\s+|(?<=[□☑■√☒]))[\u4e00-\u9fff]{2,8}(?:[（(][^（()）]{1,6}[)）])?\s*[:：]")
_PAGE_NUMBER = re.compile(r"第\s*\d{1,4}\s*页(?:\s*[，,/]?\s*共\s*\d{1,4}\s*页)?|[-—–]{1,2}\s*\d{1,4}\s*[-—–]{1,2}|\d{1,3}(?:\s*/\s*\d{1,3})?")
_TABLE_MARK = re.compile(r"(?:^|\s+)(?:公开|附)\s*\d{0,3}\s*[表件]\s*\d{0,3}$")
_POINTS = re.compile(r"\d{1,3}(?:\.\d+)?分?")


def _colon(text: str) -> re.Match[str] | None:
    """A label and what follows its colon; most cells have none, and need no search for it."""
    return _COLON.match(text) if ":" in text or "：" in text else None


def money_unit_of(lines: tuple[Line, ...]) -> MoneyUnit | None:
    """元 or 万元 as the labels print it; amounts' own labels first."""
    for line in lines:
        for text in line.texts:
            match = _UNIT.search(text) if "元" in text and len(text) < 80 else None
            if match:
                return "万元" if "万元" in match.group() else "元"
    return None


def is_page_number(line: Line) -> bool:
    """The number of the page between two parts of a table: 第 1 页，共 2 页, — 3 —, 2/5. It ends nothing."""
    return line.table < 0 and len(line.texts) == 1 and _PAGE_NUMBER.fullmatch(line.texts[0]) is not None


def title(sheet: Sheet, line: Line) -> bool:
    """A line that is the form's title or stands alone above the table; remembered for year and place."""
    if len(line.texts) != 1 or sheet.blocks:
        return False
    cell = line.filled[0]
    if len(cell.text) > 60:
        return False
    if any(word in cell.text for word in sheet.labels.words["titles"]) and ":" not in cell.text and "：" not in cell.text:
        if "/title" not in sheet.values or "/project_name" not in sheet.values:
            sheet.values["/title"] = cell.text
            sheet.cells["/title"] = cell
        sheet.year_texts.append(cell.text)
        return True
    if _YEAR_LINE.fullmatch(cell.text):
        sheet.year_texts.append(cell.text)
        return True
    return False


def pairs(sheet: Sheet, line: Line) -> bool:
    """Every label of the line with the cell right of it; a label with a colon in a line of its own with what follows it. False where none is."""
    cells = line.cells
    if line.table < 0:
        sheet.outside.append(line.filled[0].text)
        read = [_colon_pair(sheet, part, line.filled[0]) for part in _inner_pairs(line.filled[0].text)]
        return any(read)
    found = False
    for position, cell in enumerate(cells):
        if not cell.text:
            continue
        pointer = sheet.field_labels.meaning(cell.text)
        if pointer is None and len(line.filled) == 1:
            read = [_colon_pair(sheet, part, cell) for part in _inner_pairs(cell.text)]
            found = any(read) or found
            continue
        if pointer is None:
            found = _colon_pair(sheet, cell.text, cell) or _head_total(sheet, cell, cells[position + 1 :]) or found
            continue
        found = True
        sheet.labelled.add(pointer)
        follower = next((other for other in cells[position + 1 :] if other.text), cells[position + 1] if position + 1 < len(cells) else None)
        if follower is not None and not is_labelled(follower.text, sheet.labels):
            _take(sheet, pointer, follower.text, follower)
    return found


def _head_total(sheet: Sheet, label: Cell, right: tuple[Cell, ...]) -> bool:
    """自评得分 · 99 in the head of a form: the stated total."""
    if lexicon(sheet.labels, "columns").meaning(label.text) != "score":
        return False
    value = next((cell for cell in right if cell.text), None)
    if value is None or not _POINTS.fullmatch(value.text):
        return False
    sheet.total_score = Decimal(value.text.removesuffix("分"))
    sheet.note("/stated_totals/score", value)
    return True


def _inner_pairs(text: str) -> list[str]:
    """The label：value pairs of one line: 填表人：某某 联系电话：0000000."""
    starts = [0, *(match.start() for match in _NEXT_LABEL.finditer(text))]
    return [text[start:end].strip() for start, end in itertools.pairwise([*starts, len(text)])]


def is_labelled(text: str, labels: Labels) -> bool:
    """Whether a text is the label of a header field, alone or with its value after a colon."""
    meaning = lexicon(labels, "fields").meaning
    if meaning(text) is not None:
        return True
    match = _colon(text)
    return match is not None and meaning(match.group(1)) is not None


def _colon_pair(sheet: Sheet, text: str, cell: Cell) -> bool:
    match = _colon(text) or _SPACED.match(text)
    if match is None:
        return False
    pointer = sheet.field_labels.meaning(match.group(1))
    if pointer is None:
        return False
    sheet.labelled.add(pointer)
    _take(sheet, pointer, _NEXT_LABEL.split(match.group(2))[0], cell)
    if sheet.cells.get(pointer) is cell and pointer in sheet.values:
        sheet.provisional.add(pointer)
    return True


def _take(sheet: Sheet, pointer: str, text: str, cell: Cell) -> None:
    value = _TABLE_MARK.sub("", text.strip())
    if pointer == "/goal/achieved":
        answer = value.replace(" ", "")
        sheet.achieved = True if answer in {"是", "是☑", "☑是", "√是", "是√"} else False if answer in {"否", "否☑", "☑否"} else None
    if pointer == "/money_unit" or not value or value in ABSENT_TOKENS:
        sheet.cells.setdefault(pointer, cell)
        return
    if pointer not in sheet.values or pointer in sheet.provisional:
        sheet.provisional.discard(pointer)
        sheet.values[pointer] = value
        sheet.cells[pointer] = cell
        if pointer == "/fiscal_year":
            sheet.year_texts.append(value)


def narrative(sheet: Sheet, line: Line) -> bool:
    """A report section: its heading in the cell (一、…：text) or in the cell before; cells beside it are kept as notes."""
    match = _headed(line.texts[0])
    heading, body = (match.group(1), match.group(2)) if match else (line.texts[0], "")
    section, key = _section_of(heading, sheet.labels)
    if section is None:
        return False
    cell, *beside = line.filled
    pointer = f"/narrative/{section}"
    if not match and not beside:
        return _bare_heading(sheet, line, pointer, key)
    if not match:
        cell = beside.pop(0)
        body = cell.text
    sheet.open_section = None
    sheet.labelled.add(pointer)
    if _is_instruction(sheet, body):
        sheet.instructions.append(cell.anchor)
    elif (said := body.strip()) and said not in {"/", "—"}:
        earlier = sheet.values.get(pointer)
        sheet.values[pointer] = f"{earlier} {said}" if earlier else said
    sheet.note(pointer, cell)
    sheet.notes.extend(other.text for other in beside)
    return True


def opens_section(text: str, labels: Labels) -> bool:
    """Whether a text is the heading of a report section, alone or with the section's text after a colon."""
    match = _headed(text)
    return _section_of(match.group(1) if match else text, labels)[0] is not None


def _headed(text: str) -> re.Match[str] | None:
    return (_SECTION.match(text) or _COLON.match(text)) if ":" in text or "：" in text else None


def _is_instruction(sheet: Sheet, text: str) -> bool:
    """A printed filling instruction left where an answer belongs: （100字以内）, 请填写改进措施."""
    bare = text.strip(" （）()。")
    return 0 < len(bare) <= _LONGEST_INSTRUCTION and any(mark in bare for mark in sheet.labels.words["instruction_marks"])


def _bare_heading(sheet: Sheet, line: Line, pointer: str, key: str) -> bool:
    """A heading without a text: in a table its answer is blank; between paragraphs the text follows below."""
    if line.table < 0:
        sheet.open_section = pointer
        sheet.labelled.add(pointer)
        return True
    if key not in word_keys(sheet.labels, f"narrative_{pointer.rpartition('/')[2]}"):
        return False
    sheet.labelled.add(pointer)
    sheet.note(pointer, line.filled[0])
    return True


def section_text(sheet: Sheet, line: Line) -> bool:
    """A paragraph below a bare report heading belongs to its section; a table, another heading or a label ends it."""
    pointer = sheet.open_section
    if pointer is None:
        return False
    cell = line.filled[0]
    if line.table >= 0 or _HEADED.match(cell.text) or _colon(cell.text):
        sheet.open_section = None
        return False
    earlier = sheet.values.get(pointer)
    sheet.values[pointer] = f"{earlier} {cell.text}" if earlier else cell.text
    sheet.note(pointer, cell)
    return True


def _section_of(heading: str, labels: Labels) -> tuple[str | None, str]:
    """The report section that a heading opens, and the heading's label key."""
    return _known_section(heading, labels) if len(heading) <= _LONGEST_HEADING else (None, "")


@lru_cache(maxsize=4096)
def _known_section(heading: str, labels: Labels) -> tuple[str | None, str]:
    key = label_key(_NUMBERING.sub("", heading))
    return next((name for name, endings in _sections(labels) if key.endswith(endings)), None), key


@lru_cache(maxsize=16)
def _sections(labels: Labels) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each report section with the keys its headings end in, the more particular sections first."""
    names = ("problems", "improvements", "expiring_funds", "performance")
    return tuple((name, tuple(word_keys(labels, f"narrative_{name}"))) for name in names)
