"""A data set rescored: each form under its own law, the same files from every engine, whole or not there, never mixed with others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from batch.across_forms import dossier, filed, fund, row
from jiheng.batch import schema, writer
from jiheng.batch.chosen import NO_LAW, Asked, Choice, choices_of, judged
from jiheng.batch.columns import Tables, tables_of
from jiheng.batch.engines.cluster import Cluster
from jiheng.batch.engines.local import Local
from jiheng.batch.engines.port import Engine
from jiheng.batch.jobs import Progress
from jiheng.batch.judge import compile_law, judge
from jiheng.batch.rescoring import STATE, Summary, rescore
from jiheng.batch.store import write
from jiheng.domain.dossier import Dossier
from jiheng.domain.scorecard import PackId, Scorecard
from jiheng.errors import DossierInvalidError, EngineError, NoPackInForceError, PackUnknownError
from jiheng.rulebook import load_rulebook

KERNELS = pytest.mark.xdist_group("kernels")  # compiled once
NATIONAL = "cn-2020"
UNITS = 4
PLAIN = Asked()


def made(
    number: int, *, year: int = 2023, place: str | None = "四川省", total: str = "90", kind: str = "project", template: str | None = None
) -> Dossier:
    """A form with a row that earns part of its points, one that cannot be scored by formula, and money."""
    rows = [row("≥100人", f"{50 + number}人", "40", "20"), row("逐步提高", "逐步提高", "50", "50", name="满意程度")]
    money = (fund(adjusted="100", spent="80"),)
    return dossier(filed(f"项目{number}", year=year, place=place, rows=rows, total=total, kind=kind, template=template, funds=money))


def scored_by(one: Dossier, pack: str) -> Dossier:
    """The form as one that was stored with the pack it was scored under."""
    return replace(one, scorecard=Scorecard(PackId(pack, ""), (), None, None, None, None))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four row groups of three forms in two partitions."""
    monkeypatch.setattr(schema, "FORMS_PER_GROUP", 3)
    monkeypatch.setattr(writer, "GROUPS_PER_PART", 1)
    write(tmp_path / "data", [made(number, year=2022 + number % 2, place=["四川省", "安徽省"][number % 2]) for number in range(12)])
    return tmp_path / "data"


def rescored(data: Path, out: Path, asked: Asked = PLAIN, engine: Engine | None = None) -> Summary:
    """The whole data set rescored."""
    return sum((summary for _, summary in rescore(data, out, asked, engine=engine or Local(1))), Summary())


