"""Records of the invented city 云汀市 behind the twenty rows of its form; all of it made up so that it adds up to the printed figures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from making import Fact, Table

CITY, PROVINCE = "990400", "990000"
MONTHS = tuple(range(1, 13))
D = Decimal


def mark(*parts: object) -> str:
    """A short mark that is always the same for the same parts, as a digest of a file or a person would be."""
    return "h" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12]


def firm(number: int) -> tuple[str, str]:
    """Code and name of an invented firm; the region of the code exists nowhere."""
    names = ("海帆", "云岭", "汀江", "丰禾", "同舟", "远桥", "青屿", "嘉禾")
    trades = ("商贸", "进出口", "物流", "电子商务", "食品", "家政服务", "软件")
    return f"91990400MA{number:07d}X", f"云汀市{names[number % 8]}{number // 8 + 1}号{trades[number % 7]}有限公司"


def day(month: int, number: int, year: int = 2023) -> date:
    """A day of a month."""
    return date(year, month, number)


def ending(month: int, year: int = 2023) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def payments() -> Table:
    """L1: 2903.24 + 1259.13 allotted, 4149.88 paid; 20.00 paid and returned in May, 35.60 paid in the next year."""
    rows: list[Sequence[Fact]] = [
        ("ZB-001", "下达", day(2, 10), D("2903.24"), "已下达", "云财〔2023〕12号"),
        ("ZB-002", "追加", day(6, 20), D("758.00"), "已下达", "云财〔2023〕58号"),
        ("ZB-003", "追加", day(9, 25), D("501.13"), "已下达", "云财〔2023〕97号"),
    ]
    quarters = {
        "210.40 402.00": (1, 3),
        "388.75 412.50 287.50": (4, 5, 6),
        "300.00 340.33 300.00": (7, 8, 9),
        "508.40 400.00 600.00": (10, 11, 12),
    }
    paid = [(month, D(amount)) for amounts, months in quarters.items() for amount, month in zip(amounts.split(), months, strict=True)]
    rows += [(f"ZF-{n:03d}", "支付", day(month, 20), amount, "已支付", None) for n, (month, amount) in enumerate(paid, 1)]
    rows += [
        ("ZF-090", "支付", day(5, 8), D("20.00"), "已冲销", None),
        ("ZF-091", "退回", day(5, 19), D("20.00"), "已冲销", None),
        ("ZF-092", "支付", day(1, 8, 2024), D("35.60"), "已支付", None),
    ]
    wide = [(number, kind, on, "YT-0417", "市本级", amount, state, paper) for number, kind, on, amount, state, paper in rows]
    head = ("凭证号", "类别", "日期", "项目编码", "级次", "金额（万元）", "状态", "文号")
    return Table("L01 资金下达与支付明细.xlsx", head, wide, above=("资金下达与支付明细",))


def checks() -> Table:
    """L2: 8 checks planned and done, 3 problems found and closed."""
    found = (0, 1, 0, 0, 2, 0, 0, 0)
    rows = [
        (
            f"JC-{n:02d}",
            day(n + 2, 5),
            day(n + 2, 8),
            f"受托机构第{n}组",
            "现场检查",
            "商务科",
            number,
            number,
            day(n + 2, 25) if number else None,
            "检查记录",
        )
        for n, number in enumerate(found, 1)
    ]
    head = ("检查编号", "计划日期", "检查日期", "检查对象", "检查方式", "检查单位", "发现问题数", "整改完成数", "整改完成日期", "佐证")
    return Table("L02 监督检查台账.docx", head, rows, above=("监督检查台账",))


def events() -> Iterator[tuple[str, str, date]]:
    """The 25 events that count: number, kind, day of beginning."""
    kinds = ("促消费",) * 8 + ("参展",) * 13 + ("培训",) * 4
    return ((f"HD-{n:03d}", kind, day((n * 5) % 12 + 1, (n * 7) % 26 + 1)) for n, kind in enumerate(kinds, 1))


def activities() -> Table:
    """L3: 28 registered; one of the year before, one registered twice, one cancelled; 25 count."""
    rows: list[Sequence[Fact]] = []
    for number, kind, begins in events():
        role = "举办" if kind != "参展" else "参加"
        rows.append(
            (
                number,
                f"{kind}活动第{number[-2:]}场",
                kind,
                begins,
                begins + timedelta(days=2),
                "云汀市会展馆",
                CITY,
                "市商务科",
                role,
                "照片",
                "已完成",
            )
        )
    rows.append(
        ("HD-090", "参展活动第90场", "参展", day(12, 28, 2022), day(12, 30, 2022), "云汀市会展馆", CITY, "市商务科", "参加", "照片", "已完成")
    )
    rows.append((*rows[11][:7], "市贸促支会", *rows[11][8:]))
    rows.append(("HD-091", "促消费活动第91场", "促消费", day(8, 12), day(8, 13), "云汀市滨江路", CITY, "市商务科", "举办", None, "取消"))
    last = [(*row, row[4] + timedelta(days=1 if row[7] == "市商务科" else 9)) for row in rows if isinstance(row[4], date)]
    head = ("活动编号", "活动名称", "活动类别", "开始日期", "结束日期", "地点", "区划代码", "主办单位", "参与方式", "佐证", "状态", "登记日期")
    return Table("L03 举办、参加活动场次表.xlsx", head, last, above=("举办、参加活动场次表",))


DECLARED = (58200, 45900, 60400, 59800, 61300, 60700, 62100, 63000, 63500, 62900, 64600, 65700)


def declarations() -> Table:
    """L4: twelve months at two ports, 728100 together; one older release of May."""
    rows: list[Sequence[Fact]] = []
    for month, total in zip(MONTHS, DECLARED, strict=True):
        east = total * 3 // 5
        rows += [(f"2023-{month:02d}", port, n, "月报", day(1, 10, 2024)) for port, n in (("东港口岸", east), ("南汀口岸", total - east))]
    rows.append(("2023-05", "东港口岸", 36100, "快报", day(6, 3)))
    head = ("月份", "口岸", "申报量（票）", "数据版本", "发布日期")
    return Table("L04 标准版功能申报量.xlsx", head, rows, above=("“单一窗口”标准版功能申报量（按月）",))


def enterprises() -> Table:
    """L5: 71 rows, 3 of them double, one firm gone in September, one come in the next January: 66 at the end of the year."""
    rows: list[Sequence[Fact]] = []
    for n in range(1, 67):
        joined = day(n % 12 + 1, n % 27 + 1, 2023 if n > 33 else 2022)
        rows.append((*firm(n), joined, "正常", None, day(n % 11 + 1, 15) if n % 3 else None, CITY))
    rows += [(*rows[n][:2], day(12, 20), *rows[n][3:]) for n in (4, 17, 40)]
    rows.append((*firm(67), day(4, 6, 2022), "注销", day(9, 15), day(3, 2), CITY))
    rows.append((*firm(68), day(1, 11, 2024), "正常", None, day(1, 12, 2024), CITY))
    head = ("统一社会信用代码", "企业名称", "注册日期", "状态", "注销日期", "最近服务日期", "区划代码")
    return Table("L05 公共服务平台注册企业名录.xlsx", head, rows, above=("跨境电子商务公共服务平台注册企业名录", "导出日期：2024-01-15"))


def transfers() -> Table:
    """L6: six trips of 2022; the service ended with that year."""
    rows = [(f"JZ-{n:02d}", day(11 + n // 4, 3 * n, 2022), "东港口岸", 30 + n, "城东健康驿站", "已签收") for n in range(1, 7)]
    return Table("L06 入境人员接转台账.csv", ("趟次编号", "日期", "口岸", "接转人数", "接收地点", "签收人"), rows)


UPLOADED = (318420, 276905, 341188, 345730, 352614, 349077, 356240, 361855, 358902, 372416, 379650, 386522)


def uploads() -> Table:
    """L7: twelve months of three nodes, 4199519 accepted; one batch entered twice."""
    rows: list[Sequence[Fact]] = []
    for month, total in zip(MONTHS, UPLOADED, strict=True):
        shares = (total // 2, total // 3, total - total // 2 - total // 3)
        for node, accepted in zip(("990400-01", "990400-02", "990400-03"), shares, strict=True):
            refused = accepted % 97
            batch = mark("upload", month, node)
            rows.append((f"2023年{month}月", node, accepted + refused, accepted, refused, batch, ending(month) + timedelta(days=5)))
    rows.append(rows[13])
    head = ("月份", "节点编码", "上报条数", "合格条数", "退回条数", "批次校验码", "导出日期")
    return Table("L07 肉菜追溯数据上报.csv", head, rows)


def monitored() -> Table:
    """L8: three panels of 30, 24 and 18; three firms sit in two of them: 69."""
    panels = {"服务贸易": range(101, 131), "服务外包": [*range(131, 153), 101, 102], "家政": [*range(153, 170), 131]}
    rows = [
        (*firm(n), panel, day(1 + n % 3, 10, 2022 - n % 2), None, 11 + n % 2 * (panel == "家政")) for panel, firms in panels.items() for n in firms
    ]
    head = ("统一社会信用代码", "企业名称", "监测类别", "纳入日期", "退出日期", "填报月数")
    return Table("L08 重点监测企业名录.xlsx", head, rows, above=("服务贸易、服务外包和家政重点监测企业名录",))


def outages() -> Table:
    """L9: four planned stops of three hours, no fault."""
    starts = (datetime(2023, month, 18, 1, 0) for month in (2, 5, 8, 11))  # noqa: DTZ001 - local time of the log
    rows = [(f"TJ-{n}", "公共服务平台", start, start + timedelta(hours=3), 180, "是", f"公告〔2023〕{n}号") for n, start in enumerate(starts, 1)]
    return Table("L09 平台停机台账.csv", ("停机编号", "系统", "开始时间", "恢复时间", "时长", "是否计划内", "公告编号"), rows)


def errors() -> Table:
    """L10: no case, as there was no transfer."""
    return Table("L10 接转差错台账.csv", ("差错编号", "趟次编号", "差错类别", "发现日期", "办结日期"), ())


def issued() -> Iterator[tuple[str, str, str, date]]:
    """The 26 reports that count: number, title, period, day of issue."""
    for month in MONTHS:
        on = ending(month) + timedelta(days=10)
        yield f"BG-A{month:02d}", f"服务贸易、服务外包和家政{month}月统计分析报告", f"2023-{month:02d}", on
        yield f"BG-B{month:02d}", f"电子商务{month}月统计分析报告", f"2023-{month:02d}", on
    yield "BG-C01", "上半年消费市场专题分析报告", "2023-06", day(7, 18)
    yield "BG-C02", "冬季消费市场专题分析报告", "2023-12", day(12, 29)


def tasks() -> Table:
    """L11: 25 events and 26 reports, each on time."""
    rows: list[Sequence[Fact]] = [(f"RW-{number}", "活动", f"2023-{begins.month:02d}", begins, begins, None) for number, _, begins in events()]
    rows += [(f"RW-{number}", "报告", period, on + timedelta(days=3), on, None) for number, _, period, on in issued()]
    return Table("L11 任务时限台账.xlsx", ("任务编号", "任务来源", "所属期", "应完成日期", "实际完成日期", "豁免文件"), rows, above=("任务时限台账",))


def items() -> Table:
    """L12: five items, none beyond its allotment; 4149.88 of 4162.37 of 2903.24."""
    figures = {
        "展会": "1100.00 1630.00 1627.31",
        "平台运维": "720.00 986.50 986.50",
        "促消费": "483.24 742.87 738.07",
        "追溯体系": "350.00 498.00 493.00",
        "监测": "250.00 305.00 305.00",
        "合计": "2903.24 4162.37 4149.88",
    }
    rows: list[Sequence[Fact]] = [(name, *map(D, numbers.split())) for name, numbers in figures.items()]
    return Table("L12 分项预算与支出明细.xlsx", ("支出事项", "年初预算", "下达金额", "支出金额"), rows, above=("分项预算与支出明细", "单位：万元"))


SERIES = {
    "进出口总额": ("118.6 231.9 372.4 516.0 664.8 812.3 968.5 1130.2 1291.7 1438.6 1583.9 1732.0", "1731.2", "8841.5"),
    "社会消费品零售总额": ("112.5 219.8 329.0 436.7 548.2 661.9 775.4 889.1 1003.6 1118.4 1229.7 1347.9", "", "5203.6"),
    "网络零售额": ("20.15 38.60 62.44 85.92 109.70 134.28 158.03 183.77 211.36 241.80 270.15 299.43", "", "1406.80"),
}


def statistics() -> Table:
    """L13: three series of the city and their December in the province; December of trade first 1731.2, then revised to 1732.0."""
    rows: list[Sequence[Fact]] = []
    for series, (city, first, province) in SERIES.items():
        before = D(0)
        for month, text in zip(MONTHS, city.split(), strict=True):
            value = D(text)
            out = ending(month) + timedelta(days=18)
            if month == 12 and first:
                rows.append((series, CITY, "2023-12", D(first) - before, D(first), "亿元", "初步", out, "市统计部门", "月度快报"))
                rows.append(
                    (series, CITY, "2023-12", value - before, value, "亿元", "修订", out + timedelta(days=8), "市统计部门", "月度快报（修订）")
                )
            else:
                rows.append((series, CITY, f"2023-{month:02d}", value - before, value, "亿元", "初步", out, "市统计部门", "月度快报"))
            before = value
        rows.append((series, PROVINCE, "2023-12", None, D(province), "亿元", "初步", day(1, 18, 2024), "省商务部门", "全省运行情况通报"))
    head = ("指标", "区划代码", "期间", "当月值", "累计值", "单位", "版次", "公布日期", "公布单位", "公布文件")
    return Table("L13 公布统计数据摘录.xlsx", head, rows, above=("公布统计数据摘录",))


TRADED = (12400000, 9800000, 15300000, 16100000, 17250000, 18050000, 18400000, 19200000, 20100000, 21600000, 25300000, 23500000)


def trade() -> Table:
    """L14: twelve months, 217000000 yuan declared through the platform."""
    rows: list[Sequence[Fact]] = []
    for month, total in zip(MONTHS, TRADED, strict=True):
        shares = (total // 2, total * 3 // 10, total - total // 2 - total * 3 // 10)
        for (mode, direction), amount in zip((("9610", "出"), ("9710", "出"), ("1210", "进")), shares, strict=True):
            rows.append((f"2023-{month:02d}", mode, direction, amount // 180, amount, "人民币", "公共服务平台", day(1, 8, 2024)))
    return Table("L14 跨境电商平台交易额.csv", ("月份", "监管方式", "进出方向", "单量", "交易额（元）", "币种", "平台", "导出日期"), rows)


BOXES = ((55300, 60000), (60900, 64500), (62400, 66800), (63200, 68700))


def containers() -> Table:
    """L15: four quarters at two ports in two directions, 241800 of 20 and 260000 of 40 feet: 761800 TEU; one coastal line, one total."""
    rows: list[Sequence[Fact]] = []
    for quarter, (small, large) in enumerate(BOXES, 1):
        parts = ((small * 3 // 10, large * 3 // 10), (small // 5, large // 5), (small * 3 // 10, large * 3 // 10))
        rest = (small - sum(a for a, _ in parts), large - sum(b for _, b in parts))
        places = (("云汀港", "进境"), ("南汀港", "进境"), ("云汀港", "出境"), ("南汀港", "出境"))
        rows += [(f"2023年第{'一二三四'[quarter - 1]}季度", port, way, *n, "外贸") for (port, way), n in zip(places, (*parts, rest), strict=True)]
    rows.append(("2023年第二季度", "云汀港", "内贸", 820, 610, "内贸"))
    rows.append(("合计", None, None, 242620, 260610, None))
    head = ("季度", "港口", "进出方向", "20英尺箱", "40英尺箱", "内外贸")
    return Table("L15 口岸进出境集装箱.xlsx", head, rows, above=("口岸进出境集装箱（自然箱）",))


def cases() -> Table:
    """L16: fifty-two weekly reports of zero."""
    monday = date(2023, 1, 2)
    rows = [(f"2023年第{week}周", CITY, 0, 0, monday + timedelta(weeks=week), "市疾控机构") for week in range(1, 53)]
    return Table("L16 病例周报.csv", ("周次", "区划代码", "输入病例", "传播扩散病例", "报告日期", "签发单位"), rows, encoding="gb18030")


def reports() -> Table:
    """L17: 26 reports of the year, a draft, and one about January of the next year."""
    rows: list[Sequence[Fact]] = [(number, title, period, on, "市政府办公室", mark(title), "已印发") for number, title, period, on in issued()]
    rows.append(("BG-C03", "跨境电商专题分析报告", "2023-11", None, "市政府办公室", mark("草稿"), "草稿"))
    rows.append(("BG-A13", "服务贸易、服务外包和家政1月统计分析报告", "2024-01", day(2, 10, 2024), "市政府办公室", mark("2024-01"), "已印发"))
    return Table(
        "L17 统计分析报告清单.xlsx", ("报告编号", "报告名称", "所属期", "印发日期", "报送对象", "文件摘要", "状态"), rows, above=("统计分析报告清单",)
    )


def answers() -> Iterator[tuple[str, int, str]]:
    """The 400 valid questionnaires: segment, score, overall judgement (182 were asked for one)."""
    for n in range(1, 401):
        segment, low = ("企业", (20, 70, 120)) if n <= 150 else ("代理机构", (160, 190, 220, 250, 280, 310, 340, 370))
        score = 80 if n in low else 100
        asked = n % 11 < 5 and n not in {1, 400}
        overall = "" if not asked else "一般" if n == 70 else "满意" if score == 80 or n % 4 == 0 else "非常满意"
        yield segment, score, overall


def survey() -> Table:
    """L18: 420 sent, 412 returned, 12 not valid: 8 unfinished, 2 double, 1 of the next year, 1 of the unit's own staff."""
    rows: list[Sequence[Fact]] = []
    for n, (segment, score, overall) in enumerate(answers(), 1):
        marks = (5, 5, 5, 5) if score == 100 else (4, 4, 4, 4)
        rows.append((f"WJ-{n:04d}", mark("person", n), segment, day(n % 3 + 10, n % 28 + 1), *marks, score, 1, overall or None, "是", "网页"))
    rows += [(f"WJ-{n:04d}", mark("person", n), "企业", day(11, n - 395), 5, None, None, 4, 45, 1, None, "否", "纸质") for n in range(401, 409)]
    rows += [(f"WJ-{n:04d}", rows[n - 390][1], "企业", day(12, 30), 5, 5, 5, 5, 100, 1, None, "是", "纸质") for n in (409, 410)]
    rows.append(("WJ-0411", mark("person", 411), "代理机构", day(1, 5, 2024), 5, 5, 5, 5, 100, 1, None, "是", "网页"))
    rows.append(("WJ-0412", mark("person", 412), "本单位职工", day(11, 9), 5, 5, 5, 5, 100, 1, None, "是", "网页"))
    head = ("问卷编号", "答卷人摘要", "对象类别", "答卷日期", "题1", "题2", "题3", "题4", "总分", "权数", "总体评价", "是否完整", "渠道")
    return Table("L18 企业满意度调查问卷.xlsx", head, rows, above=("企业满意度调查问卷", "发放 420 份，收回 412 份"))


TABLES = (
    *(payments, checks, activities, declarations, enterprises, transfers, uploads, monitored, outages),
    *(errors, tasks, items, statistics, trade, containers, cases, reports, survey),
)
