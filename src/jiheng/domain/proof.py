"""What an attached file says about an actual value: a Proof points at the sentence or cell and says whether it agrees with the form."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from jiheng.domain.document import Anchor

Verdict = Literal["agrees", "differs", "shared", "not-found"]
VERDICT_NAMES: dict[Verdict, str] = {"agrees": "一致", "differs": "不一致", "shared": "与别的行共用", "not-found": "没有找到"}


@dataclass(frozen=True, slots=True)
class Proof:
    """One row of the form held against the attached files.

    ``stated`` and ``said`` are the form's and the file's number in ``unit``; ``text`` is the sentence, or the cell with its headings;
    ``period`` the period the file names beside it; ``confidence`` from 0 to 1; ``rivals`` are the subjects that the same place would prove too.
    ``shared``: the place proves another row better, and a place counts for one row only.
    """

    subject: str
    verdict: Verdict
    stated: Decimal
    unit: str
    said: Decimal | None = None
    file: str | None = None
    digest: str | None = None
    anchor: Anchor | None = None
    text: str = ""
    period: str | None = None
    confidence: Decimal = Decimal(0)
    rivals: tuple[str, ...] = ()