def files(out: Path) -> dict[str, bytes]:
    """The results by name; the job's own folder apart."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file() and STATE not in path.parts}


def results(out: Path, table: str) -> list[dict[str, object]]:
    """A table of the results, one file after the other."""
    return [line for path in sorted(out.rglob(f"{table}-*.parquet")) for line in pq.read_table(path, partitioning=None).to_pylist()]


def chosen(forms: list[Dossier], asked: Asked = PLAIN, place: str | None = "四川省") -> list[Choice]:
    return choices_of(tables_of(forms), asked, year=2023, place=place)


@KERNELS
def test_the_results_are_those_of_the_judge_in_the_partitions_of_the_data(data: Path, tmp_path: Path) -> None:
    summary = rescored(data, tmp_path / "out", Asked(NATIONAL))
    assert (summary.forms, summary.rows, summary.unruled, summary.interpreted) == (12, 24, 0, 0)
    place = "fiscal_year=2022/place=四川省"
    assert {name for name in files(tmp_path / "out") if name.startswith(place)} == {
        f"{place}/{table}-000{part}-0000.parquet" for table in schema.RESULTS for part in (1, 2)
    }
    law = compile_law(load_rulebook().pack(NATIONAL))
    for table in schema.RESULTS:
        expected = []
        for numbers in ((0, 2, 4), (6, 8, 10), (1, 3, 5), (7, 9, 11)):
            forms = [made(number, year=2022 + number % 2, place=["四川省", "安徽省"][number % 2]) for number in numbers]
            expected += getattr(judge(*tables_of(forms), law), table).to_pylist()
        assert results(tmp_path / "out", table) == expected
    lines = results(tmp_path / "out", "totals")
    assert summary.differing == sum(line["total"] is not None and line["total"] != line["stated"] for line in lines)
    assert summary.open == sum(line["total"] is None and line["low"] is not None for line in lines)
    found = [line["severity"] for line in results(tmp_path / "out", "findings")]
    assert summary.severities == {severity: found.count(severity) for severity in sorted(set(map(str, found)))}


@KERNELS
def test_two_processes_write_the_same_bytes(data: Path, tmp_path: Path) -> None:
    one, two = rescored(data, tmp_path / "one"), rescored(data, tmp_path / "two", engine=Local(2))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) == UNITS * len(schema.RESULTS)
    assert replace(one, cpu=0) == replace(two, cpu=0)


@pytest.mark.xdist_group("ray")
@pytest.mark.usefixtures("ray_cluster")
@KERNELS
def test_a_cluster_writes_the_same_bytes(data: Path, tmp_path: Path) -> None:
    rescored(data, tmp_path / "one")
    rescored(data, tmp_path / "ray", engine=Cluster(2))
    assert files(tmp_path / "one") == files(tmp_path / "ray")


@KERNELS
def test_each_form_is_judged_under_the_law_that_is_its_own() -> None:
    forms = [
        made(0, kind="department"),
        made(1),
        scored_by(made(2), "cn-gd-jiangmen-2023"),
        made(3, template="jiangmen-2023"),
        scored_by(made(4), "cn-none-1999"),
        replace(made(5), on=date(1999, 12, 31)),
        replace(made(6), on=None),
    ]
    sichuan = Choice("cn-sc-2022")
    own = [
        Choice(NATIONAL),
        sichuan,
        Choice("cn-gd-jiangmen-2023"),
        Choice("cn-gd-jiangmen-2023"),
        sichuan,
        Choice(NATIONAL, reference=True),
        sichuan,
    ]
    assert chosen(forms) == own
    assert chosen(forms, Asked(NATIONAL)) == [Choice(NATIONAL)] * len(forms)
    assert chosen(forms[:3], Asked(on=date(2023, 12, 31))) == [Choice(NATIONAL), sichuan, sichuan]
    assert chosen(forms[:1], Asked(on=date(2010, 12, 31)))[0].reference
    assert chosen(forms[1:2], place=None) == [Choice(NATIONAL)]


@KERNELS
def test_forms_of_several_laws_are_judged_as_if_each_law_had_its_own_row_group() -> None:
    forms = [made(number, kind="department" if number % 3 else "project", total=str(60 + number)) for number in range(9)]
    forms[4] = replace(forms[4], on=date(1999, 12, 31))
    choices = [choice for form in forms for choice in chosen([form])]
    assert len(set(choices)) == 3
    together = judged(tables_of(forms), choices)
    apart = [judged(tables_of([form]), [choice]) for form, choice in zip(forms, choices, strict=True)]
    for table, kind in schema.RESULTS.items():
        whole: pa.Table = getattr(together, table)
        assert whole.schema.equals(kind)
        assert whole.to_pylist() == [line for one in apart for line in getattr(one, table).to_pylist()]
    assert together.findings.num_rows > len(forms)


@KERNELS
def test_a_form_without_a_law_is_not_scored_and_told(tmp_path: Path) -> None:
    write(tmp_path / "data", [replace(made(1), on=date(1999, 12, 31)), made(2)])
    assert rescored(tmp_path / "data", tmp_path / "out").unruled == 1
    first, second = results(tmp_path / "out", "totals")
    assert (first["pack"], first["total"], first["low"], first["grade"], first["indicators"]) == (NO_LAW, None, None, None, 2)
    assert (str(first["stated"]), second["pack"]) == ("90.000000", "cn-sc-2022")
    scores = results(tmp_path / "out", "scores")
    assert {value for line in scores[:2] for value in line.values()} == {None}
    assert scores[2]["method"] is not None


@KERNELS
def test_another_day_takes_the_place_of_the_forms_own(tmp_path: Path) -> None:
    write(tmp_path / "data", [replace(made(1), on=date(1999, 12, 31)), replace(made(2), on=None)])
    summary = rescored(tmp_path / "data", tmp_path / "out", Asked(on=date(2023, 12, 31)))
    assert (summary.unruled, summary.interpreted) == (0, 1)
    assert {line["pack"] for line in results(tmp_path / "out", "totals")} == {"cn-sc-2022"}
    assert {line["method"] for line in results(tmp_path / "out", "scores")} > {"RATIO-CAP"}


@KERNELS
def test_a_pack_must_be_there_and_in_force_on_the_day_asked_for(data: Path, tmp_path: Path) -> None:
    with pytest.raises(PackUnknownError, match="没有规则包“cn-1”"):
        rescored(data, tmp_path / "out", Asked("cn-1"))
    with pytest.raises(NoPackInForceError, match="1999-12-31 没有生效的规则包"):
        rescored(data, tmp_path / "out", Asked(NATIONAL, date(1999, 12, 31)))
    assert not (tmp_path / "out").exists()


@KERNELS
def test_results_are_not_mixed_with_anything_else(data: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "信.txt").write_text("甲", encoding="utf-8")
    for out, told in ((data, "结果不能写在数据集的目录里"), (data / "out", "结果不能写在数据集的目录里"), (tmp_path / "full", "已有别的内容")):
        with pytest.raises(EngineError, match=told):
            rescored(data, out)
    rescored(data, tmp_path / "out")
    with pytest.raises(EngineError, match="属于另一项任务") as error:
        rescored(data, tmp_path / "out", Asked(NATIONAL))
    assert error.value.code == "engine.foreign"
    write(data, [made(99)])
    with pytest.raises(EngineError, match="属于另一项任务"):
        rescored(data, tmp_path / "out")


@KERNELS
def test_a_second_run_does_nothing_but_what_is_missing(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = rescored(data, out)
    before, times = files(out), {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    lost = min(times)
    lost.unlink()
    assert replace(rescored(data, out), cpu=0) == replace(first, cpu=0)
    assert files(out) == before
    assert [path for path, time in times.items() if path.parent == lost.parent and path.stat().st_mtime_ns != time] != []
    assert {path.name.partition("-")[2] for path, time in times.items() if path.stat().st_mtime_ns != time} == {lost.name.partition("-")[2]}


SCRIPT = """
import os, signal, sys
from jiheng import cli
from jiheng.batch import jobs

