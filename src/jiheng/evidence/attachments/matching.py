"""Which row each stated number proves: by unit, by name, by period. A place counts for one row only, and never silently for two.

A statement is a candidate for a row where the units compare and its words hold most of the row's name. The candidate whose words fit best speaks
for the file: it agrees, or differs. Ties go to the one that agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from jiheng.audit.texts import squeeze
from jiheng.domain.numerals import WIDE
from jiheng.domain.proof import Proof
from jiheng.domain.units import comparable, read_unit, scale
from jiheng.evidence.attachments.statements import Statement
from jiheng.evidence.comparing import Stated, stated_value
from jiheng.scoring.case import Row
from jiheng.scoring.rounding import to_places

LEAST_NAME = Decimal("0.6")
"""Share of the name's pairs of signs that the words around a number must hold."""
SURE_NAME = Decimal("0.8")
"""The same for a number without a unit, and for one that differs from the form: what contradicts must surely speak of the row."""
ZERO, ONE = Decimal(0), Decimal(1)
_LABEL_WITHIN, _LEAST_LABEL = Decimal("0.75"), 4
"""What a table's label is worth that is a part of the row's name, and how many signs it needs."""
_FROM_SENTENCE, _OTHER_PERIOD, _COARSER, _NO_UNIT = Decimal("0.9"), Decimal("0.5"), Decimal("0.9"), Decimal("0.8")
_SIGNS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|(?=[-—–~至]))")
_DOCUMENT = re.compile(r"[\[(〔【]\d{4}[\])〕】]\d*号?")
_MONTHS = re.compile(
    r"(?<!\d)(1[0-2]|[1-9])月?[-—–~至](1[0-2]|[1-9])月|截[至止](?:\d{4}年)?(1[0-2]|[1-9])月|上半年|[前一二三]季度|前三季度|(?<!\d)(1[0-2]|[1-9])月份?"
)
_WHOLE = re.compile(r"(?<!\d)1月?[-—–~至]12月|截[至止](?:\d{4}年)?12月|全年|年度|年末|年底")


class Sought(NamedTuple):
    """A row that attached files may prove: its name as pairs of signs, and its number in the printed unit."""

    row: Row
    name: str
    pairs: frozenset[str]
    stated: Stated
    unit: str


class Candidate(NamedTuple):
    """A statement that may speak of a row. ``rank`` sorts: the better the words fit the higher, then those that agree."""

    sought: Sought
    statement: Statement
    said: Decimal
    agrees: bool
    exactly: bool
    period: str | None
    confidence: Decimal

    @property
    def rank(self) -> tuple[Decimal, bool, bool]:
        """What candidates are sorted by."""
        return self.confidence, self.agrees, self.exactly


def proofs_of(rows: Iterable[Row], statements: Sequence[Statement], year: int | None, other_words: Sequence[str] = ()) -> tuple[Proof, ...]:
    """One proof per row whose actual value is a number with a unit, in the order of the rows.

    ``other_words`` mark numbers that are no actual value (目标, 分值, 同比): such a number counts only for a row whose name has the word.
    """
    sought = [one for row in rows if (one := _sought(row)) is not None]
    found = [candidate for one in sought for statement in statements if (candidate := _candidate(one, statement, year, other_words)) is not None]
    found.sort(key=lambda candidate: candidate.rank, reverse=True)
    taken: dict[int, Candidate] = {}
    chosen: dict[int, Candidate] = {}
    beaten: dict[int, Candidate] = {}
    for candidate in found:
        index, place = candidate.sought.row.index, id(candidate.statement)
        if index in chosen:
            continue
        if place in taken:
            beaten.setdefault(index, candidate)
            continue
        taken[place] = chosen[index] = candidate
    rivals = _rivals(found)
    return tuple(_proof(one, chosen.get(one.row.index), beaten.get(one.row.index), rivals) for one in sought)


