"""What is odd about a source, gathered while it is read: alike remarks of many rows become one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jiheng.domain.document import Anchor
from jiheng.evidence.records import Oddity

_NAMED: Final = 5


def named_rows(rows: Sequence[int]) -> str:
    """``第 3、5 行``; of many, the first few and how many there are. Rows in a run are named by its ends."""
    runs: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    shown = "、".join(str(first) if first == last else f"{first}～{last}" for first, last in runs[:_NAMED])
    return f"第 {shown} 行等 {len(set(rows))} 行" if len(runs) > _NAMED else f"第 {shown} 行"


class Doubts:
    """Collects oddities; ``say`` for a whole sentence, ``remark`` for what recurs in rows of a column."""

    def __init__(self) -> None:
        self._said: dict[Oddity, None] = {}
        self._remarks: dict[tuple[int, str, str], list[int]] = {}

    def say(self, message: str, origin: int | None = None, anchor: Anchor | None = None) -> None:
        """Note a sentence, once."""
        self._said.setdefault(Oddity(message, origin, anchor))

    def remark(self, origin: int, column: str, text: str, row: int) -> None:
        """Note what a cell of a row shows; ``column`` is the printed title."""
        self._remarks.setdefault((origin, column, text), []).append(row)

    def told(self) -> tuple[Oddity, ...]:
        """All of them, in the order they came."""
        gathered = [Oddity(f"{named_rows(rows)}的“{column}”：{text}。请核对。", origin) for (origin, column, text), rows in self._remarks.items()]
        return (*self._said, *gathered)
