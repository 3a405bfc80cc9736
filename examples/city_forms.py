"""The forms of the invented city and the lists that bind their rows to ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NOTICE = "关于停止入境人员接转工作的通知（云防办函〔2022〕97号）"
CRITERIA = "自评分数=评价年度实现值/评价年度预期值*指标权重*100，最高不超过权重；定性指标按完成情况分档计分。"


@dataclass(frozen=True)
class Row:
    """An indicator as the form prints it; ``level1`` and ``level2`` stand where a heading begins."""

    name: str
    weight: str
    target: str
    actual: str
    score: str
    evidence: str = ""
    reason: str = ""
    criteria: str = ""
    level1: tuple[str, str] = ("", "")
    level2: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Project:
    """The head and the text of a form."""

    name: str
    initial: str
    allotted: str
    disbursed: str
    goals: Sequence[str]
    rows: Sequence[Row]
    total: str
    performance: str


def form(project: Project) -> str:
    """The form as tab-separated text."""
    goals = "".join(f"{n}、{goal}" for n, goal in enumerate(project.goals, 1))
    head = [
        "附件4",
        "",
        "填报单位名称:云汀市商务科",
        "",
        "金额单位: 万元",
        "",
        f"基本情况\t项目名称\t{project.name}\t评价年度\t2023\t评价金额\t{project.disbursed}",
        "\t联系人\t某某\t联系电话\t0000000\t联系邮箱\t",
        "\t实施文件依据\t云财〔2023〕12号\t\t\t项目级次\t一级",
        f"资金情况\t资金安排情况\t预算计划安排\t{project.initial}",
        f"\t资金使用情况\t实际分配下达\t市本级\t{project.allotted}\t转移支付至下级\t",
        f"\t资金使用情况\t实际支出金额\t市本级\t{project.disbursed}\t转移支付至下级\t",
        f"\t绩效目标情况\t预期总体目标\t{goals}\t是否如期实现预期总体目标\t是",
        "",
        "指标评分表",
        "",
        "一级指标\t\t二级指标\t\t三级指标\t\t评价年度预期值\t评价年度实现值\t自评分数\t未达标原因分析\t评分标准\t参考佐证材料",
        "名称\t权重(%)\t名称\t权重(%)\t名称\t权重(%)\t\t\t\t\t\t",
    ]
    body = [
        "\t".join((*row.level1, *row.level2, row.name, row.weight, row.target, row.actual, row.score, row.reason, row.criteria, row.evidence))
        for row in project.rows
    ]
    tail = [
        f"合计:\t100\t\t100\t\t100\t\t\t{project.total}",
        f"一、资金使用绩效: {project.performance}",
        "二、资金使用绩效存在的问题: 无。",
        "三、改进意见: 无。",
        "四、到期资金: 无。",
    ]
    return "\n".join([*head, *body, *tail]) + "\n"


TRADE = Project(
    name="口岸与商贸发展项目",
    initial="2903.24",
    allotted="4162.37",
    disbursed="4149.88",
    goals=(
        "组织企业参展和对接采购商，进出口贸易总额达到1700亿元，举办促消费活动8场。",
        "保持申报平台稳定运行，公共服务平台注册企业30家。",
        "完成入境人员接转15100人次。",
        "按月上报肉菜追溯数据，开展重点企业统计监测。",
    ),
    rows=(
        Row(
            "资金支出率", "12", "/", "/", "11.96", "经费预算指标结余汇总表",
            criteria="按“支付额/预算额度*100*指标权重”计算得分。", level1=("决策", "20"), level2=("资金管理", "12"),
        ),
        Row("监管有效性", "8", "/", "/", "8", criteria="主管部门按规定检查、监控并督促整改的，得满分；否则视情况扣分。", level2=("事项管理", "8")),
        Row(
            "举办、参加活动场次", "4", "24场", "25场", "4", "举办、参加活动场次表",
            criteria=CRITERIA, level1=("产出", "40"), level2=("数量指标", "各项指标权重=40/指标总数"),
        ),
        Row("“单一窗口”标准版功能申报量", "4", "70万票", "72.81万票", "4", "“单一窗口”标准版功能申报量"),
        Row("服务公共服务平台注册企业", "4", "30家", "66家", "4", "云汀市跨境电子商务公共服务平台运行情况简报（2023年12月）"),
        Row("接转入境人员", "4", "15100人次", "0", "4", f"【停止接转通知】{NOTICE}", f"根据{NOTICE}要求，自2023年1月1日起停止接转工作。"),
        Row("向重要产品追溯平台报送数据数量", "4", "约40万条", "4199519条", "4", "肉菜追溯佐证资料"),
        Row("监测企业数量", "4", "53家", "69家", "4", "2023年1-11月云汀市重点企业统计监测服务工作情况汇报"),
        Row("平台正常运行率", "4", "100%", "100%", "4", level2=("质量指标", "")),
        Row("入境人员接转错漏率", "4", "0人", "0人", "4", f"【停止接转通知】{NOTICE}", f"根据{NOTICE}要求，自2023年1月1日起停止接转工作。"),
        Row("各项活动举办及工作开展及时率", "4", "100%", "100%", "4", level2=("时效指标", "")),
        Row("预算成本控制率", "4", "100%", "100%", "4", level2=("成本指标", "")),
        Row(
            "进出口贸易总额", "5", "1700亿元", "1732亿元", "5", "关于2023年全省商务运行情况的通报",
            criteria=CRITERIA, level1=("效益", "40"), level2=("经济效益指标", "各项指标权重=40/指标总数"),
        ),
        Row("社会消费品零售总额", "5", "1387.59亿元", "1347.9亿元", "4.86", "关于2023年全省商务运行情况的通报"),
        Row("跨境电商进出口额", "5", "1亿元", "2.17亿元", "5", "云汀市跨境电子商务公共服务平台运行情况简报（2023年12月）"),
        Row("我市电子商务交易额", "5", "增长（待市政府工作任务出台后修正）", "299.43亿元", "5", "2023年1-12月云汀市网络零售数据监测报告"),
        Row("口岸进出境集装箱", "5", "70万标箱", "76.18万标箱", "5", "口岸进出境集装箱数"),
        Row(
            "境外输入病例传播扩散例数", "5", "0人", "0人", "5", f"【停止接转通知】{NOTICE}",
            f"根据{NOTICE}要求，自2023年1月1日起停止接转工作。", level2=("社会效益指标", ""),
        ),
        Row("形成统计分析报告", "5", "26份", "26份", "5", "统计分析报告", level2=("可持续影响指标", "")),
        Row("服务对象满意度", "5", "≥90%", "≥99.45%", "5", "单一窗口企业满意度调查表", level2=("满意度指标", "")),
    ),
    total="99.82",
    performance="本项目2023年支出金额4149.88万元。组织企业参展，举办促消费活动8场，平台运行稳定。",
)  # fmt: skip
"""The twenty rows with the figures they print."""

TRADE_BINDINGS = """\
# 口岸与商贸发展项目：每行指标由哪本台账证明。
project: 口岸与商贸发展项目
year: 2023
region: 990400
filed_on: 2024-01-31
bindings:
  - {subject: 资金支出率, ledger: budget-payments, files: [L01 资金下达与支付明细.xlsx], closed: 2023年部门决算报表}
  - {subject: 监管有效性, ledger: supervision-checks, files: [L02 监督检查台账.docx], judgement: true}
  - {subject: 举办、参加活动场次, ledger: activities, files: ["L03 举办、参加活动场次表.xlsx"]}
  - {subject: “单一窗口”标准版功能申报量, ledger: monthly-declarations, files: [L04 标准版功能申报量.xlsx]}
  - subject: 服务公共服务平台注册企业
    ledger: enterprise-register
    files: [L05 公共服务平台注册企业名录.xlsx]
    definition: stock
    approved_by: 云商函〔2023〕5号（绩效目标口径说明）
  - subject: 接转入境人员
    ledger: passenger-transfers
    files: [L06 入境人员接转台账.csv]
    service: &stopped {active_to: 2022-12-31, basis: 关于停止入境人员接转工作的通知（云防办函〔2022〕97号）}
  - {subject: 向重要产品追溯平台报送数据数量, ledger: data-uploads, files: [L07 肉菜追溯数据上报.csv]}
  - {subject: 监测企业数量, ledger: monitored-enterprises, files: [L08 重点监测企业名录.xlsx]}
  - {subject: 平台正常运行率, ledger: outages, files: [L09 平台停机台账.csv], closed: 平台2023年度运行维护报告}
  - {subject: 入境人员接转错漏率, ledger: service-errors, files: [L10 接转差错台账.csv], service: *stopped}
  - {subject: 各项活动举办及工作开展及时率, ledger: timeliness, files: [L11 任务时限台账.xlsx], closed: 2023年度督办情况通报}
  - {subject: 预算成本控制率, ledger: budget-items, files: [L12 分项预算与支出明细.xlsx], closed: 2023年部门决算报表}
  - subject: 进出口贸易总额
    ledger: published-statistics
    files: [L13 公布统计数据摘录.xlsx]
    where: [{column: series, one_of: [进出口总额]}]
  - subject: 社会消费品零售总额
    ledger: published-statistics
    files: [L13 公布统计数据摘录.xlsx]
    where: [{column: series, one_of: [社会消费品零售总额]}]
  - {subject: 跨境电商进出口额, ledger: platform-trade, files: [L14 跨境电商平台交易额.csv]}
  - subject: 我市电子商务交易额
    ledger: published-statistics
    files: [L13 公布统计数据摘录.xlsx]
    where: [{column: series, one_of: [网络零售额]}]
  - {subject: 口岸进出境集装箱, ledger: container-throughput, files: [L15 口岸进出境集装箱.xlsx]}
  - {subject: 境外输入病例传播扩散例数, ledger: case-reports, files: [L16 病例周报.csv]}
  - {subject: 形成统计分析报告, ledger: reports, files: [L17 统计分析报告清单.xlsx]}
  - {subject: 服务对象满意度, ledger: satisfaction-survey, files: [L18 企业满意度调查问卷.xlsx]}
"""
