"""Reports without a table: targets and actuals that stand in sentences (布防飞机数量≥6架，实际布防6架) become rows of a table, levels inferred.

What is made here is marked by its confidence: a person looks at it first. Everything else stays a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from jiheng.domain.document import Cell, Document, Paragraph, Table
from jiheng.importers.recognise.lines import lexicon
from jiheng.rulebook.labels import Labels

INFERRED = Decimal("0.8")
_SENTENCE = re.compile(r"[^。；;\n]+")
_CLAUSE = re.compile(r"[^。；;，,\n]+")
_LEVEL1 = re.compile(r"(产出|成本|效益|满意度)指标")
_LEVEL2 = re.compile(r"(数量|质量|时效|成本|经济效益|社会效益|生态效益|可持续影响|(?:服务对象)?满意度)指标\s*[:：]")
_ROW = re.compile(
    r"(?:^|[:：)）])\s*(?P<name>[^≥≤=＝<>＜＞，,:：()（）]{2,40}?)"
    r"(?P<target>(?:≥|≤|=|＝|<|>|＜|＞|不低于|不少于|不高于|不超过)\s*\d[^，,]*)"
    r"[，,]\s*实际(?:完成|达到)?[^\d，,]{0,16}?(?P<actual>\d[^，,]*)$"
)
_AMOUNT = r"(\d[\d.,]*\s*[亿万]?元)"
_BUDGET = re.compile(rf"(?:预算|投入|下达|安排)[^，,。；;\d]{{0,14}}{_AMOUNT}")
_SPENT = re.compile(rf"(?:执行|支出)(?:了|数|为|资金)?\s*{_AMOUNT}")
_RATE = re.compile(r"执行率[^\d，,。]{0,4}(\d[\d.]*%)")
_TIER = re.compile(rf"(?P<tier>中央|省级|自治区|市级|县级|区级)(?P<rest>[^，,。；;\d]{{0,16}}?)(?:执行|支出|下达)?\s*{_AMOUNT}")
_MONEY = ("资金项目", "全年预算数", "全年执行数", "执行率")
_INDICATORS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值")


def rebuilt_from_prose(document: Document, labels: Labels) -> Document:
    """The document with a table of money and a table of indicators made from its sentences; itself where it has a table of its own or none speaks."""
    roles = lexicon(labels, "columns")
    if any(isinstance(block, Table) and any(roles.meaning(cell.text) for cell in block.cells) for block in document.blocks):
        return document
    texts = [text for block in document.blocks for text in _texts(block)]
    indicators = list(_indicators(texts))
    if not indicators:
        return document
    tables = [_table(_INDICATORS, indicators)]
    funds = _funds(texts)
    if funds:
        unit = "（万元）" if all("万元" in amount for row in funds for amount, _ in row[1:3] if amount) else ""
        tables.insert(0, _table((_MONEY[0] + unit, *_MONEY[1:]), funds))
    return replace(document, blocks=(*document.blocks, *tables))


def _texts(block: Paragraph | Table) -> Iterator[Paragraph]:
    """Paragraphs, and the single cells of rows: how a sheet holds running text."""
    if isinstance(block, Paragraph):
        yield block
        return
    for row in block.rows():
        filled = [cell for cell in row if cell.text]
        if len(filled) == 1:
            yield Paragraph(filled[0].text, filled[0].anchor)


Row = list[tuple[str, Paragraph]]


def _indicators(texts: Sequence[Paragraph]) -> Iterator[Row]:
    """A row for each sentence with name, target and actual; the level is the one named last."""
    level1 = level2 = ""
    for paragraph in texts:
        for sentence in _SENTENCE.findall(paragraph.text):
            first, second = _LEVEL1.search(sentence), _LEVEL2.search(sentence)
            if second is not None:
                level2 = f"{second.group(1)}指标"
            if first is not None and (second is None or first.start() < second.start()):
                level1 = first.group(0)
            row = _ROW.search(sentence.strip())
            if row is not None:
                parts = (level1, level2, row["name"].strip(), row["target"].strip(), row["actual"].strip())
                yield [(part, paragraph) for part in parts]


def _funds(texts: Sequence[Paragraph]) -> list[Row]:
    """The whole and its tiers: budget and spending by the first sentence that speaks of each."""
    whole: dict[str, tuple[str, Paragraph]] = {}
    tiers: dict[str, dict[str, tuple[str, Paragraph]]] = {}
    for paragraph in texts:
        for clause in _CLAUSE.findall(paragraph.text):
            tier = _TIER.search(clause)
            if tier is not None:
                role = "spent" if re.search(r"执行|支出", tier.group(0)) else "budget"
                tiers.setdefault(tier["tier"], {}).setdefault(role, (tier.group(3), paragraph))
                continue
            for name, pattern in (("budget", _BUDGET), ("spent", _SPENT), ("rate", _RATE)):
                if found := pattern.search(clause):
                    whole.setdefault(name, (found.group(1), paragraph))
    rows = [("资金总额", whole), *((f"{tier}资金", amounts) for tier, amounts in tiers.items())]
    return [_money_row(name, amounts) for name, amounts in rows if "budget" in amounts or "spent" in amounts]


def _money_row(name: str, amounts: dict[str, tuple[str, Paragraph]]) -> Row:
    source = next(iter(amounts.values()))[1]
    return [(name, source), *(amounts.get(role, ("", source)) for role in ("budget", "spent", "rate"))]


def _table(header: Sequence[str], rows: Sequence[Row]) -> Table:
    cells = [Cell(0, column, label, rows[0][0][1].anchor._replace(text=""), confidence=INFERRED) for column, label in enumerate(header)]
    for index, row in enumerate(rows, start=1):
        for column, (text, paragraph) in enumerate(row):
            cells.append(Cell(index, column, text, paragraph.anchor._replace(text=text), source_text=paragraph.text, confidence=INFERRED))
    return Table(tuple(cells), len(rows) + 1, len(header))
