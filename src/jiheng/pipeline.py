"""The straight line: bytes → Document → Draft → Evaluation → Case → Scorecard → Findings → Dossier. Read this file first."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from jiheng import audit, importers, scoring
from jiheng.audit.files import plain_finding
from jiheng.domain.document import Document
from jiheng.domain.dossier import Dossier, Source, Waiver
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.finding import Finding, Stage
from jiheng.errors import NoPackInForceError, UnreadableFileError
from jiheng.rulebook import Choice, Rulebook
from jiheng.rulebook.model import RulePack
from jiheng.scoring.case import Case


def appraise(  # noqa: PLR0913 - the options of the command line, each named
    source: bytes,
    name: str,
    *,
    rulebook: Rulebook,
    pack: str | None = None,
    place: str | None = None,
    on: date | None = None,
    waivers: Sequence[Waiver] = (),
    stages: tuple[Stage, ...] = audit.DEFAULT_STAGES,
) -> tuple[Dossier, ...]:
    """One dossier per form in the file; bad data gives findings, never an exception.

    Raises:
        PackUnknownError: ``pack`` names no pack.
        WaiverInvalidError: a waiver names no row of the form or a treatment its pack does not allow.
    """
    try:
        document = importers.read(source, name)
    except UnreadableFileError as error:
        return (_unreadable(source, name, error, rulebook),)
    drafts = importers.recognise(document, rulebook.labels)
    asked = _Asked(pack, place, on, tuple(waivers), stages)
    return tuple(_appraise_one(importers.parse(draft), document, rulebook, asked) for draft in drafts)


class _Asked:
    """What the caller asked for, the same for every form of a file."""

    def __init__(self, pack: str | None, place: str | None, on: date | None, waivers: tuple[Waiver, ...], stages: tuple[Stage, ...]) -> None:
        self.pack = pack
        self.place = place
        self.on = on
        self.waivers = waivers
        self.stages = stages


def _appraise_one(parsed: importers.Parsed, document: Document, rulebook: Rulebook, asked: _Asked) -> Dossier:
    evaluation = parsed.evaluation
    on = asked.on or taken_on(evaluation, rulebook)
    try:
        choice = rulebook.choose(
            kind=evaluation.kind,
            template=evaluation.template,
            place_texts=parsed.place_texts,
            place=asked.place,
            pack=asked.pack,
            on=on,
        )
    except NoPackInForceError as error:
        entry = rulebook.national.rules["pack.none-in-force"]
        reference = rulebook.nearest(evaluation.template, on)
        todo = f"本表没有复算得分，其余意见参照“{reference.title}”。请用 --on 指定规则适用日期，或用 --pack 指定规则包。"
        return _without_law(_read(parsed, evaluation, document, on=on, asked=asked), rulebook, plain_finding(entry, str(error), todo))
    placed = evaluation if choice.place == evaluation.place else replace(evaluation, place=choice.place)
    return under_law(_read(parsed, placed, document, on=on, asked=asked), choice)


def _read(parsed: importers.Parsed, evaluation: Evaluation, document: Document, *, on: date, asked: _Asked) -> Dossier:
    """What is known of a form before any law is applied to it."""
    return Dossier(
        on=on,
        document=Source(document.name, document.digest, document.format, document.notices),
        evaluation=evaluation,
        fields=parsed.fields,
        repairs=parsed.repairs,
        waivers=asked.waivers,
        stages=asked.stages,
    )


def under_law(read: Dossier, choice: Choice) -> Dossier:
    """Score and audit what was read under a chosen pack. Needs a dossier with an evaluation and a date."""
    if read.evaluation is None or read.on is None:
        return read
    law = choice.pack
    case = scoring.case_of(read, law)
    scorecard = scoring.score(case)
    findings = audit.check(case, scorecard, read.repairs, stages=read.stages)
    others = (*_about_the_file(read, law), *_about_the_choice(choice, read.stages))
    if others:
        findings = audit.worst_first((*others, *findings))
    return replace(read, evaluation=case.evaluation, scorecard=scorecard, findings=findings)


def _without_law(read: Dossier, rulebook: Rulebook, refusal: Finding) -> Dossier:
    """No law on that date: nothing is scored; what is wrong with the form itself is told by the nearest rules, said to be a reference."""
    reference = rulebook.nearest(read.evaluation.template if read.evaluation else None, read.on or rulebook.horizon)
    audited = under_law(read, Choice(reference, None, "reference"))
    return replace(audited, scorecard=None, findings=audit.worst_first((refusal, *audited.findings)))


def recheck(dossier: Dossier, rulebook: Rulebook) -> Dossier:
    """Score and audit a stored dossier again under the pack it names; equal to the original unless somebody changed either.

    Raises:
        PackUnknownError: the dossier's pack is not in this rulebook.
    """
    if dossier.evaluation is None:
        return dossier
    if dossier.scorecard is None:
        told = next(finding for finding in dossier.findings if finding.code == "pack.none-in-force")
        return _without_law(dossier, rulebook, told)
    law = rulebook.pack(dossier.scorecard.rulepack.id)
    by_default = any(finding.code == "pack.default" for finding in dossier.findings)
    choice = Choice(pack=law, place=dossier.evaluation.place, by="default" if by_default else "named")
    return under_law(dossier, choice)


def measured(dossier: Dossier, folder: Path, rulebook: Rulebook) -> Dossier:
    """The dossier with its rows measured from the ledgers in a folder, audited again with what they say.

    Raises:
        PackInvalidError: the folder's bindings break their schema.
        LedgerUnboundError: a binding names no row of the form, or several.
    """
    from jiheng.evidence.project import measure_form  # noqa: PLC0415 - most forms come without ledgers

    case = case_of(dossier, rulebook)
    return dossier if case is None else recheck(replace(dossier, measurements=measure_form(case, folder, rulebook.ledgers)), rulebook)


def proved(dossier: Dossier, attached: Sequence[Document], rulebook: Rulebook) -> Dossier:
    """The dossier with its rows held against what attached files say, audited again with it."""
    from jiheng.evidence.attachments import held_against  # noqa: PLC0415 - most forms come without attached files

    case = case_of(dossier, rulebook)
    return dossier if case is None else recheck(replace(dossier, proofs=held_against(case, attached)), rulebook)


def case_of(dossier: Dossier, rulebook: Rulebook) -> Case | None:
    """The form of a dossier under the law it was scored by, or the nearest one; None where the file could not be read."""
    if dossier.evaluation is None or dossier.on is None:
        return None
    card = dossier.scorecard
    law = rulebook.pack(card.rulepack.id) if card is not None else rulebook.nearest(dossier.evaluation.template, dossier.on)
    return scoring.case_of(dossier, law)


def taken_on(evaluation: Evaluation, rulebook: Rulebook) -> date:
    """The day whose rules apply: 31 December of the form's fiscal year; where it prints none, of the rulebook's newest year. Never today."""
    return date(evaluation.fiscal_year, 12, 31) if evaluation.fiscal_year else rulebook.horizon


def _about_the_file(read: Dossier, law: RulePack) -> tuple[Finding, ...]:
    """Macros and other oddities that reading reported."""
    entries = ((law.rules[notice.code], notice) for notice in read.document.notices if notice.code in law.rules)
    return tuple(plain_finding(entry, notice.message, "", notice.anchor) for entry, notice in entries if entry.stage in read.stages)


def _about_the_choice(choice: Choice, stages: tuple[Stage, ...]) -> tuple[Finding, ...]:
    entry = choice.pack.rules.get("pack.default")
    if choice.by != "default" or entry is None or entry.stage not in stages:
        return ()
    return (plain_finding(entry, f"未找到本地规则包，按“{choice.pack.title}”复算。", "如有本地规则，请用 --pack 或 --place 指定。"),)


def _unreadable(source: bytes, name: str, error: UnreadableFileError, rulebook: Rulebook) -> Dossier:
    entry = rulebook.national.rules[error.code]
    return Dossier(
        on=None,
        document=Source(name, hashlib.sha256(source).hexdigest(), name.rpartition(".")[2].lower()),
        findings=(plain_finding(entry, str(error), ""),),
    )
