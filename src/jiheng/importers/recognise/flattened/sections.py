"""A flattened form read from top to bottom: head, money, goals, indicators, total, report, each rebuilt as rows of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jiheng.importers.recognise.flattened.atoms import Atom, Border, Shape, joined
from jiheng.importers.recognise.flattened.builder import Part, part
from jiheng.importers.recognise.flattened.fits import number_of
from jiheng.importers.recognise.flattened.goals import two_texts
from jiheng.importers.recognise.flattened.items import AMOUNTS, Item, indicator_heading, items_of, merged, money_heading
from jiheng.importers.recognise.flattened.money import MoneyBlocks
from jiheng.importers.recognise.flattened.stream import Stream
from jiheng.importers.recognise.flattened.tables import Tables
from jiheng.importers.recognise.flattened.vocabulary import Vocabulary

_GOALS = ("/goal/expected", "/goal/actual")
_LABEL_ENDS = "类别|属性|类型|性质|编码|代码|日期|地址|电话|依据|级次|年度|情况|概况|部门|单位|名称|得分|签字|签章"
_UNKNOWN_LABEL = re.compile(rf"[\u4e00-\u9fff]{{2,8}}(?:{_LABEL_ENDS})[:：]?")
_OPTION = re.compile(r"\d[.、]")
_HEAD_TEXT = re.compile(
    r"(附[件表](?:\s*\d{1,2}(?!\d{2}))?[:：]?|公开\d+表)?\s*((?:\d{4}年度?)?[^:：]*?(?:自评表|评分表))?"
    r"\s*([(（]\s*\d{4}\s*年?度?\s*[)）])?(.*)",
    re.DOTALL,
)
_YEAR = re.compile(r"[(（]?\s*(?:19|20)\d\d\s*年?度?\s*[)）]?")
_MOST_PIECES = 3


class Sections:
    """Reads the items of one run of flattened text into a builder."""

    def __init__(self, atoms: Sequence[Atom], words: Vocabulary, shape: Shape) -> None:
        atoms = merged(atoms, items_of(atoms, words, shape))
        self.atoms = atoms
        self.words = words
        self.shape = shape
        self.items = items_of(atoms, words, shape)
        stream = Stream(atoms, self.items, words, shape)
        self.builder = stream.builder
        self.money = MoneyBlocks(stream)
        self.tables = Tables(stream, self.money)
        self.found = 0

    def read(self) -> None:
        """Read every item; ``found`` counts the tables and label pairs that were recognised."""
        at = 0
        while at < len(self.items):
            at = self._step(at)

    def _step(self, at: int) -> int:  # noqa: PLR0911 - one return per kind of section
        item = self.items[at]
        if not item.text:
            return at + 1
        heading = self._indicators(at)
        if heading is not None:
            return heading
        money = money_heading(self.items, at)
        if money is not None:
            self.found += 2
            return self.money.rows(money)
        if item.meaning.amount in AMOUNTS and (taken := self.money.paired(at) or self.money.tiered(at)):
            self.found += 1
            return taken
        if item.meaning.pointer in _GOALS and (taken := self._goals(at)):
            return taken
        if item.meaning.tail:
            return self._tail(at) if self.tables.headed or not self._goes_on(at) else self._other(at)
        if item.meaning.pointer:
            return self._pair(at)
        if item.meaning.total:
            return self.tables.total(at)
        return self._other(at)

    def _indicators(self, at: int) -> int | None:
        heading = indicator_heading(self.items, at)
        if heading is not None:
            self.found += 5
            return self.tables.indicators(heading)
        following = self.items[at + 1 : at + 2]
        if not self.tables.headed and self.items[at].meaning.level1 and following and following[0].meaning.level2 and following[0].meaning.known:
            end = self.tables.headless(at)
            if end:
                self.found += 5
                return end
        return None

    def _goes_on(self, at: int) -> bool:
        """Whether goals or a table follow: then a report's label is the heading of a column."""
        return any(item.meaning.pointer in _GOALS or indicator_heading(self.items, n) for n, item in enumerate(self.items[at:], start=at))

    def _pair(self, at: int) -> int:
        """A label of the head and its value; in cells, further texts up to the next label stand beside it."""
        item = self.items[at]
        end = at + 1
        atoms: list[Atom] = []
        while end < len(self.items) and self._continues(atoms, self.items[end]):
            atoms.append(self.atoms[self.items[end].start])
            end += 1
        label = part(0, self.atoms[item.start : item.end])
        self.found += 1
        if item.meaning.pointer == "/money_unit":
            whole = [*self.atoms[item.start : item.end], *(atom for atom in atoms[:1] if atom.text)]
            self.builder.paragraph(joined(whole), label.anchor)
            return at + len(whole)
        value = [atom for atom in atoms if atom.text]
        if self.shape in {Shape.CELLS, Shape.FIELDS}:
            own = [atom for atom in value[:1] if atoms[0].text]
            rest = value[len(own) :]
            self.builder.row([label, *(part(1, [atom]) for atom in own), *(part(2 + n, [atom]) for n, atom in enumerate(rest))])
            return end
        if not value or value[0].border is Border.LINE:
            self.builder.row([label])
            return at + 1
        own = self._own(value)
        self.builder.row([label, part(1, own)])
        self._texts(value[len(own) :])
        return end

    def _continues(self, atoms: list[Atom], item: Item) -> bool:
        if not item.plain or self.words.is_title(item.text) or self.words.ends_form(item.text) or self.words.labelled(item.text):
            return False
        atom = self.atoms[item.start]
        if self.shape is Shape.CELLS:
            return len(atoms) < 4 or not item.text
        return atom.border is not Border.LINE

    def _own(self, atoms: list[Atom]) -> list[Atom]:
        """The value's own pieces: one, or a few more that look like no label and no list of options."""
        blanks = [i for i, atom in enumerate(atoms) if i and atom.border is Border.BLANK]
        for i in blanks:
            piece = self._piece(atoms, i)
            if _UNKNOWN_LABEL.fullmatch(piece) or _OPTION.match(piece) or self.words.is_title(piece) or piece.startswith(("填报", "公开")):
                return atoms[:i]
        return atoms if len(blanks) < _MOST_PIECES else atoms[: blanks[0]]

    def _piece(self, atoms: Sequence[Atom], at: int) -> str:
        end = at + 1
        while end < len(atoms) and atoms[end].border not in {Border.BLANK, Border.LINE}:
            end += 1
        return joined(atoms[at:end])

    def _goals(self, at: int) -> int:
        """Goal labels and the texts behind them."""
        labels = [self.items[at]]
        end = at + 1
        while end < len(self.items) and (self.items[end].meaning.pointer.startswith("/goal/") or not self.items[end].text):
            if self.items[end].text:
                labels.append(self.items[end])
            end += 1
        if len(labels) > 2:
            for label in labels:
                if label.meaning.frame:
                    self._unanswered([part(0, self.atoms[label.start : label.end])])
            labels = [label for label in labels if not label.meaning.frame]
        stop = self._goal_end(end)
        atoms = list(self.atoms[self.items[end].start : self.items[stop - 1].end]) if stop > end else []
        filled = [atom for atom in atoms if atom.text]
        numbers = [atom for atom in filled if atom.border in {Border.LINE, Border.WIDE} and number_of(atom.text) is not None]
        if self.shape in {Shape.CELLS, Shape.FIELDS}:
            self.builder.later(numbers)
            filled = [atom for atom in filled if atom not in numbers]
        heads = [part(n, self.atoms[label.start : label.end]) for n, label in enumerate(labels)]
        self.found += 1
        if len(labels) == 1:
            self.builder.row([*heads, *([part(1, filled)] if filled else [])])
            return stop
        texts = self._two(filled, atoms) if len(labels) == 2 and labels[0].meaning.pointer == _GOALS[0] else []
        if texts:
            self.builder.row(heads)
            self.builder.row(texts)
        else:
            self._unanswered(heads)
            self.builder.later(filled)
        return stop

    def _unanswered(self, heads: list[Part]) -> None:
        """Goal labels above an empty row: nothing that follows may be taken for their texts."""
        self.builder.row(heads)
        self.builder.row([Part(0, "", heads[0].anchor._replace(text=""))])

    def _two(self, filled: list[Atom], atoms: list[Atom]) -> list[Part]:
        """Both texts under their labels; one text alone stands under the first label, unless an empty cell comes before it."""
        two = two_texts(filled)
        if two is not None:
            return [part(0, two[0]), part(1, two[1])]
        if len(filled) == 1 and self.shape is not Shape.RUN:
            return [part(0 if atoms[0].text else 1, filled)]
        return []

    def _goal_end(self, start: int) -> int:
        """Where the goal texts end: at the next table, or at a frame, field or total that is followed by no running text."""
        for at in range(start, len(self.items)):
            item = self.items[at]
            if indicator_heading(self.items, at) or money_heading(self.items, at) or (item.meaning.frame and not item.meaning.tail):
                return at
            if item.meaning.level1 and at + 1 < len(self.items) and self.items[at + 1].meaning.level2:
                return at
            if item.meaning.known and self.shape in {Shape.CELLS, Shape.FIELDS} and not item.meaning.item:
                return at
            if (self.words.is_title(item.text) or self.words.ends_form(item.text)) and self.atoms[item.start].border is Border.LINE:
                return at
        return len(self.items)

    def _tail(self, at: int) -> int:
        """A report section below the table: its label and everything up to the next label."""
        item = self.items[at]
        end = at + 1
        while end < len(self.items) and not self._closes_tail(at, end):
            end += 1
        atoms = [atom for atom in self.atoms[item.end : self.items[end - 1].end] if atom.text]
        lines = [atom for atom in atoms if atom.line == atoms[0].line] if self.shape is not Shape.CELLS else atoms
        self.builder.row([part(0, self.atoms[item.start : item.end]), *([part(1, lines)] if lines else [])])
        self._texts([atom for atom in atoms if atom not in lines])
        return end

    def _closes_tail(self, at: int, end: int) -> bool:
        item = self.items[end]
        if item.meaning.tail or item.meaning.pointer or item.meaning.total or self.words.is_title(item.text) or self.words.ends_form(item.text):
            return True
        second = self.shape is Shape.CELLS and end > at + 1 and bool(item.text)
        return second or indicator_heading(self.items, end) is not None or money_heading(self.items, end) is not None

    def _other(self, at: int) -> int:
        """Text that is no part of a table: lines above it, frames, remarks."""
        end = at
        atoms: list[Atom] = []
        while end < len(self.items) and self.items[end].plain:
            if atoms and self.atoms[self.items[end].start].border is Border.LINE:
                break
            atoms.append(self.atoms[self.items[end].start])
            end += 1
        if not atoms:
            return self._captions(at)
        self._texts([atom for atom in atoms if atom.text])
        return end

    def _captions(self, at: int) -> int:
        """Labels that no rule takes: one alone is a line, the headings of a report inside the form are shown below, with what stands under them."""
        end = at + 1
        while end < len(self.items) and (self.items[end].meaning.frame or self.items[end].meaning.tail) and not self.items[end].meaning.pointer:
            if indicator_heading(self.items, end) or money_heading(self.items, end):
                break
            end += 1
        if any(item.meaning.tail for item in self.items[at:end]):
            while end < len(self.items) and self.items[end].plain:
                end += 1
            self.builder.later(self.atoms[self.items[at].start : self.items[end - 1].end])
            return end
        for item in self.items[at:end]:
            self.builder.paragraph(item.text, self.atoms[item.start].anchor)
        return end

    def _texts(self, atoms: list[Atom]) -> None:
        """Lines of their own; in text without lines, the title, the year and the rest."""
        if not atoms:
            return
        if self.shape in {Shape.CELLS, Shape.FIELDS}:
            self.builder.paragraph(joined(atoms), part(0, atoms).anchor)
            return
        for piece in self._runs(atoms):
            text = joined(piece)
            match = _HEAD_TEXT.fullmatch(text) if self.shape is Shape.RUN else None
            for one in [found.strip() for found in match.groups() if found and found.strip()] if match else [text]:
                self.builder.paragraph(one, part(0, piece).anchor)

    def _runs(self, atoms: Sequence[Atom]) -> list[list[Atom]]:
        """Atoms by line; titles and years that blanks keep apart stand alone."""
        runs: list[list[Atom]] = []
        alone = False
        for index, atom in enumerate(atoms):
            piece = self._piece(atoms, index)
            special = atom.border is not Border.EDGE and (self.words.is_title(piece) or _YEAR.fullmatch(piece) is not None)
            if not runs or atom.border is Border.LINE or (atom.border is Border.BLANK and (special or alone)):
                runs.append([])
            alone = special or (alone and atom.border is not Border.BLANK)
            runs[-1].append(atom)
        return runs
