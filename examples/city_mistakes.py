"""The second project of 云汀市: eight mistakes planted between its ledgers and its form, one per row, and one row that is right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from city_forms import CRITERIA, Project, Row
from city_records import CITY, MONTHS, day, ending, firm, mark
from making import Fact, Table

D = Decimal


def payments() -> Table:
    """860.00 allotted, 812.70 paid within the year; the form also counts 32.30 paid on 9 January of the next."""
    rows: list[Sequence[Fact]] = [
        ("ZB-101", "下达", day(2, 18), D("800.00"), "已下达"),
        ("ZB-102", "追加", day(8, 15), D("60.00"), "已下达"),
        *((f"ZF-2{n:02d}", "支付", day(n * 2 + 1, 25), D(amount), "已支付") for n, amount in enumerate(("150.20", "188.50", "203.00", "271.00"), 1)),
        ("ZF-290", "支付", day(1, 9, 2024), D("32.30"), "已支付"),
    ]
    return Table("资金下达与支付明细.xlsx", ("凭证号", "类别", "日期", "金额（万元）", "状态"), rows, above=("资金下达与支付明细",))


def activities() -> Table:
    """15 lines, but HD-205 stands twice, once from each organiser: 14 events."""
    rows: list[Sequence[Fact]] = [
        (f"HD-{200 + n}", f"便民促销第{n}场", "促消费", day(n % 12 + 1, n + 3), "市商务科", "照片、签到表", "已完成", day(n % 12 + 1, n + 5))
        for n in range(1, 15)
    ]
    twin = (*rows[4][:4], "市商贸协会", *rows[4][5:7], day(7, 2))
    head = ("活动编号", "活动名称", "活动类别", "开始日期", "主办单位", "佐证", "状态", "登记日期")
    return Table("活动登记台账.csv", head, [*rows[:9], twin, *rows[9:]])


def declarations() -> Table:
    """August is missing; the form prints the sum of all twelve months."""
    figures = (31200, 28700, 34100, 33600, 34800, 35200, 36300, 34400, 36100, 35700, 36000, 35900)
    rows = [(f"2023-{month:02d}", "东港口岸", n, day(1, 10, 2024)) for month, n in zip(MONTHS, figures, strict=True) if month != 8]
    return Table("月度申报量.xlsx", ("月份", "口岸", "申报量（票）", "发布日期"), rows, above=("月度申报量",))


def uploads() -> Table:
    """643200 accepted; subtotals of the quarters stand between the months, and the form counts them too."""
    figures = (52100, 48300, 54600, 53900, 52800, 53700, 54100, 55200, 53300, 54800, 55100, 55300)
    rows: list[Sequence[Fact]] = []
    for month, n in zip(MONTHS, figures, strict=True):
        rows.append((f"2023年{month}月", "990400-11", n + 40, n, 40, mark("second", month)))
        if month % 3 == 0:
            whole = sum(figures[month - 3 : month])
            rows.append((f"{'一二三四'[month // 3 - 1]}季度小计", None, whole + 120, whole, 120, None))
    return Table("数据上报月报.xlsx", ("月份", "节点编码", "上报条数", "合格条数", "退回条数", "批次校验码"), rows, above=("数据上报月报",))


def monitored() -> Table:
    """48 lines, three firms in two panels: 45; the form counts lines."""
    panels = {"批发零售": [*range(201, 227)], "居民服务": [*range(227, 246), 203, 207, 215]}
    rows = [(*firm(n), panel, day(1 + n % 3, 12), None, 12) for panel, firms in panels.items() for n in firms]
    head = ("统一社会信用代码", "企业名称", "监测类别", "纳入日期", "退出日期", "填报月数")
    return Table("监测企业名录.csv", head, rows)


def statistics() -> Table:
    """Cumulative figures by month, 530.7 in December; the form adds the twelve cumulative figures up."""
    figures = ("38.2", "79.5", "124.0", "168.8", "213.1", "257.9", "303.4", "349.6", "394.2", "439.8", "484.9", "530.7")
    rows = [
        ("进出口总额", CITY, f"2023-{month:02d}", D(n), "亿元", "初步", ending(month) + timedelta(days=18))
        for month, n in zip(MONTHS, figures, strict=True)
    ]
    return Table("统计数据摘录.xlsx", ("指标", "区划代码", "期间", "累计值", "单位", "版次", "公布日期"), rows, above=("统计数据摘录",))


def trade() -> Table:
    """January to June in yuan, July to December written with 万元: 209250000 yuan; the form adds the bare numbers."""
    months = (
        "14500000",
        "13200000",
        "16800000",
        "17100000",
        "18300000",
        "19500000",
        "1680万元",
        "1725万元",
        "1790万元",
        "1866万元",
        "1920万元",
        "2004万元",
    )
    rows = [(f"2023-{month:02d}", "9610", "出", text, day(1, 8, 2024)) for month, text in zip(MONTHS, months, strict=True)]
    return Table("平台交易额月报.csv", ("月份", "监管方式", "进出方向", "交易额（元）", "导出日期"), rows)


def containers() -> Table:
    """150000 boxes of 20 and 164000 of 40 feet: 478000 TEU; the form counts 314000 boxes."""
    figures = ((36000, 39500), (37500, 41000), (38000, 41500), (38500, 42000))
    rows = [(f"2023年第{name}季度", "云汀港", *n) for name, n in zip("一二三四", figures, strict=True)]
    return Table("集装箱吞吐量.xlsx", ("季度", "港口", "20英尺箱", "40英尺箱"), rows, above=("集装箱吞吐量",))


def survey() -> Table:
    """40 questionnaires, 30 at 100 and 10 at 80: 95, as the form prints."""
    rows = [(f"WJ-{n:03d}", mark("second person", n), date(2023, 11, n % 25 + 1), 80 if n % 4 == 0 else 100, "是") for n in range(1, 41)]
    return Table("满意度问卷.csv", ("问卷编号", "答卷人摘要", "答卷日期", "总分", "是否完整"), rows)


TABLES = (payments, activities, declarations, uploads, monitored, statistics, trade, containers, survey)

PROJECT = Project(
    name="市场监测与通关便利项目",
    initial="800.00",
    allotted="860.00",
    disbursed="845.00",
    goals=("举办便民促销活动，活跃消费市场。", "按月上报监测数据，做好重点企业监测。", "提高通关便利水平，促进外贸增长。"),
    rows=(
        Row(
            "资金支出率", "12", "/", "/", "11.79", "资金下达与支付明细",
            criteria="按“支付额/预算额度*100*指标权重”计算得分。", level1=("决策", "20"), level2=("资金管理", "12"),
        ),
        Row(
            "监管有效性", "8", "/", "/", "8", "监督检查记录",
            criteria="主管部门按规定检查、监控并督促整改的，得满分；否则视情况扣分。", level2=("事项管理", "8"),
        ),
        Row("举办便民促销活动", "10", "14场", "15场", "10", "活动登记台账", criteria=CRITERIA, level1=("产出", "40"), level2=("数量指标", "")),
        Row("通关申报量", "10", "40万票", "41.20万票", "10", "月度申报量统计表"),
        Row("上报监测数据", "10", "60万条", "1286400条", "10", "数据上报月报", "因新增监测点，上报数据增加。"),
        Row("监测企业数量", "10", "45家", "48家", "10", "监测企业名录"),
        Row(
            "进出口贸易总额", "10", "500亿元", "3384.1亿元", "10", "统计数据摘录", "外贸形势好转。",
            criteria=CRITERIA, level1=("效益", "40"), level2=("经济效益指标", ""),
        ),
        Row("跨境电商交易额", "10", "0.90亿元", "0.99亿元", "10", "平台交易额月报"),
        Row("口岸进出境集装箱", "10", "30万标箱", "31.40万标箱", "10", "港口集装箱吞吐量表"),
        Row("服务对象满意度", "10", "≥90%", "95.00%", "10", "企业满意度调查表", level2=("满意度指标", "")),
    ),
    total="99.79",
    performance="本项目2023年支出金额845.00万元。便民促销活动按计划举办，数据按月上报，通关更加便利。",
)  # fmt: skip

BINDINGS = """\
# 市场监测与通关便利项目：每行指标由哪本台账证明。
project: 市场监测与通关便利项目
year: 2023
region: 990400
filed_on: 2024-01-31
bindings:
  - {subject: 资金支出率, ledger: budget-payments, files: [资金下达与支付明细.xlsx], closed: 2023年部门决算报表}
  - {subject: 举办便民促销活动, ledger: activities, files: [活动登记台账.csv]}
  - {subject: 通关申报量, ledger: monthly-declarations, files: [月度申报量.xlsx]}
  - {subject: 上报监测数据, ledger: data-uploads, files: [数据上报月报.xlsx]}
  - {subject: 监测企业数量, ledger: monitored-enterprises, files: [监测企业名录.csv]}
  - {subject: 进出口贸易总额, ledger: published-statistics, files: [统计数据摘录.xlsx]}
  - {subject: 跨境电商交易额, ledger: platform-trade, files: [平台交易额月报.csv]}
  - {subject: 口岸进出境集装箱, ledger: container-throughput, files: [集装箱吞吐量.xlsx]}
  - {subject: 服务对象满意度, ledger: satisfaction-survey, files: [满意度问卷.csv]}
