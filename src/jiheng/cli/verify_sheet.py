"""A printed score sheet held against its dossier or the original form: the seal, and every line that is printed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.intake import day_of, settled_rulebook, stages_of
from jiheng.domain.document import Document, Table
from jiheng.errors import DossierInvalidError, JihengError, UnreadableFileError
from jiheng.exporters.layout.model import Grid, Section
from jiheng.exporters.layout.score_table import HEAD, TOTAL
from jiheng.exporters.layout.scoresheet import FILE, FILE_DIGEST, FIRST, ON, PACK, PACK_DIGEST, PLACE, STAGES, WAIVERS
from jiheng.exporters.layout.seal import digest_in
from jiheng.exporters.writers.pdf_wording import GETA

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier

EQUAL, DIFFERENT, OPEN = 0, 1, 3
_DASHES = re.compile("—+")
_LABELS = frozenset({FILE, FILE_DIGEST, ON, PACK, PACK_DIGEST, PLACE, STAGES, WAIVERS})


@dataclass
class Sheet:
    """One score sheet as printed: its facts by label, its rows as cells without blanks, the digest of its seal (None where it has none)."""

    facts: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, ...]] = field(default_factory=list)
    digest: str | None = None


def check(path: Path, pool: Sequence[tuple[Path, object]], source: Path | None) -> int:
    """Hold every score sheet of a file against the dossiers given, or against the original form; say how it ended.

    ``pool`` are dossiers as JSON data, each with the file it came from. 0 equal, 1 not equal, 3 nothing to check with, or no score sheet.
    """
    from jiheng import importers  # noqa: PLC0415 - start-up time of the other commands

    try:
        document = importers.read(path.read_bytes(), path.name)
    except UnreadableFileError as error:
        click.echo(f"{path}：{error}", err=True)
        return OPEN
    sheets = [sheet for sheet in sheets_of(document) if sheet.digest]
    if not sheets:
        click.echo(f"{path}：没有找到档案摘要，不是评分表，或者是扫描件。请提供 jiheng scoresheet 写出的 PDF 原件。", err=True)
        return OPEN
    names = [str(path) if len(sheets) == 1 else f"{path} 第 {number} 张" for number in range(1, len(sheets) + 1)]
    return max(_check_one(name, sheet, pool, source) for name, sheet in zip(names, sheets, strict=True))


def _check_one(name: str, sheet: Sheet, pool: Sequence[tuple[Path, object]], source: Path | None) -> int:
    if source is not None:
        return _against_source(name, sheet, source)
    matching = next((item for item in pool if _digest(item[1]) == sheet.digest), None)
    if matching is not None:
        return _against_dossier(name, sheet, *matching)
    if pool:
        found = "、".join(f"{path}（{_digest(data) or '没有摘要'}）" for path, data in pool)
        click.echo(f"{name}：不相符。评分表所载摘要 {sheet.digest}，所给档案为 {found}。请核对是否拿错了档案。")
        return DIFFERENT
    click.echo(
        f"{name}：所载档案摘要 {sheet.digest}（规则包 {sheet.facts.get(PACK, '—')}，适用日期 {sheet.facts.get(ON, '—')}）。"
        "没有档案，未能核对。请用 --dossier 给出档案 JSON，或用 --source 给出原表重新审核。"
    )
    return OPEN


def _digest(data: object) -> str | None:
    """What the dossier's content digests to, whatever it says itself."""
    from jiheng.domain.codec import digest_of_json  # noqa: PLC0415 - start-up time of the other commands

    return digest_of_json(data) if isinstance(data, Mapping) else None


def _against_dossier(name: str, sheet: Sheet, path: Path, data: object) -> int:
    from jiheng.domain.codec import dossier_from_json  # noqa: PLC0415 - start-up time of the other commands

    try:
        dossier = dossier_from_json(data)
    except DossierInvalidError as error:
        click.echo(f"{name}：{path}：{error}", err=True)
        return OPEN
    return _told(name, sheet, dossier, f"与档案 {path} ")


def _told(name: str, sheet: Sheet, dossier: Dossier, what: str) -> int:
    """The seal is right; now every printed row must be what the dossier gives."""
    altered = altered_row(sheet, dossier)
    if altered is not None:
        click.echo(f"{name}：不相符。摘要{what}一致，但表上所印与档案不同，{altered}。请用 jiheng scoresheet 重新出具。")
        return DIFFERENT
    click.echo(f"{name}：相符，{what}一致，摘要 {sheet.digest}。")
    return EQUAL


def _against_source(name: str, sheet: Sheet, source: Path) -> int:
    content = source.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sheet.facts.get(FILE_DIGEST):
        click.echo(f"{name}：不相符。{source} 的 SHA-256 为 {found}，评分表所据原表为 {sheet.facts.get(FILE_DIGEST, '—')}。请提供出具时的原表。")
        return DIFFERENT
    from jiheng.domain.codec import digest  # noqa: PLC0415 - start-up time of the other commands

    try:
        again = next((dossier for dossier in _appraised(content, sheet, source.name) if digest(dossier) == sheet.digest), None)
    except (JihengError, click.UsageError) as error:
        click.echo(f"{name}：无法重算。{error}", err=True)
        return OPEN
    if again is not None:
        return _told(name, sheet, again, f"与按原表 {source} 重新审核的结果")
    click.echo(f"{name}：不相符。按表上所印规则包和日期重新审核，得不到所载摘要 {sheet.digest}。{_why(sheet)}")
    return DIFFERENT


