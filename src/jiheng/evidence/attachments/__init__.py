"""Attached files: the numbers they state, and which row of the form each of them proves."""

from __future__ import annotations

from collections.abc import Sequence

from jiheng.domain.document import Document
from jiheng.domain.proof import Proof
from jiheng.evidence.attachments.matching import proofs_of
from jiheng.evidence.attachments.statements import statements_of
from jiheng.scoring.case import Case

__all__ = ["held_against"]
RULE = "evidence.value-differs"
"""The rule whose lexicon ``other_words`` marks numbers that are no actual value."""


def held_against(case: Case, attached: Sequence[Document]) -> tuple[Proof, ...]:
    """Each row of the form whose actual value is a number with a unit, held against what the attached files say."""
    statements = [statement for document in attached for statement in statements_of(document)]
    entry = case.law.rules.get(RULE)
    return proofs_of(case.rows, statements, case.evaluation.fiscal_year, entry.words("other_words") if entry is not None else ())
