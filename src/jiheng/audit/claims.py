"""A Claim is one stated score beside its weight and its recomputed score, whether it stands on a row, on a group of rows or on the money line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.scorecard import Basis, ScoreLine
from jiheng.scoring.case import Case, MoneyLine, Row
from jiheng.scoring.formulas import NOTHING, ratio


@dataclass(slots=True)
class Claim:
    """What a unit claims for one scored subject.

    ``rows`` are the indicator rows it covers (several for a group score, none for a money line outside the table); ``score`` is their
    recomputed score, None where one of them is undetermined; ``line`` is set where the claim covers one subject only, ``row`` where that is
    a row. (Not frozen: each row has one, and a frozen record with slots is made slowly.)
    """

    subject: str
    weight: Decimal | None
    stated: Decimal | None
    score: Decimal | None
    basis: Basis
    rows: tuple[Row, ...] = ()
    line: ScoreLine | None = None
    row: Row | None = None

    @property
    def label(self) -> str:
        """How messages name what is claimed for."""
        if self.row is not None:
            return self.row.label
        return f"第 {self.rows[0].index + 1} 至 {self.rows[-1].index + 1} 行（共用一个得分）" if self.rows else "资金执行情况"

    @property
    def is_money(self) -> bool:
        """Whether it is the money line, inside the table or outside."""
        return self.row.role == "money" if self.row is not None else not self.rows


def claims(case: Case, lines: dict[str, ScoreLine]) -> tuple[Claim, ...]:
    """Every claim of the form in reading order, the money line outside the table last; a group score is one claim."""
    groups = {first: last for first, last in case.evaluation.printed.group_scores if last > first}
    covered = {index for first, last in groups.items() for index in range(first + 1, last + 1)}
    bare = _bare_children(case)
    found = [
        _group_claim(case.rows[row.index : groups[row.index] + 1], lines) if row.index in groups else _row_claim(row, lines)
        for row in case.rows
        if row.index not in covered and row.index not in bare
    ]
    outside = _money_claim(case, lines)
    return tuple(found) if outside is None else (*found, outside)


def _bare_children(case: Case) -> set[int]:
    """Child rows of a parent that carry neither points nor a score: their parent answers for them."""
    if not case.evaluation.printed.parents:
        return set()
    children = {child for _, below in case.evaluation.printed.parents for child in below}
    return {row.index for row in case.rows if row.index in children and not row.weight and row.indicator.stated_score is None}


def _row_claim(row: Row, lines: dict[str, ScoreLine]) -> Claim:
    line = lines.get(row.subject)
    basis: Basis = line.basis if line is not None else "undetermined"
    score = line.score if line is not None else None
    return Claim(row.subject, row.weight, row.indicator.stated_score, score, basis, (row,), line, row)


def _group_claim(rows: tuple[Row, ...], lines: dict[str, ScoreLine]) -> Claim:
    first = rows[0]
    known = [line for row in rows if (line := lines.get(row.subject)) is not None and line.basis == "formula" and line.score is not None]
    whole = len(known) == len(rows)
    weights = [row.weight for row in rows if row.weight is not None]
    return Claim(
        subject=first.subject,
        weight=sum(weights, Decimal(0)) if len(weights) == len(rows) else None,
        stated=first.indicator.stated_score,
        score=sum((line.score for line in known if line.score is not None), Decimal(0)) if whole else None,
        basis="formula" if whole else "undetermined",
        rows=rows,
    )


def _money_claim(case: Case, lines: dict[str, ScoreLine]) -> Claim | None:
    money = case.money
    if money is None or money.subject.startswith("/indicators") or (money.points is None and money.stated_score is None):
        return None
    line = lines.get(money.subject)
    basis: Basis = line.basis if line is not None else "undetermined"
    score = line.score if line is not None else None
    weight = None if _other_frame(case, money) else money.points
    return Claim(money.subject, weight, money.stated_score, score, basis, (), line)


def _other_frame(case: Case, money: MoneyLine) -> bool:
    """Whether the form prints no points for the money line and claims more than the pack gives it: its frame is another one."""
    printed = any(fund.weight is not None for fund in case.evaluation.funds)
    return not printed and money.points is not None and money.stated_score is not None and money.stated_score > money.points


def stated_sum(made: tuple[Claim, ...]) -> Decimal | None:
    """Σ stated scores, each group and the money line once; None where nothing is scored."""
    known = [claim.stated for claim in made if claim.stated is not None]
    return sum(known, Decimal(0)) if known else None


def converted_sum(made: tuple[Claim, ...]) -> Decimal | None:
    """Σ s × w ÷ 100, None where a score or a weight is missing."""
    whole = Decimal(0)
    for claim in made:
        if claim.stated is None or claim.weight is None:
            return None
        whole += claim.stated * claim.weight
    return whole / 100


def score_shares(made: tuple[Claim, ...]) -> tuple[Fraction, Fraction] | None:
    """Money score ÷ its points and indicator score ÷ its points, as stated; None where either cannot be told."""
    money: list[tuple[Decimal, Decimal]] = []
    results: list[tuple[Decimal, Decimal]] = []
    for claim in made:
        is_money = claim.is_money
        got = claim.stated if claim.stated is not None else claim.score if is_money else None
        if got is not None and claim.weight:
            (money if is_money else results).append((got, claim.weight))
    if not money or not results:
        return None
    spending, output = (ratio(sum([got for got, _ in part], NOTHING), sum([weight for _, weight in part], NOTHING)) for part in (money, results))
    return spending, output


def fallen_short(made: tuple[Claim, ...]) -> tuple[tuple[Row, Decimal, Decimal], ...]:
    """Rows whose stated or formula score is below their weight: the row, the lower of the two scores, the weight."""
    found: list[tuple[Row, Decimal, Decimal]] = []
    for claim in made:
        row, weight, stated = claim.row, claim.weight, claim.stated
        if row is None or weight is None:
            continue
        score = claim.score if claim.basis == "formula" else None
        low = score if stated is None or (score is not None and score < stated) else stated
        if low is not None and low < weight:
            found.append((row, low, weight))
    return tuple(found)
