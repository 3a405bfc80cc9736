"""What a run left out, counted: nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from typing import Final

WORDS: Final = {
    "evidence": "{n} 张表写到的佐证为很多单位共用，视为公共文件，没有比对。",
    "common": "{n} 段文字只由许多表共有的句子组成，视为表样或统一口径用语，没有比对。",
    "bucket": "{n} 次文字比对因同类过多没有做，只与排序相近的若干段比对。",
    "history": "{n} 行因同一项目同一年度有不止一行同名指标，没有与历年比对。",
    "spread": "{n} 组同名指标的目标值过于分散，没有作同类比较。",
    "rollup": "{n} 张表没有可加的预算数，不计入金额合计与加权。",
}
"""What is said of each kind of omission; ``n`` is how many."""


class Notes:
    """Counts of what was left out, by kind."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, kind: str, many: int) -> None:
        """Count omissions of a kind.

        Raises:
            KeyError: nobody worded the kind.
        """
        if many:
            self._counts[WORDS[kind] and kind] += many

    def sentences(self) -> tuple[str, ...]:
        """One Chinese sentence for each kind that occurred."""
        return tuple(WORDS[kind].format(n=f"{self._counts[kind]:,}") for kind in WORDS if self._counts[kind])
