"""Definitions of ledgers and bindings: what fits is read as written, what does not is refused with file, line and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from jiheng.domain.finding import Citation
from jiheng.errors import PackInvalidError
from jiheng.rulebook import Rulebook
from jiheng.rulebook.ledger_loading import check_bindings, check_borrowed, is_bindings, load_bindings, load_ledger, load_ledgers
from jiheng.rulebook.ledgers import Bindings, Borrowed, Condition, Ledger, Service, Term

LEDGER = """\
sources:
  design: {document: 试, effective: null, mark: design, verified: false}
number: L1
title: 车次台账
owner: 车队
grain: 一趟车
cites: [design]
key: [trip]
period: date
region: region
kind: kind
first: date
unique: [[seal]]
columns:
  trip: {title: 车次, type: text, aliases: [编号]}
  date: {title: 日期, type: date}
  due: {title: 时限, type: date}
  began: {title: 开始, type: moment}
  ended: {title: 结束, type: moment}
  region: {title: 地区, type: code}
  kind: {title: 类别, type: text}
  seal: {title: 铅封, type: text, required: false}
  unit: {title: 单位, type: text}
  persons: {title: 人数, type: integer, unit: 人次}
  seats: {title: 座位, type: integer}
  total: {title: 累计, type: integer, unit: 人次, unit_from: unit, signed: true}
  late: {title: 是否晚点, type: flag}
validity:
  - {code: cancelled, when: [{column: kind, one_of: [取消]}]}
  - {code: incomplete, when: [{column: late, none_of: [是]}, {column: persons, most: 0.5}]}
release: {on: date, word: kind, order: [初步, 最终]}
cumulative: {month: persons, total: total}
completeness: {by: month, every: [kind]}
definitions:
  persons: {title: 人数, unit: 人次, aggregation: sum, reading: 相加。, terms: [{label: 人数, columns: {persons: 1, seats: -2.5}}]}
  trips: {title: 车次, unit: 趟, aggregation: count-distinct, reading: 去重。, distinct: [trip], where: [{column: date, since: start}]}
"""
BINDINGS = """\
project: 试项目
year: 2023
region: 990400
filed_on: 2024-01-20
bindings:
  - {subject: 接转人数, ledger: trips, files: [车次.xlsx]}
  - subject: /indicators/3
    ledger: trips
    files: [车次.xlsx, 夜班/车次.csv]
    feeds: [{url: "https://example.com/trips", token: TRIPS, rows: data.items}, {url: "sqlite:///车次.db", query: SELECT * FROM trips}]
    definition: trips
    approved_by: 口径说明
    where: [{column: kind, one_of: [班车]}]
    reference: 2023-12-30
    service: {active_from: 2022-01-01, active_to: 2022-12-31, basis: 停运通知}
    closed: 结账单
    judgement: true
