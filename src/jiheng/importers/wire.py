"""What goes through the pipe between the sandbox and its workers.

A request is ``HEAD_IN`` (length of the reader's name, length of the file, seconds allowed), the reader's name, the file.
An answer is ``HEAD_OUT`` (kind, peak memory in KiB, length) and a payload:

========  =============================================================================================
kind      payload
========  =============================================================================================
READING   ``encode`` of what the reader found
REFUSED   JSON: ``[code, message]`` of the UnreadableFileError it raised
LIMIT     JSON: a technical note: memory or recursion ran out
MISSING   JSON: the module that is not installed
FAILED    JSON: a technical note: the traceback of an exception that no reader should raise
========  =============================================================================================

A Reading travels as two streams, 32-bit integers and texts: a table by column, a column of integers as it is, a column of texts as those texts,
a column of one value as that value. The asking side must not trust the other one: pickle runs code, ``marshal.loads`` is documented as unsafe
on bytes from strangers; here an integer can be nothing but an integer and a text nothing but text, and what is left to check is bounds.
A form of 300 cells takes 0.6 ms there and back (CPU, both sides), as rows of ``json`` 1.3 ms without a check; msgspec takes 0.3 ms, but adds 14 ms
to the start of either side, which a single file would feel, and one more dependency.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import TypeVar, cast

from jiheng.domain.document import Anchor, Notice, Paragraph, Table, make_anchor, make_cell
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_CELLS, Reading

HEAD_IN = struct.Struct("<HQd")
HEAD_OUT = struct.Struct("<BQQ")
READING, REFUSED, LIMIT, MISSING, FAILED = range(5)
READY = b"\x06"  # the first byte of a worker, once it stands

_HEAD = struct.Struct("<?Q")  # are texts escaped; length of the integers in bytes
_END, _NONE, _ESCAPE = "\0", "\2", "\3"  # between texts; for no text; before what is printed as one of the three
_PARAGRAPHS, _TABLE = 0, 1
_MOST = 1_000_000  # paragraphs, cells and notices together
_MOST_ROWS = 2**21  # a sheet has at most 2**20
_FARTHEST = 10**7  # points or pixels; a page has some thousands

_Value = TypeVar("_Value")


def said(content: object) -> bytes:
    """A refusal or a note as JSON."""
    return json.dumps(content).encode()


def encode(reading: Reading) -> bytes:
    """A Reading for the pipe.

    Raises:
        TypeError, ValueError, OverflowError: it holds what no Reading holds.
    """
    out = _Out(reading)
    texts = _END.join(out.texts)
    escaped = texts.count(_END) != max(len(out.texts) - 1, 0) or texts.count(_NONE) != out.nones
    if escaped:
        out = _Out(reading, escaped=True)
        texts = _END.join(out.texts)
    numbers = array("i", out.numbers).tobytes()
    return _HEAD.pack(escaped, len(numbers)) + numbers + texts.encode("utf-8", "surrogatepass")


def _folded(column: tuple[_Value, ...]) -> tuple[_Value, ...]:
    """One value where all are the same; the ends are compared first, since most columns differ there."""
    return column[:1] if column and column[0] == column[-1] and column.count(column[0]) == len(column) else column


def _escaped(text: str) -> str:
    return text.replace(_ESCAPE, _ESCAPE + "3").replace(_END, _ESCAPE + "0").replace(_NONE, _ESCAPE + "2")


def _plain(text: str) -> str:
    return text.replace(_ESCAPE + "2", _NONE).replace(_ESCAPE + "0", _END).replace(_ESCAPE + "3", _ESCAPE)


class _Out:
    """The two streams, being written. A column begins with the count of its values: all of them, or one for all."""

    def __init__(self, reading: Reading, *, escaped: bool = False) -> None:
        self.numbers: list[int] = []
        self.texts: list[str] = []
        self.nones = 0
        self._escaped = escaped
        for is_table, run in groupby(reading.blocks, lambda block: isinstance(block, Table)):
            if is_table:
                for block in run:
                    self._table(cast("Table", block))
            else:
                self._paragraphs(cast("list[Paragraph]", list(run)))
        self.numbers.append(-1)
        self._notices(reading.notices)

    def _table(self, block: Table) -> None:
        self.numbers.extend((_TABLE, block.row_count, block.column_count, len(block.cells)))
        if not block.cells:
            return
        rows, columns, texts, anchors, down, across, formats, sources, confidences, formulas, alternatives = zip(*block.cells, strict=True)
        for numbers in (rows, columns, down, across):
            self._integers(numbers)
        self._texts(texts)
        self._anchors(anchors, texts)
        self._texts(formats)
        self._like(sources, texts)
        first = confidences[0]  # nearly always the one Decimal(1) of the default
        self._decimals(confidences[:1] if all(item is first for item in confidences) else confidences)
        self._texts(formulas)
        self._integers(tuple(map(len, alternatives)))
        self._texts(tuple(text for texts in alternatives for text in texts))

    def _paragraphs(self, blocks: list[Paragraph]) -> None:
        self.numbers.extend((_PARAGRAPHS, len(blocks)))
        texts = tuple([block.text for block in blocks])
        self._texts(texts)
        self._anchors([block.anchor for block in blocks], texts)

    def _notices(self, notices: Sequence[Notice]) -> None:
        self.numbers.append(len(notices))
        self._texts(tuple([notice.code for notice in notices]))
        self._texts(tuple([notice.message for notice in notices]))
        self._integers(tuple([int(notice.anchor is not None) for notice in notices]))
        anchored = [notice for notice in notices if notice.anchor is not None]
        if anchored:
            self._anchors([cast("Anchor", notice.anchor) for notice in anchored], tuple([notice.message for notice in anchored]))

    def _anchors(self, anchors: Sequence[Anchor], texts: tuple[str, ...]) -> None:
        pages, sheets, names, lines, boxes, printed = zip(*anchors, strict=True)
        self._whole_or_none(pages)
        self._texts(sheets)
        self._texts(names)
        self._whole_or_none(lines)
        boxed = tuple([box for box in boxes if box is not None]) if any(boxes) else ()
        self._integers(tuple([int(box is not None) for box in boxes]) if boxed else (0,))
        self._decimals([side for box in boxed for side in box])
        self._like(printed, texts)

    def _integers(self, column: tuple[int, ...]) -> None:
        column = _folded(column)
        self.numbers.append(len(column))
        self.numbers += column

    def _whole_or_none(self, column: tuple[int | None, ...]) -> None:
        self._integers(tuple([-1 if value is None else value for value in _folded(column)]))

    def _texts(self, column: tuple[str | None, ...]) -> None:
        column = _folded(column)
        self.numbers.append(len(column))
        nones = column.count(None)
        self.nones += nones
        if self._escaped:
            column = tuple([None if text is None else _escaped(text) for text in column])
        self.texts += [_NONE if text is None else text for text in column] if nones else cast("tuple[str, ...]", column)

    def _like(self, column: tuple[str, ...], texts: tuple[str, ...]) -> None:
        self._texts((None,) if column == texts else tuple([None if text == like else text for text, like in zip(column, texts, strict=True)]))

    def _decimals(self, column: Iterable[Decimal]) -> None:
        self._texts(tuple(map(str, column)))


def decode(payload: bytes) -> Reading:
    """The Reading in a worker's answer.

    Raises:
        ValueError: it is not what an honest worker sends.
        UnreadableFileError: ``file.limit`` where it has more cells than may be.
    """
    if len(payload) < _HEAD.size:
        raise ValueError("no answer")
    escaped, length = _HEAD.unpack_from(payload)
    numbers = array("i")
    numbers.frombytes(payload[_HEAD.size : _HEAD.size + length])
    sent = _Sent(numbers.tolist(), payload[_HEAD.size + length :].decode("utf-8", "surrogatepass").split(_END), escaped=escaped)
    blocks: list[Paragraph | Table] = []
    while (kind := sent.number()) != -1:
        if kind == _TABLE:
            blocks.append(sent.table())
        else:
            blocks += sent.paragraphs()
    return Reading(tuple(blocks), tuple(sent.notices()))


class _Sent:
    """The two streams, being read by somebody who expects the worst."""

    def __init__(self, numbers: list[int], texts: list[str], *, escaped: bool) -> None:
        self._numbers = numbers
        self._pieces = texts
        self._escaped = escaped
        self._at = self._text_at = 0
        self._cells = self._things = 0

    def number(self) -> int:
        return self._take(1)[0]

    def table(self) -> Table:
        row_count, column_count, count = self._take(3)
        if not (0 <= row_count <= _MOST_ROWS and 0 <= column_count <= _MOST_ROWS):
            raise ValueError("no size of a table")
        self._cells += self._counted(count)
        if self._cells > MAX_CELLS:
            raise UnreadableFileError("file.limit", f"文件的单元格超过 {MAX_CELLS} 个的上限。请只保留自评表、另存后再试。")
        if count == 0:
            return Table((), row_count, column_count)
        rows, columns, down, across = (self._integers(count) for _ in range(4))
        if min(rows) < 0 or max(rows) >= row_count or min(columns) < 0 or min(down) < 1 or min(across) < 1:
            raise ValueError("a cell outside its table")
        texts = self._written(count)
        anchors = self._anchors(texts)
        formats = self._texts(count)
        sources = self._like(texts)
        confidences = self._decimals(count, 0, 1)
        formulas = self._texts(count)
        alternatives = self._alternatives(count)
        parts = zip(rows, columns, texts, anchors, down, across, formats, sources, confidences, formulas, alternatives, strict=True)
        return Table(tuple(map(make_cell, parts)), row_count, column_count)

    def paragraphs(self) -> Iterable[Paragraph]:
        count = self._counted(self.number())
        texts = self._written(count)
        return map(Paragraph, texts, self._anchors(texts)) if count else ()

    def notices(self) -> list[Notice]:
        count = self._counted(self.number())
        codes, messages, anchored = self._written(count), self._written(count), self._integers(count)
        texts = [message for message, has in zip(messages, anchored, strict=True) if has]
        anchors = iter(self._anchors(texts) if texts else ())
        return [Notice(code, message, next(anchors) if has else None) for code, message, has in zip(codes, messages, anchored, strict=True)]

    def _take(self, count: int) -> list[int]:
        end = self._at + count
        if count < 0 or end > len(self._numbers):
            raise ValueError("an answer cut short")
        taken = self._numbers[self._at : end]
        self._at = end
        return taken

    def _counted(self, count: int) -> int:
        self._things += count
        if count < 0 or self._things > _MOST:
            raise ValueError("more than can be")
        return count

    def _integers(self, count: int) -> list[int]:
        return _spread(self._take(self.number()), count)

    def _whole_or_none(self, count: int) -> list[int | None]:
        return _spread([None if value < 0 else value for value in self._take(self.number())], count)

    def _column(self, count: int) -> list[str]:
        sent = self.number()
        end = self._text_at + sent
        if sent < 0 or end > len(self._pieces):
            raise ValueError("an answer cut short")
        texts = self._pieces[self._text_at : end]
        if end - self._text_at not in {1, count}:
            raise ValueError("a column of another length")
        self._text_at = end
        return texts

    def _texts(self, count: int) -> list[str | None]:
        if self._escaped:
            return _spread([None if text == _NONE else _plain(text) for text in self._column(count)], count)
        return _spread([None if text == _NONE else text for text in self._column(count)], count)

    def _written(self, count: int) -> list[str]:
        texts = self._column(count)
        if _NONE in texts:
            raise ValueError("no text")
        return _spread([*map(_plain, texts)] if self._escaped else texts, count)

    def _like(self, texts: list[str]) -> list[str]:
        column = self._texts(len(texts))
        if column[0] is None and column.count(None) == len(column):
            return texts
        return [like if text is None else text for text, like in zip(column, texts, strict=True)]

    def _anchors(self, texts: list[str]) -> Iterable[Anchor]:
        count = len(texts)
        pages = self._whole_or_none(count)
        sheets, names = self._texts(count), self._texts(count)
        lines = self._whole_or_none(count)
        boxed = self._integers(count)
        sides = iter(self._decimals(4 * sum(map(bool, boxed)), -_FARTHEST, _FARTHEST))
        boxes = [(next(sides), next(sides), next(sides), next(sides)) if has else None for has in boxed] if any(boxed) else [None] * count
        return map(make_anchor, zip(pages, sheets, names, lines, boxes, self._like(texts), strict=True))

    def _decimals(self, count: int, least: int, most: int) -> list[Decimal]:
        texts = self._written(count)
        try:
            known = {text: Decimal(text) for text in set(texts)}
            if all(least <= value <= most for value in known.values()):
                return [known[text] for text in texts]
        except InvalidOperation:
            pass
        raise ValueError("no number")

    def _alternatives(self, count: int) -> list[tuple[str, ...]]:
        counts = self._integers(count)
        if not any(counts):
            self._texts(0)
            return [()] * count
        if min(counts) < 0 or sum(counts) > _MOST:
            raise ValueError("no count")
        texts = iter(self._written(sum(counts)))
        return [tuple([next(texts) for _ in range(length)]) for length in counts]


def _spread(column: list[_Value], count: int) -> list[_Value]:
    if len(column) == count:
        return column
    if len(column) != 1:
        raise ValueError("a column of another length")
    return column * count