def _appraised(content: bytes, sheet: Sheet, name: str) -> Iterator[Dossier]:
    """The form appraised again as the sheet says; a pack may have been named, or found by place or layout: each way is tried."""
    from jiheng import audit, pipeline  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.scoring.waivers import parse_waiver  # noqa: PLC0415 - as above

    facts = sheet.facts
    stages = stages_of(tuple(facts[STAGES].split("、"))) if STAGES in facts else audit.DEFAULT_STAGES
    waivers = tuple(parse_waiver(text) for text in facts.get(WAIVERS, "").split("、") if text)
    pack, place = (facts.get(label) if facts.get(label) != "—" else None for label in (PACK, PLACE))
    for printed in dict.fromkeys((name, facts.get(FILE, name))):
        for way in dict.fromkeys(((None, None), (pack, None), (None, place))):
            yield from pipeline.appraise(
                content, printed, rulebook=settled_rulebook(), pack=way[0], place=way[1], on=day_of(facts.get(ON)), waivers=waivers, stages=stages
            )


def _why(sheet: Sheet) -> str:
    pack = sheet.facts.get(PACK, "—")
    known = settled_rulebook()
    if pack not in known.ids():
        return f"本程序没有规则包 {pack}。"
    now = known.pack(pack).identity.digest
    if now != sheet.facts.get(PACK_DIGEST):
        return f"规则包 {pack} 的内容已不同于出具时（表上 {sheet.facts.get(PACK_DIGEST, '—')[:12]}，现为 {now[:12]}）。"
    return "可能原表被读出的内容不同于出具时，或文件已改名；请用出具时的文件名再试，或索取档案。"


def sheets_of(document: Document) -> tuple[Sheet, ...]:
    """The score sheets that a file prints, one after the other; each begins with its table of facts."""
    sheets, texts = [Sheet()], [""]
    for block in document.blocks:
        if not isinstance(block, Table):
            texts[-1] += block.text
            continue
        for row in block.rows():
            cells = tuple(squeezed(cell.text) for cell in row)
            if cells and cells[0] == FIRST and sheets[-1].rows:
                sheets.append(Sheet())
                texts.append("")
            _keep(sheets[-1].rows, cells)
            sheets[-1].facts.update((label, value) for label, value in pairwise(cells) if label in _LABELS and value)
            texts[-1] += "".join(cells)
    for sheet, text in zip(sheets, texts, strict=True):
        sheet.digest = digest_in(text)
    return tuple(sheets)


def _keep(rows: list[tuple[str, ...]], cells: tuple[str, ...]) -> None:
    """Add a printed row: a head that is printed again is left out, what a page break cut off is joined to its row."""
    if cells == HEAD and HEAD in rows:
        return
    if HEAD in rows and len(cells) == len(HEAD) and not cells[0] and cells[1] != TOTAL:
        rows[-1] = tuple(above + below for above, below in zip(rows[-1], cells, strict=True))
        return
    rows.append(cells)


def altered_row(sheet: Sheet, dossier: Dossier) -> str | None:
    """In words, the first row that the dossier gives and the sheet does not print, or the other way round; None where they print the same."""
    from jiheng.exporters.layout.scoresheet import score_sheet  # noqa: PLC0415 - start-up time of the other commands

    law, known = dossier.scorecard.rulepack.id if dossier.scorecard else "", settled_rulebook()
    layout = score_sheet(dossier, known.pack(law).title if law in known.ids() else law, sheet.digest or "")
    expected, printed = list(_rows(layout.sections[0])), [tuple(filter(None, row)) for row in sheet.rows]
    missing = next((row for row in expected if not any(_same(row, other) for other in printed)), None)
    if missing is not None:
        return f"应印有“{'｜'.join(missing)}”"
    added = next((row for row in printed if not any(_same(other, row) for other in expected)), None)
    return None if added is None else f"不应印有“{'｜'.join(added)}”"


def _same(expected: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    """Whether a row is printed as expected, but for signs that no font has."""
    if expected == printed or len(expected) != len(printed) or not any(GETA in text for text in printed):
        return expected == printed
    return all(re.fullmatch(re.escape(found).replace(GETA, "."), text) for text, found in zip(expected, printed, strict=True))


def _rows(section: Section) -> Iterator[tuple[str, ...]]:
    for item in section.items:
        if isinstance(item, Grid):
            by_row: dict[int, list[str]] = {}
            for cell in item.cells:
                if text := squeezed(cell.text):
                    by_row.setdefault(cell.row, []).append(text)
            yield from (tuple(texts) for _, texts in sorted(by_row.items()))


def squeezed(text: str) -> str:
    """A text as far as a page shows it: without blanks and marks that have no shape, each sign in its usual form, a long dash as one sign."""
    shown = (sign for sign in unicodedata.normalize("NFKC", text) if not sign.isspace() and unicodedata.category(sign) not in {"Cc", "Cf"})
    return _DASHES.sub("—", "".join(shown))
