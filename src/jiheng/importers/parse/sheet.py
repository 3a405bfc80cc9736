"""What has been read of one form so far; the readers of its parts write into it and do not know each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from jiheng.domain.document import Anchor, Cell
from jiheng.domain.evaluation import Indicator, PrintedTotal
from jiheng.domain.finding import Repair
from jiheng.domain.value import MoneyUnit
from jiheng.importers.parse.columns import Columns
from jiheng.importers.recognise import Draft
from jiheng.importers.recognise.lines import lexicon


@dataclass(slots=True)
class Block:
    """A printed heading and what stands below it."""

    level: int
    name: str
    points: Decimal | None
    rule: str | None
    anchor: Anchor
    parent: Block | None = None
    repeats: bool = False
    rows: list[int] = field(default_factory=list)


class Sheet:
    """What has been read so far. ``values`` holds header texts by JSON pointer, ``cells`` the cell each field stands in.

    ``level1`` and ``level2`` are the headings that the next row of the indicator table stands under.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.labels = draft.labels
        self.values: dict[str, str] = {}
        self.cells: dict[str, Cell] = {}
        self.repairs: list[Repair] = []
        self.labelled: set[str] = set()
        self.columns: set[str] = set()
        self.amount_columns: set[str] = set()
        self.indicators: list[Indicator] = []
        self.blocks: list[Block] = []
        self.level1: Block | None = None
        self.level2: Block | None = None
        self.starred: set[int] = set()
        self.placeholders: list[Anchor] = []
        self.instructions: list[Anchor] = []
        self.unit_column: list[tuple[int, str]] = []
        self.notes: list[str] = []
        self.year_texts: list[str] = []
        self.outside: list[str] = []
        self.achieved: bool | None = None
        self.total_weight: Decimal | None = None
        self.total_score: Decimal | None = None
        self.grade: str | None = None
        self.printed_totals: list[PrintedTotal] = []
        self.money_unit: MoneyUnit | None = None
        self.weight_unit: str | None = None
        self.field_labels = lexicon(self.labels, "fields")
        self.table: Columns | None = None
        self.first_columns: Columns | None = None
        self.after_table = False
        self.open_section: str | None = None
        self.in_tables = False
        self.provisional: set[str] = set()

    def note(self, pointer: str, cell: Cell) -> None:
        """Remember where a field stands; the first place wins, a doubtful part makes the whole doubtful."""
        known = self.cells.setdefault(pointer, cell)
        if known is not cell and cell.confidence < known.confidence:
            self.cells[pointer] = known._replace(confidence=cell.confidence, alternatives=cell.alternatives)

    def keep(self, cells: Iterable[Cell]) -> bool:
        """Texts that belong to no field are notes, each once, so that nothing printed is lost; always true."""
        self.notes.extend(cell.text for cell in cells if cell.text and cell.text not in self.notes)
        return True

    def under(self, block: Block) -> None:
        """A heading has been read: from here on the rows stand under it."""
        self.blocks.append(block)
        if block.level == 1:
            self.level1, self.level2 = block, None
        else:
            self.level2 = block

    def repair(  # noqa: PLR0913 - a repair as it is recorded
        self, code: str | None, subject: str, *, before: str, after: str, note: str, anchor: Anchor
    ) -> None:
        """Record something put right."""
        self.repairs.append(Repair(code, subject, before, after, note, anchor))
