"""Data sets on disk: what is written is read, twice is once, and what a killed writer leaves does not count."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from jiheng.batch import schema, writer
from jiheng.batch.columns import dossiers_of
from jiheng.batch.known import Known
from jiheng.batch.partitions import folder_of, parts_of
from jiheng.batch.store import Outcome, Written, groups, write
from jiheng.domain.codec import dumps
from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.value import Value
from jiheng.errors import DataSetError

PLACES = ("广东省江门市", "安徽省", None)


def form(number: int, *, year: int | None = 2023, place: str | None = "广东省江门市", rows: int = 3, name: str = "表.txt") -> Dossier:
    indicators = tuple(Indicator("产出", "数量", f"指标{at}", Value(f"{at}批", "quantity"), weight=Decimal(10)) for at in range(rows))
    evaluation = Evaluation(fiscal_year=year, place=place, project_name=f"项目{number}", indicators=indicators, funds=(FundLine("总额"),))
    return Dossier(date(2023, 12, 31), Source(name, f"{number:064x}"[::-1], "txt"), evaluation)


def read(path: Path) -> list[Dossier]:
    return [dossier for group in groups(path) for dossier in dossiers_of(group.read())]


def same_forms(found: list[Dossier], expected: list[Dossier]) -> bool:
    return sorted(map(dumps, found)) == sorted(map(dumps, expected))


def files(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.rglob("*") if entry.is_file() and entry.name != ".writing")


def spoilt(path: Path, table: str) -> Path:
    return parts_of(path)[0].file(table)


def rewrite(file: Path, table: pa.Table, **metadata: bytes) -> None:
    own = pq.ParquetFile(file).metadata.metadata
    about = {key: value for key, value in own.items() if key.startswith(b"jiheng.")} | {key.encode(): value for key, value in metadata.items()}
    pq.write_table(table.replace_schema_metadata(about), file)


def test_forms_stand_by_year_and_place_and_come_back(tmp_path: Path) -> None:
    forms = [form(number, year=year, place=place) for number, (year, place) in enumerate((y, p) for y in (2022, None) for p in PLACES)]
    assert write(tmp_path, forms) == Written(forms=6, indicators=18)
    found = groups(tmp_path)
    assert [(one.year, one.place, one.part.number, one.index, one.forms, one.indicators, one.fund_lines) for one in found] == [
        (year, place, 1, 0, 1, 3, 1) for year in (None, 2022) for place in ("安徽省", "广东省江门市", None)
    ]
    assert (tmp_path / "fiscal_year=0" / "place=未定" / "forms-0001.parquet").exists()
    assert same_forms(read(tmp_path), forms)


@pytest.mark.parametrize("place", ["未定", "", "甲/乙", "a=b%", "..", ".", " 省 ", "省" * 300, "\n", "con:"])
def test_any_place_has_a_folder_of_its_own_and_comes_back(tmp_path: Path, place: str) -> None:
    forms = [form(1, place=place), form(2, place=None)]
    write(tmp_path, forms)
    assert same_forms(read(tmp_path), forms)
    assert len({group.part.folder for group in groups(tmp_path)}) == 2
    assert {group.part.folder.parent.parent for group in groups(tmp_path)} == {tmp_path}
    assert place in {group.place for group in groups(tmp_path)} or len(place) > 200


@pytest.mark.parametrize("year", [0, -5, 99999999999])
def test_a_year_that_is_none_is_kept_as_it_is(tmp_path: Path, year: int) -> None:
    write(tmp_path, [form(1, year=year)])
    assert read(tmp_path) == [form(1, year=year)]


def test_a_row_group_holds_so_many_forms_and_a_part_so_many_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "FORMS_PER_GROUP", 4)
    monkeypatch.setattr(writer, "GROUPS_PER_PART", 2)
    forms = [form(number, rows=number % 3) for number in range(11)]
    write(tmp_path, forms)
    assert [(group.part.number, group.index, group.forms) for group in groups(tmp_path)] == [(1, 0, 4), (1, 1, 4), (2, 0, 3)]
    assert read(tmp_path) == forms
    assert list(dossiers_of(groups(tmp_path)[1].read())) == forms[4:8]


def test_forms_without_rows_have_row_groups_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "FORMS_PER_GROUP", 1)
    forms = [form(1, rows=0), form(2), form(3, rows=0)]
    write(tmp_path, forms)
    assert read(tmp_path) == forms


def test_little_text_is_held_and_few_parts_are_open_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "HELD_TEXT", 6000)
    monkeypatch.setattr(writer, "OPEN_PARTS", 2)
    forms = [form(number, year=2000 + number % 5) for number in range(40)]
    assert write(tmp_path, forms).forms == 40
    assert len(groups(tmp_path)) > 5
    assert same_forms(read(tmp_path), forms)


def test_a_second_write_adds_numbered_parts(tmp_path: Path) -> None:
    write(tmp_path, [form(1)])
    write(tmp_path, [form(2), form(3, year=2024)])
    assert [(group.year, group.part.number, group.forms) for group in groups(tmp_path)] == [(2023, 1, 1), (2023, 2, 1), (2024, 1, 1)]
    assert read(tmp_path) == [form(1), form(2), form(3, year=2024)]


def test_the_same_form_is_not_added_twice_and_another_of_its_number_is_told(tmp_path: Path) -> None:
    heard: list[Outcome] = []
    changed = form(1, name="另一份.txt")
    assert write(tmp_path, [form(1), form(2), form(1), changed], told=heard.append) == Written(forms=2, indicators=6, same=1, other=1)
    assert [one.status for one in heard] == ["added", "added", "same", "other"]
    assert write(tmp_path, [form(2), form(1), changed, form(1, year=2024)]) == Written(same=2, other=2)
    assert read(tmp_path) == [form(1), form(2)]
    assert heard[-1].sentence() == (
        f"表 1{'0' * 15}-1（另一份.txt）：数据集中已有这个编号，内容不同或无从比较（原件名称、规则包或读入结果变了），没有写入。"
        "如要以新的为准，请把全部档案写入一个新的目录。"
    )


def test_many_numbers_are_known_in_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiheng.batch.known._RECENT", 7)
    known = Known()
    for number in range(1000):
        known.add(f"表{number}", number)
    assert [known.content(f"表{number}") for number in range(1000)] == list(range(1000))
    assert known.content("表1000") is None
    assert len(known._runs) < 12  # noqa: SLF001 - few runs are what makes looking up fast


def _killed_while_writing(path: Path) -> None:
    def forms() -> Iterator[Dossier]:
        yield from (form(number, year=2020 + number % 2) for number in range(10, 20))
        os._exit(9)

    writer.HELD_TEXT = 2000  # type: ignore[misc]  # so that row groups are on disk already
    write(path, forms())


def test_a_killed_writer_leaves_nothing_half_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    write(tmp_path, [form(1)])
    before = files(tmp_path)
    child = multiprocessing.get_context("spawn").Process(target=_killed_while_writing, args=(tmp_path,))
    child.start()
    child.join()
    assert child.exitcode == 9
    assert len(files(tmp_path)) > len(before)
    assert read(tmp_path) == [form(1)]
    assert write(tmp_path, [form(2)]).forms == 1
    assert same_forms(read(tmp_path), [form(1), form(2)])
    assert not [name for name in files(tmp_path) if name.startswith(".")]


@pytest.mark.parametrize("named", [1, 2])
def test_a_writer_killed_between_the_names_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: int) -> None:
    done: list[Path] = []
    rename = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if len(done) == named:
            raise KeyboardInterrupt
        done.append(target)
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path, [form(1)])
    assert [path.name for path in done] == ["funds-0001.parquet", "indicators-0001.parquet"][:named]
    assert groups(tmp_path) == ()
    assert write(tmp_path, [form(1), form(2)]).forms == 2
    assert read(tmp_path) == [form(1), form(2)]


def test_what_was_taken_before_the_source_broke_is_kept(tmp_path: Path) -> None:
    def forms() -> Iterator[Dossier]:
        yield form(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, forms())
    assert read(tmp_path) == [form(1)]


def test_a_full_disk_is_told_and_half_a_row_group_is_never_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pq.ParquetWriter, "write_table", full)
        with pytest.raises(DataSetError, match="无法写入（No space left on device）") as told:
            write(tmp_path, [form(1)])
    assert told.value.code == "columns.unwritable"
    assert files(tmp_path) == []
    assert write(tmp_path, [form(1)]).forms == 1


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    with writer.Writer(tmp_path), pytest.raises(DataSetError, match="另一个程序正在写入") as told:
        write(tmp_path, [form(1)])
    assert told.value.code == "columns.busy"
    assert write(tmp_path, [form(1)]).forms == 1


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("甲", encoding="utf-8")
    with pytest.raises(DataSetError, match="无法写入") as told:
        write(tmp_path / "file", [form(1)])
    assert told.value.code == "columns.unwritable"


def test_only_the_columns_asked_for_are_read(tmp_path: Path) -> None:
    write(tmp_path, [form(1), form(2)])
    tables = groups(tmp_path)[0].read({"forms": ["form"], "indicators": ["name", "weight"]}, dictionary=("name",))
    assert tables.forms.column_names == ["form"]
    assert tables.indicators.column_names == ["name", "weight"]
    assert tables.funds.column_names == schema.FUNDS.names
    assert pa.types.is_dictionary(tables.indicators.schema.field("name").type)
    assert tables.indicators["name"].to_pylist() == ["指标0", "指标1", "指标2"] * 2


def test_files_of_other_writers_are_read_though_their_types_are_wider(tmp_path: Path) -> None:
    write(tmp_path / "ours", [form(1)])
    tables = groups(tmp_path / "ours")[0].read()._asdict()
    folder = folder_of(tmp_path / "theirs", 2023, "广东省江门市")
    folder.mkdir(parents=True)
    for name, table in tables.items():
        types = {pa.string(): pa.large_string(), pa.int32(): pa.int64()}
        wide = pa.schema([pa.field(field.name, types.get(field.type, field.type)) for field in table.schema])
        pq.write_table(table.cast(wide).append_column("more", pa.nulls(table.num_rows)), folder / f"{name}.parquet")
    assert read(tmp_path / "theirs") == [form(1)]
    assert groups(tmp_path / "theirs")[0].part.number == 0
    assert write(tmp_path / "theirs", [form(2)]).forms == 1
    assert read(tmp_path / "theirs") == [form(1), form(2)]


@pytest.mark.parametrize("table", ["indicators", "funds"])
def test_a_missing_file_is_named(tmp_path: Path, table: str) -> None:
    write(tmp_path, [form(1)])
    spoilt(tmp_path, table).unlink()
    with pytest.raises(DataSetError, match=f"{table}-0001.parquet：缺少这个文件") as told:
        groups(tmp_path)
    assert told.value.code == "columns.missing"


def test_a_missing_data_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match="没有这个数据集") as told:
        groups(tmp_path / "没有")
    assert told.value.code == "columns.missing"


def test_the_folder_around_a_data_set_or_a_year_within_it_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    write(tmp_path / "年度" / "数据", [form(1)])
    data = tmp_path / "年度" / "数据"
    for wrong in (tmp_path / "年度", data / "fiscal_year=2023", data / "fiscal_year=2023" / "place=广东省江门市"):
        with pytest.raises(DataSetError, match=f"是不是 {data}"):
            groups(wrong)
    with pytest.raises(DataSetError, match="请检查路径"):
        groups(tmp_path)
    (tmp_path / "空").mkdir()
    assert groups(tmp_path / "空") == ()


@pytest.mark.parametrize("table", schema.PARTS)
def test_a_foreign_file_is_told(tmp_path: Path, table: str) -> None:
    write(tmp_path, [form(1)])
    pq.write_table(pa.table({"甲": [1]}), spoilt(tmp_path, table))
    with pytest.raises(DataSetError, match="不是绩衡的列式数据，缺少") as told:
        groups(tmp_path)
    assert told.value.code == "columns.foreign"


def test_a_column_of_another_type_is_told(tmp_path: Path) -> None:
    write(tmp_path, [form(1)])
    file = spoilt(tmp_path, "indicators")
    table = pq.read_table(file, partitioning=None)
    at = table.schema.names.index("weight")
    rewrite(file, table.set_column(at, "weight", [pa.array([[1]] * table.num_rows)]))
    with pytest.raises(DataSetError, match="列的类型不合") as told:
        groups(tmp_path)[0].read()
    assert told.value.code == "columns.foreign"


def test_what_is_no_parquet_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, [form(1)])
    spoilt(tmp_path, "forms").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(DataSetError, match="不是 Parquet 文件，或者已经损坏") as told:
        groups(tmp_path)
    assert told.value.code == "columns.foreign"


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, [form(number) for number in range(50)])
    file = spoilt(tmp_path, "indicators")
    content = bytearray(file.read_bytes())
    content[60] ^= 255
    file.write_bytes(bytes(content))
    with pytest.raises(DataSetError, match="已经损坏"):
        groups(tmp_path)[0].read()


def test_a_newer_schema_is_told(tmp_path: Path) -> None:
    write(tmp_path, [form(1)])
    file = spoilt(tmp_path, "funds")
    rewrite(file, pq.read_table(file, partitioning=None), **{"jiheng.columns": b"2"})
    with pytest.raises(DataSetError, match="列的版本为 2，本版本只认到 1") as told:
        groups(tmp_path)
    assert told.value.code == "columns.newer"


def test_files_of_two_writes_do_not_fit_together(tmp_path: Path) -> None:
    write(tmp_path / "a", [form(1)])
    write(tmp_path / "b", [form(2)])
    spoilt(tmp_path / "a", "indicators").replace(spoilt(tmp_path / "b", "indicators"))
    with pytest.raises(DataSetError, match="三个文件不是同一次写成的") as told:
        groups(tmp_path / "b")
    assert told.value.code == "columns.misaligned"


@pytest.mark.parametrize(("table", "label"), [("indicators", "指标"), ("funds", "资金")])
def test_a_table_with_rows_too_few_does_not_fit(tmp_path: Path, table: str, label: str) -> None:
    write(tmp_path, [form(1)])
    file = spoilt(tmp_path, table)
    held = pq.read_table(file, partitioning=None)
    rewrite(file, held.slice(0, held.num_rows - 1))
    with pytest.raises(DataSetError, match=f"有 {held.num_rows - 1} 行{label}，而 forms 中记的是 {held.num_rows} 行") as told:
        groups(tmp_path)[0].read()
    assert told.value.code == "columns.misaligned"


def test_other_files_and_folders_are_no_part_of_the_data_set(tmp_path: Path) -> None:
    write(tmp_path, [form(1)])
    folder = parts_of(tmp_path)[0].folder
    for stray in (tmp_path / "说明.txt", folder / "forms-x.parquet", folder / "indicators-0009.parquet", tmp_path / "fiscal_year=abc"):
        stray.write_text("甲", encoding="utf-8")
    assert read(tmp_path) == [form(1)]
