"""``jiheng evidence FORM FILE…``: the attached files say, the form says."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jiheng.cli.explain import one_case
from jiheng.cli.intake import documents_of, existing, request_of


@click.command()
@click.argument("form", metavar="FORM")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--recursive", is_flag=True, help="目录连同下级目录里的文件一起读；不给则只读目录里的文件。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31。")
@click.option("--form", "nth", type=click.IntRange(min=1), default=1, metavar="N", help="文件中有多张表时，第几张；默认 1。")
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", help="输出格式，默认 text。")
def evidence(  # noqa: PLR0913 - the options of the command, each named
    form: str, files: tuple[str, ...], *, recursive: bool, pack: str | None, place: str | None, on: str | None, nth: int, layout: str
) -> int:
    """在佐证材料里找出每一行完成值的出处，逐项对照。

    FORM 是自评表，FILE 是佐证材料（docx、xlsx、pdf 等，或目录）。按计量单位、指标名称、期间对照，一处数字只证明一行。
    退出码：0 没有不一致，1 有不一致或一处证明多行，2 用法有误，3 自评表无法读取或没有一份材料读得出。
    """
    paths = [path for path in existing(files, recursive=recursive) if path.resolve() != Path(form).resolve()]
    found = one_case(form, request_of(pack=pack, place=place, on=on, stage=(), waiver=()), nth)
    if found is None:
        return 3
    dossier, case = found
    from jiheng.evidence.attachments import held_against  # noqa: PLC0415 - start-up time of the other commands

    attached = documents_of(paths)
    if not attached:
        return 3
    proofs = held_against(case, attached)
    if layout == "json":
        from jiheng.domain.codec import record_to_json  # noqa: PLC0415 - as above

        click.echo(json.dumps([record_to_json(proof) for proof in proofs], ensure_ascii=False, indent=1))
    else:
        from jiheng.exporters.terminal import show_proofs  # noqa: PLC0415 - rich is slow to import

        show_proofs(dossier, proofs)
    return int(any(proof.verdict in {"differs", "shared"} for proof in proofs))
