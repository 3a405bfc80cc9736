"""The money ledger read as a history: budget first approved, changes with their documents, allotments, payments by tier and month. Exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from jiheng.domain.monitored import MoneyHistory, Movement, Paid
from jiheng.domain.units import read_unit
from jiheng.evidence.conditions import Days, folded
from jiheng.evidence.project import Reader
from jiheng.evidence.proof import spans_of
from jiheng.evidence.records import Fact, Period, Records
from jiheng.evidence.sifting import RowSource
from jiheng.evidence.tally import EXACT, Question, Source, added
from jiheng.rulebook.ledgers import Binding, Bindings, Flows, Ledger
from jiheng.scoring.case import Case
from jiheng.scoring.purse import total_index

_SIGNS = {"plan": Decimal(1), "allot": Decimal(1), "add": Decimal(1), "cut": Decimal(-1), "pay": Decimal(1), "refund": Decimal(-1)}


class _Row(NamedTuple):
    """A movement and what it is: ``plan``, ``allot``, ``add``, ``cut``, ``pay`` or ``refund``."""

    role: str
    movement: Movement


def money_history(
    records: Records | Source, on: date, *, binding: Binding, region: str | None = None, planned: Decimal | None = None
) -> MoneyHistory:
    """The money of the year of ``on`` until the end of that day.

    Args:
        records: the rows of a ledger with ``flows``; those that do not count (reversed, duplicates, of another year) are left out.
        on: the last day that counts.
        binding: which rows are of the project.
        region: the region measured, where the ledger has a column for it.
        planned: the budget as first approved by the form, in the ledger's unit; used where the ledger has no row of it.

    Raises:
        ValueError: the ledger does not hold movements of money.
    """
    source = RowSource(records) if isinstance(records, Records) else records
    ledger, flows = source.ledger, source.ledger.flows
    if flows is None:
        raise ValueError(f"{ledger.id}: no flows")
    definition = replace(next(iter(ledger.definitions.values())), where=())  # kinds that are no flow are told by name here
    sifted = source.sift(Question(definition, binding, Days(date(on.year, 1, 1), on, on), binding.region or region))
    every = tuple(dict.fromkeys((*ledger.key[:1], flows.kind, flows.amount, *(name for name in (flows.tier, flows.document) if name))))
    facts = sifted.tally.covered(every)
    rows = sorted(_rows(facts, every, ledger, flows), key=lambda row: (row.movement.day, row.movement.number))
    own = [row.movement for row in rows if row.role == "plan"]
    allotments = [row.movement for row in rows if row.role == "allot"]
    changes = [row.movement for row in rows if row.role in {"add", "cut"}]
    apart = bool(own and allotments)
    base = allotments if apart else [*own, *allotments, *changes]
    payments = _by_month([row.movement for row in rows if row.role in {"pay", "refund"}])
    unit = ledger.columns[flows.amount].unit or "元"
    return MoneyHistory(
        on=on,
        unit=unit,
        planned=_sum(own) if own else planned,
        planned_by="ledger" if own else None if planned is None else "form",
        allotments=tuple(allotments or own),
        changes=tuple(changes),
        allotted=_sum(base),
        payments=payments,
        paid=added([one.amount for one in payments]),
        rows_used=sifted.tally.rows,
        apart=apart,
        unread=source.unread,
        left_out=sifted.left_out,
        spans=spans_of(sifted.tally.runs(), source.origins, (flows.amount,)),
        notes=tuple(_notes(facts, every, flows, apart=apart)),
    )


def _rows(facts: set[tuple[tuple[Fact, ...], Period]], every: tuple[str, ...], ledger: Ledger, flows: Flows) -> Iterator[_Row]:
    roles = {folded(word): role for role in _SIGNS for word in getattr(flows, role)}
    for cells, period in facts:
        row = dict(zip(every, cells, strict=True))
        kind, amount = row[flows.kind], row[flows.amount]
        role = roles.get(folded(kind)) if isinstance(kind, str) else None
        if role is not None and isinstance(amount, Decimal):
            document, tier = row.get(flows.document or ""), row.get(flows.tier or "")
            yield _Row(
                role,
                Movement(
                    day=period.first,
                    number=str(row[ledger.key[0]] or ""),
                    kind=str(kind),
                    amount=EXACT.multiply(amount, _SIGNS[role]),
                    document=document if isinstance(document, str) and document.strip("-—/ ") else None,
                    tier=tier if isinstance(tier, str) else None,
                ),
            )


def _by_month(movements: list[Movement]) -> tuple[Paid, ...]:
    found: dict[tuple[str | None, str], list[Decimal]] = defaultdict(list)
    for one in movements:
        found[one.tier, f"{one.day.year}-{one.day.month:02d}"].append(one.amount)
    ordered = sorted(found.items(), key=lambda item: (item[0][1], item[0][0] or ""))
    return tuple(Paid(tier, month, added(amounts)) for (tier, month), amounts in ordered)


def _sum(movements: list[Movement]) -> Decimal:
    return added([one.amount for one in movements])


def _notes(facts: set[tuple[tuple[Fact, ...], Period]], every: tuple[str, ...], flows: Flows, *, apart: bool) -> Iterator[str]:
    known = {folded(word) for role in _SIGNS for word in getattr(flows, role)}
    kinds = {str(cells[every.index(flows.kind)] or "（空）") for cells, _ in facts}
    strange = sorted(kind for kind in kinds if folded(kind) not in known)
    if strange:
        yield f"类别“{'”“'.join(strange)}”不认识，这些行没有计入资金情况。"
    if apart:
        yield "台账分列年初预算与下达：实际下达只计下达各行，追加、调减只用来说明两者的差额。"


def project_money(case: Case, bindings: Bindings, ledgers: Mapping[str, Ledger], read: Reader, on: date) -> MoneyHistory | None:
    """The money of a form's project by the first binding to a ledger of money; None where none is bound."""
    binding = next((one for one in bindings.bindings if ledgers[one.ledger].flows is not None), None)
    if binding is None:
        return None
    ledger = ledgers[binding.ledger]
    unit = ledger.columns[ledger.flows.amount].unit if ledger.flows else None
    return money_history(read(ledger, binding), on, binding=binding, region=bindings.region, planned=first_budget(case, unit or "元"))


def first_budget(case: Case, unit: str) -> Decimal | None:
    """The budget as first approved by the form, in a unit of money; None where it prints none."""
    funds, known = case.evaluation.funds, read_unit(unit)
    at = total_index(funds)
    lines = funds if at is None else (funds[at],)
    amounts = [line.initial_budget.yuan for line in lines if line.initial_budget is not None and line.initial_budget.yuan is not None]
    return sum(amounts, Decimal(0)) / (known[0] if known else 1) if amounts else None
