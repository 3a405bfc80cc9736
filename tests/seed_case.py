"""The first real form as facts: 20 rows under the Jiangmen law, one money line, scores as stated."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jiheng.domain.dossier import Waiver
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator, StatedTotals
from jiheng.domain.scorecard import Scorecard
from jiheng.domain.value import Money
from jiheng.domain.valuetext import parse_value
from jiheng.rulebook import load_rulebook
from jiheng.scoring import interpret, score
from jiheng.scoring.case import Case

LAW = load_rulebook().pack("cn-gd-jiangmen-2023")
ROWS = """决策|预算执行|资金支出率|/|/|12|11.96
决策|事中监管|监管有效性|/|/|8|8
产出|数量指标|举办、参加活动场次|24场|25场|4|4
产出|数量指标|“单一窗口”标准版功能申报量|70万票|72.81万票|4|4
产出|数量指标|服务公共服务平台注册企业|30家|66家|4|4
产出|数量指标|接转入境人员|15100人次|0|4|4
产出|数量指标|向广东省重要产品追溯平台报送数据数量|约40万条|4199519条|4|4
产出|数量指标|监测企业数量|53家|69家|4|4
产出|质量指标|平台正常运行率|100%|100%|4|4
产出|质量指标|入境人员接转错漏率|0人|0人|4|4
产出|时效指标|各项活动举办及工作开展及时率|100%|100%|4|4
产出|成本指标|预算成本控制率|100%|100%|4|4
效益|经济效益指标|进出口贸易总额|1700亿元|1732亿元|5|5
效益|经济效益指标|社会消费品零售总额|1387.59亿元|1347.9亿元|5|4.86
效益|经济效益指标|跨境电商进出口额|1亿元|2.17亿元|5|5
效益|经济效益指标|我市电子商务交易额|增长(待市政府工作任务出台后修正)|299.43亿元|5|5
效益|社会效益指标|口岸进出境集装箱|70万标箱|76.18万标箱|5|5
效益|社会效益指标|境外输入病例传播扩散例数|0人|0人|5|5
效益|社会效益指标|形成统计分析报告|26份|26份|5|5
效益|服务对象满意度指标|服务对象满意度|≥90%|≥99.45%|5|5"""


def yuan(wan: str) -> Money:
    return Money(wan, Decimal(wan) * 10000)


def indicator(line: str) -> Indicator:
    level1, level2, name, target, actual, weight, stated = line.split("|")
    return Indicator(level1, level2, name, parse_value(target), parse_value(actual), Decimal(weight), Decimal(stated))


FORM = Evaluation(
    money_unit="万元",
    funds=(FundLine("市本级", yuan("2903.24"), None, yuan("4162.37"), yuan("4149.88")),),
    indicators=tuple(indicator(line) for line in ROWS.splitlines()),
    stated_totals=StatedTotals(weight=Decimal(100), score=Decimal("99.82")),
)


def seed(*waivers: Waiver) -> Case:
    return interpret(FORM, LAW, on=date(2023, 12, 31), waivers=waivers)


def treated(treatments: dict[int, str]) -> Scorecard:
    return score(seed(*(Waiver(f"/indicators/{row}", name) for row, name in treatments.items())))  # type: ignore[arg-type] # names of the table
