"""Tables of a ledger as people keep them: headings, units, merged cells, totals, footnotes; one row per defect, and none of them counts silently."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from jiheng.evidence.cells import Entry
from jiheng.evidence.sources import TableFile
from jiheng.evidence.words import read_flag
from jiheng.rulebook.ledgers import Column
from recorded import (
    AMOUNT,
    CHANGE,
    CLOSED,
    CODE,
    MONTH,
    ON,
    PORT,
    RATE,
    SHIPS,
    book,
    column,
    counted,
    exclusions,
    facts,
    first_days,
    month,
    read,
    said,
    saved,
    table,
)

HEAD = "月份,港口,收费"
ROWS = ("2023-01,东湾港,100", "2023-02,东湾港,200", "2023-01,西岬港,50")


def test_a_plain_table_is_read_with_its_places() -> None:
    records = read(table(HEAD, *ROWS))
    assert [(record.row, record.facts[PORT], record.facts[AMOUNT]) for record in records.records] == [
        (2, "东湾港", Decimal(100)),
        (3, "东湾港", Decimal(200)),
        (4, "西岬港", Decimal(50)),
    ]
    assert records.origins[0].columns == {"month": "c1", "port": "c2", "amount": "c3"}
    assert (records.origins[0].file, records.origins[0].sheet) == ("靠泊.csv", None)
    assert said(records) == ""


def test_a_sheet_gives_letters_and_its_name() -> None:
    records = read(saved(book(["", "月份", "港口", "收费"], ["", "2023-01", "东湾港", 100])))
    assert (records.origins[0].sheet, records.origins[0].columns) == ("台账", {"month": "B", "port": "C", "amount": "D"})
    assert records.records[0].row == 2


@pytest.mark.parametrize(
    "head",
    [
        "统计月份,口岸,收费金额",
        " 月 份 ,港口：,收费（元）",
        "month,port,amount",
        "月份,港口,收费/元",
        "月份,港口,收费（单位：元）",
        "【月份】,*港口,收费(元)",
    ],
)
def test_headings_go_by_title_alias_or_id(head: str) -> None:
    assert counted(read(table(head, *ROWS))) == 350


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        (("月份,港口,收费（万元）", *ROWS), 3500000),
        (("单位：万元,,", HEAD, *ROWS), 3500000),
        ((HEAD, "2023-01,东湾港,1.5万元", "2023-02,东湾港,200"), 15200),
        (("月份,港口,收费（千元）", "2023-01,东湾港,1", "2023-02,东湾港,2万"), 21000),
    ],
)
def test_units_over_the_column_above_the_table_or_in_the_cell(lines: tuple[str, ...], total: int) -> None:
    assert counted(read(table(*lines))) == total


def test_mixed_units_are_converted_and_told() -> None:
    records = read(table(HEAD, "2023-01,东湾港,1.5万元", "2023-02,东湾港,200"))
    assert "单位不一致" in said(records)


def test_a_column_under_a_unit_of_another_kind_counts_for_nothing() -> None:
    assert exclusions(read(table("月份,港口,收费（户）", *ROWS))) == ["unit-unknown"] * 3


def test_a_remark_that_may_be_meant_as_a_unit_is_told() -> None:
    records = read(table("月份,港口,收费（艘）,靠泊艘次（艘）", "2023-01,甲,1,2"))
    assert said(records).count("注有“艘”，不是认得的单位") == 1


DEFECTS = [
    ("2023-03,东湾港,约100", "not-a-number", "不是确数"),
    ("2023-03,东湾港,见附件", "not-a-number", "见附件"),
    ("2023-03,东湾港,#REF!", "not-a-number", "错误值"),
    ("2023-03,东湾港,-100", "negative", "小于 0"),
    ("2023-03,东湾港,100美元", "unit-unknown", "美元"),
    ("近期,东湾港,100", "date-unreadable", "读不出月份"),
    (",东湾港,100", "key-missing", "“月份”是空的"),
    ("2023-03,,100", "key-missing", "“港口”是空的"),
    ("小计,,350", "subtotal", "小计"),
    ("合 计,,350", "subtotal", "合计"),
    ("总计：,,350", "subtotal", "总计"),
    ("本月合计,,350", "subtotal", "本月合计"),
    ("本年累计,,350", "subtotal", "本年累计"),
    ("1-2月累计,,350", "subtotal", "累计"),
    ("2023年合计,,350", "subtotal", "合计"),
    ("2023-03,东湾港小计,300", "subtotal", "东湾港小计"),
    ("其中：外轮,,20", "subtotal", "其中"),
    ("Total,,350", "subtotal", "Total"),
    (",,350", "subtotal", "等于上面各行之和"),
    (",,351", "key-missing", "是空的"),
    ("全年,,350", "subtotal", "等于上面各行之和"),
]


@pytest.mark.parametrize(("line", "code", "because"), DEFECTS)
def test_a_line_that_cannot_count_says_why(line: str, code: str, because: str) -> None:
    records = read(table(HEAD, *ROWS, line))
    assert exclusions(records) == [None, None, None, code]
    assert because in records.records[3].because
    assert counted(records) == 350


@pytest.mark.parametrize("line", ["2023-03,东湾港,", "2023-03,东湾港,—", "2023-03,东湾港,/"])
def test_an_empty_cell_is_left_to_the_ledger(line: str) -> None:
    records = read(table(HEAD, line))
    assert (records.records[0].facts[AMOUNT], records.records[0].exclusion) == (None, None)


def test_subtotals_inside_the_data_never_count() -> None:
    records = read(table(HEAD, ROWS[0], ROWS[2], "小计,,150", ROWS[1], "小计,,200", "合计,,350"))
    assert counted(records) == 350
    assert said(records) == ""


def test_a_remark_that_reads_like_a_total_is_no_total() -> None:
    records = read(table("口径,月份,港口,收费,说明", "累计,2023-01,东湾港,100,合计", "累计,2023-02,东湾港,200,合计"))
    assert exclusions(records) == [None, None]


def test_a_named_line_whose_formula_sums_the_lines_above_is_no_record() -> None:
    made = book(["月份", "港口", "收费", "艘次"], ["2023-01", "甲", 1, 2], ["2023-01", "乙", 2, 3], ["2023-01", "全部", "=SUM(C2:C3)", "=SUM(A4:B4)"])
    records = read(saved(made))
    assert exclusions(records) == [None, None, "subtotal"]
    assert "求和的公式" in records.records[2].because


@pytest.mark.parametrize(("head", "amount"), [("收费（万）", 10000), ("收费（新）", 1), ("收费（含税）", 1), ("收费（含税，千元）", 1000)])
def test_brackets_hold_a_unit_or_a_remark(head: str, amount: int) -> None:
    assert column(read(table(f"月份,港口,{head}", "2023-01,甲,1")), AMOUNT) == [amount]


def test_a_summary_sheet_beside_its_months_loses_nothing() -> None:
    made = book(["月份", "港口", "收费"], ["2023-01", "甲", 1])
    sheet = made.create_sheet("汇总")
    for row in (["港口", "收费"], ["甲", 1]):
        sheet.append(row)
    records = read(saved(made))
    assert counted(records) == 1
    assert records.unread == ()
    assert "“汇总”缺少“月份”列" in said(records)


def test_a_total_that_is_not_the_sum_is_told() -> None:
    records = read(table(HEAD, *ROWS, "合计,,360"))
    assert "写的是 360，上面各行相加是 350" in said(records)


def test_quarters_and_their_year_are_not_added() -> None:
    records = read(table("月份,港口,收费", "2023-01,甲,1", "2023-02,甲,2", "2023年1-2月,甲,3", "2023-03,甲,3"))
    assert exclusions(records) == [None, None, "subtotal", None]


@pytest.mark.parametrize(
    "lines",
    [
        ("云汀市靠泊台账,,", HEAD, *ROWS),
        ("靠泊台账,,", "填报单位：云汀港务,,", HEAD, *ROWS),
        (HEAD, *ROWS, "注：以上为口岸数,,"),
        (HEAD, *ROWS, "制表人：甲,审核人：乙,"),
        (HEAD, ROWS[0], HEAD, ROWS[1], ROWS[2]),
        (HEAD, ",,", ROWS[0], "", *ROWS[1:]),
    ],
)
def test_titles_footnotes_repeated_headings_and_blank_lines_are_no_records(lines: tuple[str, ...]) -> None:
    records = read(table(*lines))
    assert exclusions(records) == [None] * 3
    assert counted(records) == 350


def test_a_footnote_with_numbers_is_told() -> None:
    assert "另有 30 元未入账" in said(read(table(HEAD, *ROWS, "注：另有 30 元未入账,,")))


def test_a_second_heading_in_another_order_is_followed() -> None:
    records = read(table(HEAD, ROWS[0], "收费,月份,港口", "50,2023-02,西岬港"))
    assert counted(records) == 150
    assert [record.origin for record in records.records] == [0, 1]


def test_two_heads_over_each_other_are_joined() -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["月份", "港口", "经营情况", None], [None, None, "收费（万元）", "靠泊艘次"], ["2023-01", "东湾港", 1, 20]):
        sheet.append(row)
    for merge in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(merge)
    records = read(saved(made))
    assert records.records[0].facts[AMOUNT] == 10000
    assert records.records[0].facts[SHIPS] == 20
    assert records.records[0].row == 3


def test_sheets_of_one_ledger_are_appended_and_may_name_their_month() -> None:
    made = book(["港口", "收费"], ["东湾港", 1], title="1月")
    for name, fee in (("2月", 2), ("3月", 4)):
        sheet = made.create_sheet(name)
        sheet.append(["港口", "收费"])
        sheet.append(["东湾港", fee])
    records = read(saved(made))
    assert first_days(column(records, MONTH)) == [date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)]
    assert counted(records) == 7
    assert "按表名或标题计为 2023-02" in said(records)


def test_the_year_of_the_title_comes_before_the_year_measured() -> None:
    records = read(table("云汀市2022年靠泊台账,,", HEAD, "5月,东湾港,1"))
    assert first_days(column(records, MONTH)) == [date(2022, 5, 1)]


def test_a_missing_column_is_named_and_the_table_not_used() -> None:
    records = read(table("月份,港口,备注", "2023-01,东湾港,无"))
    assert records.records == ()
    assert records.unread == ("“靠泊.csv”缺少“收费”列，这张表没有采用。请补上该列，或核对列名。",)


def test_a_file_of_something_else_is_told() -> None:
    records = read(table("姓名,年龄", "甲,20"))
    assert "找不到“靠泊台账”的表头" in records.unread[0]


def test_unknown_columns_are_named_once() -> None:
    records = read(table("月份,港口,收费,天气", "2023-01,东湾港,1,晴", "2023-02,东湾港,1,雨"))
    assert said(records).count("天气") == 1


def test_two_columns_of_one_meaning_are_told() -> None:
    records = read(table("月份,港口,收费,收费金额", "2023-01,东湾港,1,2"))
    assert "与另一列指同一项" in said(records)
    assert counted(records) == 1


def test_codes_keep_their_zeros_and_lost_digits_are_not_guessed() -> None:
    made = book(["月份", "港口", "港口编码", "收费"], ["2023-01", "甲", "007", 1], ["2023-02", "甲", 123456789012345678, 1], ["2023-03", "甲", 7, 1])
    records = read(saved(made))
    assert column(records, CODE)[0] == "007"
    assert column(records, CODE)[2] == "7"
    lost = read(table("月份,港口,港口编码,收费", "2023-01,甲,1.23457E+17,1"))
    assert column(lost, CODE) == [None]
    assert "已经丢失" in said(lost)


def test_a_key_whose_digits_are_lost_is_no_key() -> None:
    records = read(table(HEAD, "2023-01,1.23457E+17,1"))
    assert exclusions(records) == ["key-missing"]


def test_codes_that_differ_in_case_only_are_told() -> None:
    assert "只差大小写" in said(read(table("月份,港口,港口编码,收费", "2023-01,甲,ab1,1", "2023-02,甲,AB1,1")))


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("是", True),
        ("√", True),
        ("1", True),
        ("Y", True),
        ("有", True),
        ("办结", True),
        ("否", False),
        ("×", False),
        ("无", False),
        ("未办结", False),
        ("", None),
    ],
)
def test_flags(text: str, flag: bool | None) -> None:
    assert column(read(table("月份,港口,收费,是否办结", f"2023-01,甲,1,{text}")), CLOSED) == [flag]


@pytest.mark.parametrize(
    ("title", "text", "flag"),
    [
        ("是否不合格", "合格", None),
        ("是否不合格", "不合格", True),
        ("是否非计划停运", "计划停运", None),
        ("是否按计划", "是否", None),
        ("是否按计划", "按计划", True),
        ("有无投诉", "投诉", True),
    ],
)
def test_a_word_behind_a_denial_in_the_heading_is_not_a_yes(title: str, text: str, flag: bool | None) -> None:
    assert read_flag(Entry(text), Column(title, "flag")).fact == flag


def test_a_flag_that_says_neither_is_told() -> None:
    records = read(table("月份,港口,收费,是否办结", "2023-01,甲,1,部分"))
    assert column(records, CLOSED) == [None]
    assert "不是是或否" in said(records)


def test_signed_columns_and_rates() -> None:
    records = read(table("月份,港口,收费,增减,准点率,登记日期", "2023-01,甲,1,-3.5,99.5%,2023/1/31"))
    assert [records.records[0].facts[place] for place in (CHANGE, RATE, ON)] == [Decimal("-3.5"), Decimal("99.5"), date(2023, 1, 31)]


def _merged() -> TableFile:
    made = book(["月份", "港口", "收费"], ["1月", "东湾港", 100], [None, "西岬港", 50], ["2月", "东湾港", 80], [None, "西岬港", None])
    sheet = made.active
    assert sheet is not None
    for merge in ("A2:A3", "A4:A5", "C4:C5"):
        sheet.merge_cells(merge)
    return saved(made)


def test_merged_months_fill_down_and_merged_numbers_count_once() -> None:
    records = read(_merged())
    assert first_days(column(records, MONTH)) == [date(2023, 1, 1)] * 2 + [date(2023, 2, 1)] * 2
    assert column(records, AMOUNT) == [100, 50, 80, None]
    assert "第 3、5 行的“月份”是与上面合并的单元格" in said(records)
    assert "数值只在第一行计一次" in said(records)


def test_a_number_merged_to_the_right_counts_once_and_is_told() -> None:
    made = book(["月份", "港口", "收费", "艘次"], ["2023-01", "甲", 7, None])
    sheet = made.active
    assert sheet is not None
    sheet.merge_cells("C2:D2")
    records = read(saved(made))
    assert (column(records, AMOUNT), column(records, SHIPS)) == ([7], [None])
    assert "与右边的列合并" in said(records)


def test_subtotals_of_each_port_below_are_not_taken_for_wrong_totals() -> None:
    records = read(table(HEAD, *ROWS, "东湾港小计,,300", "西岬港小计,,50", "合计,,350"))
    assert counted(records) == 350
    assert records.oddities == ()


def test_a_formula_without_a_stored_value_is_no_number() -> None:
    records = read(saved(book(["月份", "港口", "收费"], ["2023-01", "甲", "=1+1"])))
    assert exclusions(records) == ["not-a-number"]
    assert "公式" in records.records[0].because


def test_dates_stored_as_days_are_read_by_their_format() -> None:
    made = book(["月份", "港口", "收费", "登记日期"], [date(2023, 5, 1), "甲", 1, date(2023, 5, 9)])
    sheet = made.active
    assert sheet is not None
    sheet["A2"].number_format = 'm"月"'
    records = read(saved(made), year=None)
    assert first_days(column(records, MONTH)) == [date(2023, 5, 1)]
    assert column(records, ON) == [date(2023, 5, 9)]


def test_the_same_file_twice_is_read_once() -> None:
    records = read(table(HEAD, *ROWS), table(HEAD, *ROWS, name="靠泊（副本）.csv"))
    assert counted(records) == 350
    assert "内容完全相同，只读一次" in said(records)


@pytest.mark.parametrize("content", [b"", b"  \n", b"PK\x03\x04broken", b"PAR1broken", b"%PDF-1.7 broken", b"\x00\x01\x02\x03" * 40])
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(content: bytes) -> None:
    records = read(TableFile("坏.xlsx", content), table(HEAD, *ROWS))
    assert counted(records) == 350
    assert len(records.unread) == 1
    assert "坏.xlsx" in records.unread[0]


def test_a_long_text_goes_beyond_the_limits_of_forms() -> None:
    count, more = 3000, 70
    head = ",".join([HEAD, *(f"附栏{number}" for number in range(more))])
    lines = [f"2023-{number % 12 + 1:02d},港{number // 12},{number % 7}{',是' * more}" for number in range(count)]
    records = read(table(head, *lines, "合计,,0"))
    assert counted(records) == sum(number % 7 for number in range(count))
    assert (len(records.records), records.records[-2].row, records.unread) == (count + 1, count + 1, ())
    assert "两者不符" in said(records)


def test_a_long_text_is_read_as_a_short_one() -> None:
    blanks = ("," * 40,) * 10_000
    assert facts(read(table(HEAD, *ROWS, *blanks, "小计,,350"))) == facts(read(table(HEAD, *ROWS, "小计,,350")))


def test_a_web_page_and_a_text_table_are_read_alike() -> None:
    cells = [line.split(",") for line in (HEAD, *ROWS)]
    page = "<p>靠泊</p><table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells) + "</table>"
    text = "\n".join("\t".join(row) for row in cells)
    expected = facts(read(table(HEAD, *ROWS)))
    assert facts(read(TableFile("靠泊.html", page.encode()))) == expected
    assert facts(read(TableFile("靠泊.txt", text.encode()))) == expected


def test_a_table_broken_over_pages_goes_on_without_its_heading() -> None:
    first = f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in HEAD.split(','))}</tr><tr><td>2023-01</td><td>甲</td><td>1</td></tr></table>"
    second = "<table><tr><td>2023-02</td><td>甲</td><td>2</td></tr></table>"
    records = read(TableFile("靠泊.html", (first + second).encode()))
    assert counted(records) == 3
    assert "按接续前一张表读取" in said(records)
    assert [origin.sheet for origin in records.origins] == ["表1", "表2"]


LINES = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["东湾港", "西岬港"]), st.decimals(0, 10**9, places=2)),
    min_size=1,
    max_size=8,
    unique_by=lambda line: line[:2],
)


def _lines(rows: list[tuple[int, str, Decimal]]) -> list[str]:
    return [f"{month(number)},{port},{fee:f}" for number, port, fee in rows]


@settings(max_examples=25)
@given(LINES, st.permutations([0, 1, 2]))
def test_the_order_of_columns_changes_nothing(rows: list[tuple[int, str, Decimal]], order: list[int]) -> None:
    plain = [HEAD, *_lines(rows)]
    turned = [",".join(line.split(",")[place] for place in order) for line in plain]
    assert facts(read(table(*turned))) == facts(read(table(*plain)))


@settings(max_examples=25)
@given(LINES, st.lists(st.integers(0, 8), max_size=5))
def test_blank_lines_change_nothing(rows: list[tuple[int, str, Decimal]], blanks: list[int]) -> None:
    lines = [HEAD, *_lines(rows)]
    loose = list(lines)
    for blank in blanks:
        loose.insert(min(blank, len(loose)), ",,")
    assert facts(read(table(*loose))) == facts(read(table(*lines)))


@settings(max_examples=25)
@given(LINES)
def test_thousands_separators_change_nothing(rows: list[tuple[int, str, Decimal]]) -> None:
    grouped = [f'{month(number)},{port},"{fee:,f}"' for number, port, fee in rows]
    assert facts(read(table(HEAD, *grouped))) == facts(read(table(HEAD, *_lines(rows))))


@settings(max_examples=25)
@given(LINES, st.integers(0, 8))
def test_a_file_cut_in_two_gives_the_same_records(rows: list[tuple[int, str, Decimal]], cut: int) -> None:
    lines = _lines(rows)
    cut = min(cut, len(lines) - 1)
    parts = [table(HEAD, *lines[:cut], name="上.csv"), table(HEAD, *lines[cut:], name="下.csv")]
    whole = facts(read(table(HEAD, *lines)))
    assert facts(read(*(parts if cut else parts[1:]))) == whole


@settings(max_examples=25)
@given(LINES)
def test_a_total_below_never_changes_the_sum(rows: list[tuple[int, str, Decimal]]) -> None:
    total = sum((fee for _, _, fee in rows), Decimal(0))
    records = read(table(HEAD, *_lines(rows), f"合计,,{total:f}"))
    assert counted(records) == total
    assert records.oddities == ()


ODD = ("月份", "港口", "收费", "收费（万元）", "合计", "2023-01", "5月", "甲", "1,000", "-3", "约5", "#REF!", "", "注：", "其中：", "9" * 30)
CELL = st.one_of(st.text(max_size=8), st.sampled_from(ODD))


@settings(max_examples=60)
@given(st.lists(st.lists(CELL, max_size=5), max_size=8))
def test_no_table_breaks_the_reading(rows: list[list[str]]) -> None:
    lines = [",".join(cell.translate(dict.fromkeys(map(ord, ',"\r\n'), " ")) for cell in row) for row in rows]
    source = table(*lines)
    records = read(source)
    assert all(len(record.facts) == 9 and record.row > 0 for record in records.records)
    assert all(record.because for record in records.records if record.exclusion is not None)
    assert records.records or records.unread or records.origins
