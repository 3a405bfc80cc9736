"""A Dossier is everything known about one form: what was read, what the rules give, what is wrong. Frozen and digested."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from jiheng.domain.document import Anchor, Notice
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.finding import Finding, Repair, Stage
from jiheng.domain.scorecard import Scorecard, Treatment

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Source:
    """The file a form was read from, and what is odd about the file itself."""

    name: str
    digest: str
    format: str
    notices: tuple[Notice, ...] = ()


class FieldReading(NamedTuple):
    """How one field was read: where it stands, how certain, what else it might say."""

    anchor: Anchor
    confidence: Decimal = Decimal(1)
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception for one row: ``subject`` ``/indicators/5``, how it is treated, and why."""

    subject: str
    treatment: Treatment
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """The result of one appraisal; ``evaluation`` and ``scorecard`` are None where the file could not be read or no pack was in force."""

    on: date | None
    document: Source
    evaluation: Evaluation | None = None
    fields: dict[str, FieldReading] = field(default_factory=dict)
    scorecard: Scorecard | None = None
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    stages: tuple[Stage, ...] = ("imp", "fill", "sub", "aud", "pub")
    version: str = VERSION
