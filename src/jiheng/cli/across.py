"""``jiheng across DATA``: what only many forms together show, by kind, with counts and examples, and the roll-up of regions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jiheng.domain.quantity import thousands

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

    from jiheng.batch.across.survey import Survey
    from jiheng.rulebook import Rulebook
    from jiheng.rulebook.model import RulePack

EXAMPLES = 3
SEVERITIES = ("error", "warning", "info")


@click.command()
@click.argument("data", metavar="DATA")
@click.option("--year", type=int, metavar="YEAR", help="只报这一评价年度的意见；往年的表仍用来比对。")
@click.option("--pack", metavar="ID", help="门槛、词表与依据取自哪个规则包；默认为最新的全国规则包。")
@click.option("--rescore", is_flag=True, help="按该规则包复算每张表，比较各单位自评与复算的平均分。")
@click.option("--examples", type=click.IntRange(min=0), default=EXAMPLES, metavar="N", help=f"每种意见举几个例子，默认 {EXAMPLES}。")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="显示的格式，默认 text。")
@click.option("--output", metavar="PATH", help="写入文件；.parquet 写出每一条意见（可以很多），其他后缀写出与屏幕相同的内容。")
def across(  # noqa: PLR0913 - the options of the command, each named
    data: str, *, year: int | None, pack: str | None, rescore: bool, examples: int, form: str, output: str | None
) -> int:
    """跨表审核：雷同的文字与数值、目标与历年和同类相比、单位得分普遍接近满分、共用的佐证，以及各地区汇总。

    DATA 是 jiheng columns write 写出的数据集。退出码：0 没有错误或提醒，1 有错误或提醒，2 用法有误。
    """
    _check_installed()
    from jiheng.batch.across.stored import portions_of  # noqa: PLC0415 - comes with an extra
    from jiheng.batch.across.survey import Survey  # noqa: PLC0415 - as above
    from jiheng.cli.delivery import write  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - as above

    book = load_rulebook()
    law = book.national if pack is None else book.pack(pack)
    with closing(Survey(portions_of(Path(data), law=law if rescore else None), law, year=year)) as survey:
        told = _summary(survey, law, book, examples)
        if output is not None and output.endswith(".parquet"):
            _write_details(survey, Path(output))
        text = json.dumps(told, ensure_ascii=False, indent=2) if form == "json" else "\n".join(_lines(told))
        if output is not None and not output.endswith(".parquet"):
            write(Path(output), text)
        else:
            click.echo(text)
    return int(any(kind["severities"].get(severity) for kind in told["kinds"] for severity in ("error", "warning")))


def _check_installed() -> None:
    import importlib.util  # noqa: PLC0415 - only this command asks

    missing = [name for name in ("numpy", "numba", "pyarrow") if importlib.util.find_spec(name) is None]
    if missing:
        raise click.UsageError(f"跨表审核需要 {'、'.join(missing)}，请安装 jiheng[batch]。")


def _summary(survey: Survey, law: RulePack, book: Rulebook, examples: int) -> dict[str, Any]:
    """Counts by kind with the worst examples, what was left out, the roll-up of regions."""
    from jiheng.batch.across import rollup  # noqa: PLC0415 - comes with an extra
    from jiheng.batch.across.notes import Notes  # noqa: PLC0415 - as above

    notes = Notes()
    sums = rollup.table(rollup.regions(survey.sealed, book.gazetteer.upwards, notes))
    counts = Counter(zip(*(survey.findings[name].to_pylist() for name in ("code", "severity")), strict=True))
    shown: dict[str, list[dict[str, Any]]] = {}
    for table in survey.details(survey.worst(examples)):
        for line in table.to_pylist():
            shown.setdefault(line["code"], []).append(line)
    codes = sorted({code for code, _ in counts}, key=lambda code: (min(SEVERITIES.index(s) for c, s in counts if c == code), code))
    kinds = [
        {
            "code": code,
            "title": law.rules[code].title,
            "count": sum(many for (name, _), many in counts.items() if name == code),
            "severities": {severity: counts[code, severity] for severity in SEVERITIES if counts[code, severity]},
            "authority": law.rules[code].authority,
            "examples": sorted(shown.get(code, []), key=lambda line: (-line["other_count"], line["form"], line["subject"])),
        }
        for code in codes
    ]
    return {
        "forms": survey.sketches.count,
        "pack": law.id,
        "kinds": kinds,
        "left_out": [*survey.notes, *notes.sentences()],
        "regions": _regions(sums),
    }


def _regions(sums: pa.Table) -> list[dict[str, Any]]:
    return [
        {key: value if value is None or isinstance(value, int | str) else f"{value:f}" for key, value in line.items()} for line in sums.to_pylist()
    ]


def _lines(told: dict[str, Any]) -> Iterator[str]:
    from jiheng.domain.finding import SEVERITY_NAMES  # noqa: PLC0415 - start-up time of the other commands

    total = sum(kind["count"] for kind in told["kinds"])
    yield f"共 {told['forms']:,} 张表，{total:,} 条跨表意见（规则包 {told['pack']}）。"
    for kind in told["kinds"]:
        many = "、".join(f"{SEVERITY_NAMES[severity]} {count:,}" for severity, count in kind["severities"].items())
        yield ""
        yield f"{kind['code']} {kind['title']}：{many}"
        for line in kind["examples"]:
            yield f"  {line['form']} {line['subject'] or '全表'}  {line['message']}"
    if told["left_out"]:
        yield ""
        yield "没有比对的："
        yield from (f"  {sentence}" for sentence in told["left_out"])
    yield ""
    yield "各地区汇总（金额单位：元；平均分按预算数加权）"
    yield "年度\t地区\t表数\t预算数\t执行数\t执行率（%）\t自评\t复算"
    for region in told["regions"]:
        names = ("year", "place", "forms", "budget", "spent", "rate", "stated", "recomputed")
        yield "\t".join(_cell(name, region[name]) for name in names)


def _cell(name: str, value: object) -> str:
    """A figure as people read it: amounts with thousands separators and without idle zeros, a row without a year as such."""
    if value is None:
        return "未定" if name == "year" else "—"
    return thousands(Decimal(str(value))) if name in {"budget", "spent"} else str(value)


def _write_details(survey: Survey, path: Path) -> None:
    """Every finding in words, a row group at a time.

    Raises:
        click.UsageError: the place cannot be written.
    """
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with an extra

    from jiheng.batch.across.wording import ACROSS  # noqa: PLC0415 - as above

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(path, ACROSS) as writer:
            for table in survey.details():
                writer.write_table(table)
    except OSError as error:
        raise click.UsageError(f"--output：无法写入 {path}（{error.strerror}）。请换一个位置。") from None
    click.echo(f"{path}：{len(survey.problems):,} 条意见", err=True)