count, done = int(sys.argv[1]), []
keep = jobs._Kept.write

def kept(self, unit, result):
    keep(self, unit, result)
    done.append(unit)
    if len(done) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    jobs._Kept.write = kept
    cli.run(["rescore", "data", "--output", "out", "--jobs", str(count)])
"""


@pytest.mark.parametrize("jobs", [1, 2])
@KERNELS
def test_a_command_that_was_killed_goes_on_where_it_was(data: Path, tmp_path: Path, jobs: int) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    killed = subprocess.run([sys.executable, "script.py", str(jobs)], cwd=tmp_path, check=False, env=dict(os.environ))  # noqa: S603 - our own
    assert killed.returncode == -signal.SIGKILL
    out = tmp_path / "out"
    kept = [path.relative_to(out / STATE / "units") for path in (out / STATE / "units").rglob("*.done")]
    assert len(kept) == 2
    names = [(path.parent / f"{table}-{path.stem}.parquet") for path in kept for table in schema.RESULTS]
    settled = {name: (out / name).stat().st_mtime_ns for name in names}
    heard: list[Progress] = []
    list(rescore(data, out, PLAIN, engine=Local(1), progress=heard.append))
    assert (heard[0].done, heard[-1].done) == (2, UNITS)
    assert len(settled) == 2 * len(schema.RESULTS)
    assert {name: (out / name).stat().st_mtime_ns for name in settled} == settled
    rescored(data, tmp_path / "whole")
    assert files(out) == files(tmp_path / "whole")


@KERNELS
def test_a_full_disk_is_told(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pq, "write_table", full)
        with pytest.raises(EngineError, match=r"无法写入.*No space left on device") as told:
            rescored(data, tmp_path / "out")
    assert told.value.code == "engine.unwritable"
    assert rescored(data, tmp_path / "out").forms == 12


@KERNELS
def test_a_column_that_holds_nonsense_names_its_form() -> None:
    forms = tables_of([replace(made(1), on=None)])
    broken = forms.forms.set_column(forms.forms.schema.names.index("rest"), schema.FORMS.field("rest"), pa.array(["[]"]))
    with pytest.raises(DossierInvalidError, match="列中的内容不合格式"):
        judged(Tables(broken, forms.indicators, forms.funds), [Choice(NATIONAL)])
