"""``jiheng explain FILE SUBJECT``: where a score comes from, in the words of the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from jiheng.cli.intake import Request, appraise_file, existing, request_of
from jiheng.domain.scorecard import TREATMENT_NAMES

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier
    from jiheng.domain.scorecard import Scorecard
    from jiheng.scoring.case import Case


@click.command()
@click.argument("file", metavar="FILE")
@click.argument("subject", metavar="SUBJECT")
@click.option("--waivers", "side_by_side", is_flag=True, help="并列打印五种豁免处理后的合计。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31。")
@click.option("--form", "nth", type=click.IntRange(min=1), default=1, metavar="N", help="文件中有多张表时，第几张；默认 1。")
def explain(  # noqa: PLR0913 - the options of the command, each named
    file: str, subject: str, *, side_by_side: bool, pack: str | None, place: str | None, on: str | None, nth: int
) -> int:
    """说明某一行得分的由来，如 /indicators/13 或 /funds。"""
    found = one_case(file, request_of(pack=pack, place=place, on=on, stage=(), waiver=()), nth)
    if found is None:
        return 3
    card, case = cast("Scorecard", found[0].scorecard), found[1]
    if card.line(subject) is None:
        raise click.UsageError(f"没有计分行“{subject}”。可用的有：{'、'.join(line.subject for line in card.lines)}。")
    from jiheng.scoring.explain import explain as derivation  # noqa: PLC0415 - start-up time of the other commands

    if not side_by_side:
        click.echo("\n".join(derivation(case, card, subject)))
        return 0
    from jiheng.domain.quantity import plain  # noqa: PLC0415 - as above
    from jiheng.scoring.score import all_treatments  # noqa: PLC0415 - as above

    for result in all_treatments(case, subject):
        possible = "" if result.possible is None else f"（满分 {plain(result.possible)}）"
        total = "—" if result.total is None else plain(result.total)
        click.echo(f"{result.treatment}\t{TREATMENT_NAMES[result.treatment]}\t合计 {total}{possible}")
    return 0


def one_case(file: str, request: Request, nth: int) -> tuple[Dossier, Case] | None:
    """The form of a file, scored, and its case; None where there is none (said on stderr).

    Raises:
        click.UsageError: the file has no such form.
    """
    from jiheng import scoring  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - as above

    outcome = appraise_file(existing((file,))[0], request)
    if outcome.message is not None:
        click.echo(outcome.message, err=True)
        return None
    if nth > len(outcome.dossiers):
        raise click.UsageError(f"--form：文件中只有 {len(outcome.dossiers)} 张表，没有第 {nth} 张。")
    dossier = outcome.dossiers[nth - 1]
    if dossier.scorecard is None:
        click.echo("\n".join(finding.message for finding in dossier.findings) or "这张表没有复算结果。", err=True)
        return None
    return dossier, scoring.case_of(dossier, load_rulebook().pack(dossier.scorecard.rulepack.id))
