"""A Dossier is everything known about one form: what was read, what the rules give, what is wrong. Frozen and digested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple, cast

from jiheng.domain.document import Anchor, Notice
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.finding import Finding, Repair, Stage
from jiheng.domain.measured import Measurement
from jiheng.domain.proof import Proof
from jiheng.domain.scorecard import Scorecard, Treatment

VERSION = "1"
LEFT_OUT_WHEN_EMPTY = {"left_out_when_empty": True}
"""Marks a field that stands in the JSON only where it says something: forms without it keep their digests."""


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


make_reading = cast("Callable[[tuple[object, ...]], FieldReading]", partial(tuple.__new__, FieldReading))
"""A FieldReading from a tuple of all its fields, in half the time: a form has hundreds."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception for one row: ``subject`` ``/indicators/5``, how it is treated, and why."""

    subject: str
    treatment: Treatment
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """The result of one appraisal; ``evaluation`` and ``scorecard`` are None where the file could not be read or no pack was in force.

    ``measurements`` are what ledgers say about its rows, ``proofs`` what attached files say; without such they do not appear in the JSON.
    """

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
    measurements: tuple[Measurement, ...] = field(default=(), metadata=LEFT_OUT_WHEN_EMPTY)
    proofs: tuple[Proof, ...] = field(default=(), metadata=LEFT_OUT_WHEN_EMPTY)