"""
Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def written(text: str, name: str = "trips.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def trips(write: Writer) -> dict[str, Ledger]:
    return {"trips": load_ledger(write(LEDGER))}


def refusal(work: Callable[[], object]) -> tuple[str, int, str]:
    with pytest.raises(PackInvalidError) as caught:
        work()
    return caught.value.file, caught.value.line, caught.value.what


def test_a_definition_is_read_as_written(write: Writer) -> None:
    ledger = load_ledger(write(LEDGER))
    assert (ledger.id, ledger.number, ledger.key, ledger.unique) == ("trips", "L1", ("trip",), (("seal",),))
    assert ledger.cites == (Citation("试", None, None, None, "design", verified=False),)
    assert ledger.columns["total"].unit_from == "unit"
    assert ledger.validity[1].when == (Condition("late", none_of=("是",)), Condition("persons", most=Decimal("0.5")))
    assert ledger.definitions["persons"].terms == (Term("人数", {"persons": Decimal(1), "seats": Decimal("-2.5")}),)
    assert list(ledger.definitions) == ["persons", "trips"]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("grain: 一趟车\n", "", "缺少“grain”"),
        ("grain: 一趟车", "grain: 一趟车\ncolour: 红", "不认识的键“colour”；台账可用：sources、number、title"),
        ("grain: 一趟车", "grain: 一趟车\nid: x", "不认识的键“id”"),
        ("grain: 一趟车", "grain: 一趟车\ngrain: 两趟", "键“grain”重复"),
        ("cites: [design]", "cites: []", "缺少依据"),
        ("cites: [design]", "cites: [law]", "依据“law”没有列在 sources 里"),
        ("key: [trip]", "key: []", "至少要写一列"),
        ("key: [trip]", "key: [journey]", "没有列“journey”；可用的列：trip、date、due"),
        ("period: date", "period: persons", "列“persons”的类型是 integer，这里要用日期或期间"),
        ("region: region", "region: persons", "列“persons”的类型是 integer，这里要用文字"),
        ("kind: kind", "kind: colour", "没有列“colour”"),
        ("first: date", "first: day", "没有列“day”"),
        ("unique: [[seal]]", "unique: [[plomb]]", "没有列“plomb”"),
        ("type: moment}\n  ended", "type: hour}\n  ended", "“hour”不在可用的取值里：text、date、moment"),
        ("aliases: [编号]", "aliases: [编号, 日期]", "表头“日期”已是列“trip”的，一个表头只能指一列"),
        ("  due: {", "  end: {", "列名“end”要用小写英文字母"),
        ("  due: {", "  Due: {", "列名“Due”要用小写英文字母"),
        ("title: 类别, type: text", "title: 类别, type: text, unit: 元", "列“kind”的类型是 text，只有数"),
        ("type: integer, unit: 人次}", "type: integer, unit: 3人}", "“3人”读不成单位"),
        ("unit_from: unit", "unit_from: date", "列“date”的类型是 date，这里要用文字"),
        ("unit: 人次, unit_from: unit", "unit_from: unit", "列“total”写了 unit_from，还要写 unit"),
        ("code: cancelled", "code: lost", "“lost”不在可用的取值里：out-of-year"),
        ("when: [{column: kind, one_of: [取消]}]", "when: []", "when 至少要写一个条件"),
        ("{column: kind, one_of: [取消]}", "{column: colour, one_of: [取消]}", "没有列“colour”"),
        ("{column: kind, one_of: [取消]}", "{column: kind}", "条件没有写检验什么；可用：one_of、none_of、empty"),
        ("{column: kind, one_of: [取消]}", "{column: kind, one_of: []}", "one_of 至少要写一个词"),
        ("{column: kind, one_of: [取消]}", "{column: kind, colour: 红}", "不认识的键“colour”；这里可用：column、one_of"),
        ("{column: kind, one_of: [取消]}", "{column: kind, empty: true, one_of: [取消]}", "写了 empty: true 就不能再写别的"),
        ("{column: kind, one_of: [取消]}", "{column: kind, least: 1}", "least 只能用于数"),
        ("{column: kind, one_of: [取消]}", "{column: kind, not_above: seats}", "not_above 只能用于数"),
        ("{column: kind, one_of: [取消]}", "{column: persons, one_of: [取消]}", "one_of 只能用于文字"),
        ("{column: kind, one_of: [取消]}", "{column: persons, not_above: kind}", "列“kind”的类型是 text，这里要用数"),
        ("{column: kind, one_of: [取消]}", "{column: persons, before: end}", "before 只能用于日期或期间"),
        (
            "{column: kind, one_of: [取消]}",
            "{column: date, after: deadline}",
            "没有列“deadline”；可写 end、filed、reference、start，或日期的列：date、due",
        ),
        ("{column: kind, one_of: [取消]}", "{column: date, until: persons}", "列“persons”的类型是 integer，这里要用日期或期间"),
        ("none_of: [是]", "none_of: [真]", "是否（flag）的列只能写 是、否"),
        ("most: 0.5", "most: 半", "“半”不是数字"),
        ("release: {on: date", "release: {on: kind", "列“kind”的类型是 text，这里要用日期或期间"),
        ("word: kind, order: [初步, 最终]", "word: kind", "word 与 order 要一起写"),
        ("word: kind, order", "word: persons, order", "列“persons”的类型是 integer，这里要用文字"),
        ("month: persons, total: total", "month: persons, total: kind", "列“kind”的类型是 text，这里要用数"),
        ("month: persons, total: total", "month: persons, total: seats", "month 与 total 两列的单位要相同"),
        ("by: month, every", "by: day, every", "“day”不在可用的取值里：month、quarter、week、last"),
        ("by: month, every", "by: open, every", "every 只用于按 month、quarter、week、last"),
        ("every: [kind]", "every: [persons]", "列“persons”的类型是 integer，这里要用文字"),
        ("unit: 趟", "unit: 3/4", "“3/4”读不成单位"),
        ("aggregation: sum", "aggregation: total", "“total”不在可用的取值里：count、count-distinct、sum"),
        ("aggregation: sum", "aggregation: ratio", "ratio 要写的部分：terms、over 或 terms、over_ledger；这里写了：terms"),
        ("aggregation: sum", "aggregation: weighted-mean", "weighted-mean 要写的部分：terms、over；这里写了：terms"),
        ("aggregation: sum", "aggregation: count", "count 要写的部分：无；这里写了：terms"),
        ("aggregation: sum", "aggregation: uptime", "uptime 要写的部分：uptime；这里写了：terms"),
        ("distinct: [trip]", "terms: [{label: 车次}]", "count-distinct 要写的部分：distinct；这里写了：terms"),
        ("distinct: [trip]", "distinct: [journey]", "没有列“journey”"),
        ("where: [{column: date, since: start}]", "where: [{column: date, since: 期初}]", "没有列“期初”"),
        ("columns: {persons: 1", "columns: {people: 1", "没有列“people”"),
        ("columns: {persons: 1", "columns: {kind: 1", "列“kind”的类型是 text，不能相加"),
        ("persons: 1, seats: -2.5", "persons: 一, seats: -2.5", "“一”不是数字"),
        ("seats: -2.5}}", "seats: -2.5}, where: [{column: kind}]}", "条件没有写检验什么"),
        ("seats: -2.5}}", "seats: -2.5}, unless: 座位}", "旁边没有叫“座位”的一项；可用：无"),
        ("seats: -2.5}}", "seats: -2.5}, unless: 人数}", "旁边没有叫“人数”的一项"),
    ],
)
def test_a_broken_definition_is_refused_with_its_line(write: Writer, old: str, new: str, message: str) -> None:
    assert old in LEDGER
    broken = LEDGER.replace(old, new, 1)
    path = write(broken)
    file, line, what = refusal(lambda: load_ledger(path))
    assert file == "trips.yaml"
    assert message in what
    first = line_of(LEDGER, old)
    near = {first, first + new.count("\n")}
    expected = {"缺少“grain”": {1}, "表头“日期”已是": {first + 1}, "month 与 total": {first}}
    assert line in next((lines for start, lines in expected.items() if what.startswith(start)), near), what


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("{title: 率, unit: '%', aggregation: uptime, reading: 试。, uptime: {start: began, end: date, planned: late}}", "起止时刻要用 moment"),
        ("{title: 率, unit: '%', aggregation: uptime, reading: 试。, uptime: {start: began, end: ended, planned: kind}}", "是否计划内要用 flag"),
        ("{title: 率, unit: '%', aggregation: uptime, reading: 试。, uptime: {start: began, end: ended}}", "缺少“planned”"),
    ],
)
def test_an_outage_log_needs_moments_and_a_flag(write: Writer, definition: str, message: str) -> None:
    path = write(LEDGER + f"  rate: {definition}\n")
    file, line, what = refusal(lambda: load_ledger(path))
    assert (file, line) == ("trips.yaml", LEDGER.count("\n") + 1)
    assert message in what


@pytest.mark.parametrize(
    ("without", "line_of_what", "message"),
    [
        ("completeness: {by: month, every: [kind]}", "completeness: {by: month", "按 month 看是否齐全，要先用 period 指明"),
        ("completeness: {by: open}", "  persons: {title: 人数, unit", "取最近一期（last）要先用 period 指明"),
    ],
)
def test_what_goes_by_periods_needs_the_period_column(write: Writer, without: str, line_of_what: str, message: str) -> None:
    text = (
        LEDGER.replace("period: date\n", "")
        .replace("completeness: {by: month, every: [kind]}", without)
        .replace("aggregation: sum", "aggregation: last")
    )
    path = write(text)
    _, line, what = refusal(lambda: load_ledger(path))
    assert message in what
    assert line == line_of(text, line_of_what)


def test_no_columns_and_no_definitions_are_refused(write: Writer) -> None:
    head, tail = LEDGER.split("columns:\n")
    columns, rest = tail.split("validity:\n")
    bare = write(head + "columns: {}\nvalidity:\n" + rest)
    assert "至少要有一列" in refusal(lambda: load_ledger(bare))[2]
    mute = write(head + "columns:\n" + columns + "validity:\n" + rest.split("definitions:\n")[0] + "definitions: {}\n")
    assert "definitions 至少要有一个口径" in refusal(lambda: load_ledger(mute))[2]


def test_the_name_of_the_file_is_the_id(write: Writer) -> None:
    path = write(LEDGER, "车次.yaml")
    assert "文件名“车次”就是台账的编号，要用小写英文字母" in refusal(lambda: load_ledger(path))[2]


def test_two_ledgers_with_one_number_are_refused(write: Writer, tmp_path: Path) -> None:
    write(LEDGER)
    write(LEDGER, "buses.yaml")
    assert refusal(lambda: load_ledgers(tmp_path)) == ("trips.yaml", 1, "编号“L1”已是“buses”的，请换一个。")


def test_ledgers_come_in_the_order_of_their_numbers(write: Writer, tmp_path: Path) -> None:
    for number, name in (("L10", "a"), ("L2", "b"), ("L1", "c")):
        write(LEDGER.replace("number: L1", f"number: {number}"), f"{name}.yaml")
    assert list(load_ledgers(tmp_path)) == ["c", "b", "a"]


BORROWING = (
    "  rate: {title: 率, unit: '%', aggregation: ratio, reading: 试。, terms: [{label: 车次}], over_ledger: {ledger: LEDGER, definition: NAME}}\n"
)


@pytest.mark.parametrize(
    ("ledger", "name", "message"),
    [("boats", "trips", "没有台账“boats”；可用：trips"), ("trips", "seats", "台账“trips”没有口径“seats”；可用：persons、trips、rate")],
)
def test_a_rate_borrows_only_what_exists(write: Writer, tmp_path: Path, ledger: str, name: str, message: str) -> None:
    path = write(LEDGER + BORROWING.replace("LEDGER", ledger).replace("NAME", name))
    file, line, what = refusal(lambda: load_ledgers(tmp_path))
    assert (file, line) == ("trips.yaml", LEDGER.count("\n") + 1)
    assert message in what
    assert load_ledger(path).definitions["rate"].over_ledger == Borrowed(ledger, name)
    assert message in refusal(lambda: check_borrowed(path, {"trips": load_ledger(path)}))[2]


def test_bindings_are_read_as_written(write: Writer, trips: dict[str, Ledger]) -> None:
    bindings = load_bindings(write(BINDINGS, "台账.yaml"), trips)
    assert isinstance(bindings, Bindings)
    assert (bindings.project, bindings.year, bindings.region, bindings.filed_on) == ("试项目", 2023, "990400", "2024-01-20")
    first, second = bindings.bindings
    assert (first.subject, first.files, first.definition, first.judgement) == ("接转人数", ("车次.xlsx",), None, False)
    assert second.service == Service("2022-01-01", "2022-12-31", "停运通知")
    assert (second.definition, second.approved_by, second.reference, second.closed) == ("trips", "口径说明", "2023-12-30", "结账单")
    assert second.where == (Condition("kind", one_of=("班车",)),)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("project: 试项目\n", "", "缺少“project”"),
        ("year: 2023", "year: 二零二三", "“二零二三”不是整数"),
        ("year: 2023", "year: 223", "“223”不是年度"),
        ("region: 990400", "region: 云汀市", "“云汀市”不是行政区划代码"),
        ("filed_on: 2024-01-20", "filed_on: 2024-1-20", "“2024-1-20”不是日期"),
        ("filed_on: 2024-01-20", "filed_on: 2024-02-30", "“2024-02-30”不是日期"),
        ("filed_on: 2024-01-20", "filed_on: 20240120", "“20240120”不是日期"),
        ("reference: 2023-12-30", "reference: 年末", "“年末”不是日期"),
        ("active_to: 2022-12-31", "active_to: 2021-12-31", "停止日期早于开始日期"),
        ("active_from: 2022-01-01, active_to: 2022-12-31, basis", "basis", "service 要写 active_from"),
        ("    definition: trips\n", "", "definition（认定的口径）与 approved_by（认定它的文件）要一起写"),
        ("    approved_by: 口径说明\n", "", "definition（认定的口径）与 approved_by（认定它的文件）要一起写"),
        ("subject: /indicators/3", "subject: /rows/3", "“/rows/3”应是表上印的指标名称"),
        ("subject: /indicators/3", "subject: 接转人数", "“接转人数”在第 6 行已经指定了台账"),
        ("夜班/车次.csv", "../车次.xlsx", "“../车次.xlsx”不在台账目录里"),
        ("夜班/车次.csv", "/车次.xlsx", "“/车次.xlsx”不在台账目录里"),
        ("夜班/车次.csv", "https://example.com/a.csv", "“https://example.com/a.csv”是网址，请写在 feeds 里"),
        ("https://example.com/trips", "example.com/trips", "“example.com/trips”不是网址"),
        ("https://example.com/trips", "https://me:secret@example.com/trips", "网址里不能写密码"),
        ("rows: data.items", "query: SELECT 1", "https 的来源不能写 query；可写 token、rows、next、page"),
        ("rows: data.items", "next: links.next, page: p", "翻页的办法 next 与 page 只能写一种"),
        ("query: SELECT * FROM trips", "query: SELECT 1, rows: data", "sqlite 的来源不能写 rows；可写 query"),
        ("query: SELECT * FROM trips", "query: DELETE FROM trips", "query 只能是一条 SELECT"),
        ("query: SELECT * FROM trips", "query: SELECT 1; DROP TABLE trips", "query 只能是一条 SELECT"),
        (", query: SELECT * FROM trips", "", "数据库来源要写 query"),
        ("夜班/车次.csv", "C:\\车次.xlsx", "不在台账目录里"),
        ("ledger: trips\n", "ledger: boats\n", "没有台账“boats”；可用：trips"),
        ("definition: trips", "definition: seats", "台账“trips”没有口径“seats”；可用：persons、trips"),
        ("column: kind, one_of", "column: colour, one_of", "没有列“colour”"),
        ("judgement: true", "judgement: 是", "“是”应写 true 或 false"),
        ("judgement: true", "colour: 红", "不认识的键“colour”；这里可用：subject、ledger、files"),
    ],
)  # fmt: skip
def test_broken_bindings_are_refused_with_their_line(write: Writer, trips: dict[str, Ledger], old: str, new: str, message: str) -> None:
    assert old in BINDINGS
    path = write(BINDINGS.replace(old, new, 1), "台账.yaml")
    file, line, what = refusal(lambda: load_bindings(path, trips))
    assert file == "台账.yaml"
    assert message in what
    first = line_of(BINDINGS, old)
    assert line in ({1} if "project" in old else {first, first + 1, first - 1} if new == "" else {first}), (line, what)


def test_bindings_may_be_read_before_the_ledgers_are_known(write: Writer) -> None:
    assert load_bindings(write(BINDINGS, "台账.yaml")).bindings[0].ledger == "trips"


def test_the_files_of_bindings_must_exist_when_they_are_checked(write: Writer, trips: dict[str, Ledger]) -> None:
    path = write(BINDINGS.replace(", 夜班/车次.csv", ""), "台账.yaml")
    _, line, what = refusal(lambda: check_bindings(path, trips))
    assert (line, "文件“车次.xlsx”不存在" in what) == (6, True)
    write("", "车次.xlsx")
    assert check_bindings(path, trips) == load_bindings(path, trips)


def test_definitions_and_bindings_are_told_apart(write: Writer) -> None:
    assert is_bindings(write(BINDINGS, "台账.yaml"))
    assert is_bindings(write(BINDINGS, "bind.yaml"))
    assert not is_bindings(write(LEDGER))


def test_the_rulebook_knows_the_ledgers_and_takes_none_of_them_for_a_pack(rulebook: Rulebook) -> None:
    assert [ledger.number for ledger in rulebook.ledgers.values()] == [f"L{number}" for number in range(1, 19)]
    assert not [pack for pack in rulebook.ids() if "ledgers" in pack]