def _sought(row: Row) -> Sought | None:
    stated = stated_value(row.actual, row.unit)
    name = _SIGNS.sub("", squeeze(_BRACKETS.sub("", row.indicator.name or "")))
    if stated is None or stated.unit is None or len(name) < 2:
        return None
    return Sought(row, name, _pairs(name), stated, stated.unit)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _candidate(sought: Sought, statement: Statement, year: int | None, other_words: Sequence[str]) -> Candidate | None:
    said = _in_unit(statement, sought.unit)
    if said is None or any(word in statement.over and word not in sought.name for word in other_words):
        return None
    words = max(
        _held(sought.pairs, statement.near),
        _FROM_SENTENCE * _held(sought.pairs, statement.around),
        _LABEL_WITHIN if any(_is_within(label, sought.name) for label in statement.labels) else ZERO,
    )
    agrees, exactly = _agrees(sought.stated, statement, said)
    if words < (LEAST_NAME if agrees and statement.unit is not None else SURE_NAME):
        return None
    period, fits = _period(max(statement.near, statement.around, key=len), year)
    if not agrees and not fits:
        return None
    factors = (
        words,
        ONE if fits else _OTHER_PERIOD,
        ONE if exactly or not agrees else _COARSER,
        ONE if statement.unit else _NO_UNIT,
        statement.confidence,
    )
    confidence = ONE
    for factor in factors:
        confidence *= factor
    return Candidate(sought, statement, said, agrees, exactly, period, to_places(confidence, 2))


def _in_unit(statement: Statement, unit: str) -> Decimal | None:
    """The stated number in the unit of the form; None where they measure different things. A number without a unit is taken to be in it."""
    if statement.unit is None:
        return statement.number
    read = read_unit(unit)
    if read is None or not comparable(statement.unit, read[1]):
        return None
    return WIDE.divide(WIDE.multiply(statement.number, scale(statement.unit)), read[0] * scale(read[1]))


def _is_within(label: str, name: str) -> bool:
    plain = _SIGNS.sub("", label)
    return len(plain) >= _LEAST_LABEL and plain in name


def _held(pairs: frozenset[str], text: str) -> Decimal:
    """The share of the pairs that the text holds."""
    plain = _SIGNS.sub("", text)
    return Decimal(sum(pair in plain for pair in pairs)) / len(pairs)


def _agrees(stated: Stated, statement: Statement, said: Decimal) -> tuple[bool, bool]:
    """Whether both are one number at the places the form prints, or at the coarser places of the file; and whether exactly so."""
    if said == stated.number:
        return True, True
    if to_places(said, stated.places) == stated.number:
        return True, True
    read = read_unit(statement.printed_unit or "")
    own = read_unit(stated.unit or "")
    if read is None or own is None or not statement.places:
        return False, False
    step = WIDE.divide(WIDE.multiply(read[0], scale(read[1])).scaleb(-statement.places), own[0] * scale(own[1]))
    return to_places(Fraction(stated.number) / Fraction(step), 0) * step == said, False


def _period(text: str, year: int | None) -> tuple[str | None, bool]:
    """The period named beside a number, and whether it can be the year of the form."""
    plain = _DOCUMENT.sub("", text)
    years = {int(found) for found in _YEAR.findall(plain)}
    months = _MONTHS.search(plain)
    named = "".join([f"{'、'.join(map(str, sorted(years)))} 年" if years else "", months.group() if months else ""]) or None
    whole = _WHOLE.search(plain) is not None or months is None
    return named, (not years or year is None or year in years) and whole


def _rivals(found: Iterable[Candidate]) -> dict[int, tuple[str, ...]]:
    """By place, the rows it would prove."""
    rows: dict[int, dict[str, None]] = {}
    for candidate in found:
        if candidate.agrees:
            rows.setdefault(id(candidate.statement), {})[candidate.sought.row.subject] = None
    return {place: tuple(subjects) for place, subjects in rows.items()}


def _proof(sought: Sought, chosen: Candidate | None, beaten: Candidate | None, rivals: dict[int, tuple[str, ...]]) -> Proof:
    subject, stated = sought.row.subject, sought.stated.number
    candidate = chosen or beaten
    if candidate is None:
        return Proof(subject, "not-found", stated, sought.unit)
    statement = candidate.statement
    return Proof(
        subject=subject,
        verdict="shared" if chosen is None else "agrees" if candidate.agrees else "differs",
        stated=stated,
        unit=sought.unit,
        said=candidate.said,
        file=statement.file,
        digest=statement.digest,
        anchor=statement.anchor,
        text=statement.text,
        period=candidate.period,
        confidence=candidate.confidence,
        rivals=tuple(one for one in rivals.get(id(statement), ()) if one != subject),
    )
