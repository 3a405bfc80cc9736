"""Which texts are labels of a form, and of what kind: the lexicon turned round for texts whose table is gone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from jiheng.importers.recognise.lines import label_key, lexicon, short_key
from jiheng.rulebook.labels import Labels

LEVEL1 = "level1"
LEVEL2 = "level2"
_FRAMES = (
    "绩效指标",
    "年度绩效指标",
    "年度绩效指标完成情况",
    "年度总体目标",
    "年度目标",
    "项目实施内容及过程概述",
    "年度预算数",
    "年度目标完成情况",
    "总体目标完成情况",
    "年度总体目标完成情况",
    "项目资金",
    "资金情况",
    "预算执行情况",
    "项目基本情况",
    "项目年度目标完成情况",
    "基本情况",
    "资金管理情况",
    "情况说明",
    "评价结论",
    "绩效目标情况",
    "指标评分表",
    "评价指标",
)
_TAILS = ("评价结论", "财务负责人", "项目负责人", "备注", "说明", "注")
_POINTS = re.compile(r"(?<=[\u4e00-\u9fff])\d+(?:\.\d+)?分?$")
_BRACKETED_POINTS = re.compile(r"[(（]\s*\d+(?:\.\d+)?\s*分?\s*[)）]")
_CHROME = re.compile(r"(?:打印|关闭|版权所有|上一篇|下一篇|分享到|扫一扫|网站标识|主办单位|返回顶部|相关附件|\S{2}ICP备)")
_LABELLED = re.compile(r"^(.{2,16}?)\s*[:：]\s*\S")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|\d[.、])")
_GOAL_FRAME = re.compile(r"年度绩效目标\d?(?:\d{1,3}分)?")
_UNIT = re.compile(r"(?:万元|元)$")
LONGEST_LABEL = 36
LONGEST_CELL = 80
SHORTEST_INSIDE = 4


class Meaning(NamedTuple):
    """What a text means in each group of the lexicon; empty where it is no label of that group."""

    pointer: str = ""
    column: str = ""
    amount: str = ""
    level1: bool = False
    level2: bool = False
    item: bool = False
    total: bool = False
    frame: bool = False
    tail: bool = False

    @property
    def known(self) -> bool:
        """Whether the text is a label at all."""
        return self != NOTHING


NOTHING = Meaning()


class Vocabulary:
    """The labels of a lexicon by key."""

    def __init__(self, labels: Labels) -> None:
        words = labels.words
        self.labels = labels
        self.fields = lexicon(labels, "fields")
        self.columns = lexicon(labels, "columns")
        self.amounts = lexicon(labels, "amounts")
        self.level1 = {label_key(name) for name in words["level_names"]} - {"绩效指标"}
        self.level2 = {label_key(name) for name in words["level2_names"]}
        self.items = tuple(label_key(word) for word in words["fund_items"])
        self.totals = {label_key(word) for word in words["totals"]}
        self.frames = {label_key(word) for word in words.get("frames", _FRAMES)}
        narrative = [word for group, names in words.items() if group.startswith(("narrative_", "remarks")) for word in names if len(word) >= 4]
        self.tails = {label_key(word) for word in (*narrative, *words.get("tails", _TAILS))}
        self.titles = words["titles"]
        self.answers: dict[str, Meaning] = {}
        self.embedded = self._embedded()
        self.headings = self._headings()

    def meaning(self, text: str) -> Meaning:
        """What the text means as a label of its own; ``NOTHING`` for any other text."""
        if not text or len(text) > LONGEST_CELL:
            return NOTHING
        answer = self.answers.get(text)
        if answer is None:
            answer = self.answers[text] = self._look_up(text)
        return answer

    def is_title(self, text: str) -> bool:
        """A form's title, as recognition splits files by it."""
        return len(text) < 60 and any(word in text for word in self.titles)

    def ends_form(self, text: str) -> bool:
        """What a web page prints below its text."""
        return _CHROME.match(text) is not None

    def labelled(self, text: str) -> bool:
        """A line that is a label with its value behind a colon."""
        match = _LABELLED.match(text)
        return match is not None and self.meaning(match.group(1)).known

    def inside(self, text: str) -> list[str]:
        """The labels of four characters and more that stand in a text, blanks or none between their characters."""
        bare = "".join(unicodedata.normalize("NFKC", text).split())
        return [bare[start:end] for start, end in self.cuts(bare)]

    def _look_up(self, text: str) -> Meaning:
        key, short = label_key(text), short_key(text)
        bare = _POINTS.sub("", key).removesuffix("等")
        framed = "绩效指标" if _GOAL_FRAME.fullmatch(key) else _NUMBERED.sub("", _UNIT.sub("", bare))
        level = {key, bare, short} if _BRACKETED_POINTS.search(text) else {key, bare}
        item = (short or key).removeprefix("其中")
        return Meaning(
            pointer=self.fields.meaning(text) or "",
            column=self.columns.meaning(text) or "",
            amount=self.amounts.meaning(text) or "",
            level1=bool(level & self.level1),
            level2=bool(level & self.level2),
            item=len(item) <= 16 and any(item.endswith(word) for word in self.items) and not re.search(r"\d", item),
            total=bare in self.totals or key in self.totals,
            frame=bool({key, bare, short, framed, _UNIT.sub("", short)} & self.frames),
            tail=bool({key, short, _NUMBERED.sub("", key)} & self.tails),
        )

    def _embedded(self) -> re.Pattern[str]:
        """Labels of four characters and more, as they stand inside run-together text, longest first; blanks are already gone."""
        labels = self.labels
        own = [name for group in (labels.fields, labels.columns, labels.amounts) for names in group.values() for name in names]
        words = [name for group in ("level_names", "level2_names", "fund_items") for name in labels.words[group]]
        found = {unicodedata.normalize("NFKC", name) for name in (*own, *words, *self.frames, *self.tails) if len(name) >= SHORTEST_INSIDE}
        marks = sorted(found, key=lambda name: (-len(name), name))
        names = "|".join(re.escape(name) for name in marks)
        figures = r"年度绩效目标\d?(?:\(\d+分\))?|\(\d{4}年?度?\)|\(\d{1,3}分\)"
        items = "|".join(re.escape(name) for name in marks if name in labels.words["fund_items"])
        items = rf"(?:(?:其中:?|年度|当年|本年|全年)+(?:{items})):?"
        return re.compile(rf"{figures}|{items}|(?:{names})(?<!指标(?=\d))(?:\([^()]{{1,12}}\))?:?|(?:合计|总分|总计)(?=[:\d]|$)")

    def _headings(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Runs of at least three labels of any length, as header rows run together; and one such label."""
        labels = self.labels
        own = {name for group in (labels.columns, labels.amounts) for names in group.values() for name in names}
        known = {unicodedata.normalize("NFKC", name) for name in (*own, *self.frames) if not name.endswith("名称")} | {"名称"}
        one = "|".join(re.escape(name) for name in sorted(known, key=lambda name: (-len(name), name)))
        one = rf"(?:{one})(?:\([^()]{{1,40}}\))?:?"
        return re.compile(rf"(?:{one}){{3,}}"), re.compile(one)

    def _of_the_name(self, label: str, before: str, *, alone: bool) -> int:
        """How much of a label belongs to the project's name before it: names end in 项目 more often than 主管部门 begins with it."""
        rest = label.removeprefix("项目")
        return 2 if before == "/project_name" and not alone and rest != label and self.meaning(rest).pointer else 0

    def cuts(self, text: str) -> Iterator[tuple[int, int]]:
        """Where labels stand in a text without blanks: header rows label by label, other labels of four characters and more.

        A level name that does not end in 指标 is one only where a line or another label ends before it: 经济效益 is a common word.
        """
        run, one = self.headings
        at = last = 0
        pointer = ""
        for heading in [*run.finditer(text), None]:
            stop = heading.start() if heading else len(text)
            for match in self.embedded.finditer(text, at, stop):
                meaning = self.meaning(match.group())
                if match.start() != last and (meaning.level1 or meaning.level2) and "指标" not in match.group():
                    continue
                start = match.start() + self._of_the_name(match.group(), pointer, alone=match.start() == last)
                pointer = meaning.pointer
                yield start, match.end()
                last = match.end()
            if heading is not None:
                yield from (match.span() for match in one.finditer(text, heading.start(), heading.end()))
                at = last = heading.end()


@lru_cache(maxsize=16)
def vocabulary_of(labels: Labels) -> Vocabulary:
    """The vocabulary of a lexicon, made once per set of labels."""
    return Vocabulary(labels)