"""

FOUND = """\
# 这个项目的台账与填报之间埋了八处错误，审核应逐一查出；没有列出的行（服务对象满意度）不应有台账方面的意见。
- subject: /indicators/0
  name: 资金支出率
  mistake: 填报把次年 1 月 9 日支付的 32.30 万元算作本年支出
  code: ledger.value-differs
  stated: "11.79"
  ledger: "11.34"
- subject: /indicators/2
  name: 举办便民促销活动
  mistake: 活动 HD-205 由两个主办单位各登记一次，填报按两场计
  code: ledger.value-differs
  stated: "15"
  ledger: "14"
- subject: /indicators/3
  name: 通关申报量
  mistake: 台账缺 8 月，填报的全年数无法由台账证明
  code: ledger.gap
  stated: "41.20"
  ledger: "37.76"
- subject: /indicators/4
  name: 上报监测数据
  mistake: 填报把夹在各月之间的季度小计也加了进去
  code: ledger.value-differs
  stated: "1286400"
  ledger: "643200"
- subject: /indicators/5
  name: 监测企业数量
  mistake: 三家企业同时在两类监测中，填报按行计数
  code: ledger.value-differs
  stated: "48"
  ledger: "45"
- subject: /indicators/6
  name: 进出口贸易总额
  mistake: 填报把十二个月的累计数相加
  code: ledger.value-differs
  stated: "3384.1"
  ledger: "530.7"
- subject: /indicators/7
  name: 跨境电商交易额
  mistake: 台账 7 月起改以万元登记，填报把它们当作元相加
  code: ledger.value-differs
  stated: "0.99"
  ledger: "2.09"
- subject: /indicators/8
  name: 口岸进出境集装箱
  mistake: 填报的是自然箱数，没有折算成标准箱
  code: ledger.value-differs
  stated: "31.40"
  ledger: "47.80"
"""
