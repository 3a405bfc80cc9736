"""The columns of evaluations and of results: names, types and what they mean. ``docs/reference/columns.md`` is made from this file.

A data set is a folder, partitioned ``fiscal_year=2023/place=广东省江门市/``; each partition holds numbered parts, ``forms-0001.parquet``,
``indicators-0001.parquet`` and ``funds-0001.parquet``. Row group k of the three files holds the same forms in the same order, so a row group is
the unit of work.
Every number is the decimal text of the dossier: nothing is rounded by storing it, and 5.0 stays apart from 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]

FORMS_PER_GROUP: Final = 8192
PARTS: Final = ("forms", "indicators", "funds")

TEXT = pa.string()
FORMS: Final = pa.schema(
    [
        pa.field("form", TEXT, nullable=False, metadata={"meaning": "表的编号：原件摘要前 16 位、连字符、表在原件中的序号"}),
        pa.field("document", TEXT, nullable=False, metadata={"meaning": "原件名称"}),
        pa.field("on", TEXT, metadata={"meaning": "规则适用日期，如 2023-12-31"}),
        pa.field("kind", TEXT, nullable=False, metadata={"meaning": "表的种类：project、department、transfer、fund"}),
        pa.field("template", TEXT, metadata={"meaning": "识别出的表样"}),
        pa.field("pack", TEXT, metadata={"meaning": "档案所用规则包；没有复算时为空"}),
        pa.field("pack_digest", TEXT, metadata={"meaning": "该规则包的摘要"}),
        pa.field("project_name", TEXT, metadata={"meaning": "项目名称"}),
        pa.field("supervising_department", TEXT, metadata={"meaning": "主管部门"}),
        pa.field("implementing_unit", TEXT, metadata={"meaning": "实施单位"}),
        pa.field("indicators", pa.int32(), nullable=False, metadata={"meaning": "指标行数：indicators.parquet 中接着的这么多行属于本表"}),
        pa.field("fund_lines", pa.int32(), nullable=False, metadata={"meaning": "资金行数：funds.parquet 中接着的这么多行属于本表"}),
        pa.field("stated_weight", TEXT, metadata={"meaning": "填报的权重合计"}),
        pa.field("stated_score", TEXT, metadata={"meaning": "填报的总分"}),
        pa.field("stated_grade", TEXT, metadata={"meaning": "填报的等级"}),
        pa.field("printed_totals", TEXT, metadata={"meaning": "其他印出的合计：[名称, 数] 的 JSON 数组；没有则为空"}),
        pa.field("printed_columns", TEXT, nullable=False, metadata={"meaning": "表中印有的栏目，按字母排列，逗号分隔：actual,name,score…"}),
        pa.field("printed_amounts", TEXT, nullable=False, metadata={"meaning": "资金表中印有的栏目，同上"}),
        pa.field(
            "flat",
            pa.bool_(),
            nullable=False,
            metadata={"meaning": "各栏已说尽：没有共用得分、上下级行、按总数分配的权重、资金再分项、豁免，也没有台账与佐证的结果"},
        ),
        pa.field("rest", TEXT, nullable=False, metadata={"meaning": "档案中其余内容的 JSON：读入位置、修复、目标、正文等"}),
    ]
)
INDICATORS: Final = pa.schema(
    [
        pa.field("level1", TEXT, metadata={"meaning": "一级指标"}),
        pa.field("level2", TEXT, metadata={"meaning": "二级指标"}),
        pa.field("name", TEXT, metadata={"meaning": "三级指标"}),
        pa.field("target", TEXT, metadata={"meaning": "目标值，照原样"}),
        pa.field("target_value", TEXT, metadata={"meaning": "目标值的含义（JSON）；空表示就是照原样文字读出的含义"}),
        pa.field("actual", TEXT, metadata={"meaning": "实际完成值，照原样"}),
        pa.field("actual_value", TEXT, metadata={"meaning": "完成值的含义（JSON），同上"}),
        pa.field("unit_column", TEXT, metadata={"meaning": "度量单位栏"}),
        pa.field("weight", TEXT, metadata={"meaning": "分值"}),
        pa.field("stated_score", TEXT, metadata={"meaning": "自评得分"}),
        pa.field("reason", TEXT, metadata={"meaning": "未达标原因"}),
        pa.field("criteria", TEXT, metadata={"meaning": "评分标准"}),
        pa.field("evidence", TEXT, metadata={"meaning": "佐证材料（JSON 数组）；空表示没有"}),
    ]
)
FUNDS: Final = pa.schema(
    [
        pa.field("item", TEXT, nullable=False, metadata={"meaning": "资金行名称"}),
        *[
            pa.field(name, TEXT, metadata={"meaning": meaning})
            for amount, label in (
                ("initial_budget", "年初预算"),
                ("adjusted_budget", "全年预算"),
                ("allotted", "实际下达"),
                ("disbursed", "实际支出"),
            )
            for name, meaning in ((amount, f"{label}，照原样"), (f"{amount}_yuan", f"{label}，元；读不出时为空"))
        ],
        pa.field("weight", TEXT, metadata={"meaning": "分值"}),
        pa.field("stated_rate", TEXT, metadata={"meaning": "填报的执行率，照原样"}),
        pa.field("stated_score", TEXT, metadata={"meaning": "资金得分"}),
    ]
)
AMOUNTS: Final = ("initial_budget", "adjusted_budget", "allotted", "disbursed")
"""Amounts of a money line; each has a column as printed and one in 元, with ``_yuan`` behind its name."""
TABLES: Final[Mapping[str, pa.Schema]] = {"forms": FORMS, "indicators": INDICATORS, "funds": FUNDS}

POINTS = pa.decimal64(18, 6)
EXACT = POINTS
WORD = pa.dictionary(pa.int32(), pa.string())
SCORES: Final = pa.schema(
    [
        pa.field("method", WORD, metadata={"meaning": "计分方法，如 RATIO-CAP；空表示该行不计分"}),
        pa.field("basis", WORD, metadata={"meaning": "formula、judgement 或 undetermined"}),
        pa.field("weight", POINTS, metadata={"meaning": "计分所用分值"}),
        pa.field("score", POINTS, metadata={"meaning": "复算得分；待定时为空"}),
        pa.field("exact", EXACT, metadata={"meaning": "未取舍的得分，6 位小数；不是公式计分时为空"}),
        pa.field("low", POINTS, metadata={"meaning": "待定行的最低分"}),
        pa.field("high", POINTS, metadata={"meaning": "待定行的最高分"}),
    ]
)
TOTALS: Final = pa.schema(
    [
        pa.field("form", TEXT, nullable=False, metadata={"meaning": "表的编号"}),
        pa.field("pack", WORD, nullable=False, metadata={"meaning": "复算所用规则包"}),
        pa.field("total", POINTS, metadata={"meaning": "复算总分；有行无分值或不计分时为空"}),
        pa.field("low", POINTS, metadata={"meaning": "总分下限"}),
        pa.field("high", POINTS, metadata={"meaning": "总分上限"}),
        pa.field("grade", WORD, metadata={"meaning": "等级"}),
        pa.field("stated", POINTS, metadata={"meaning": "填报总分；小数多于六位时为空"}),
        pa.field("money_method", WORD, metadata={"meaning": "资金行（表外）的计分方法；空表示没有这一行"}),
        pa.field("money_basis", WORD, metadata={"meaning": "资金行的依据"}),
        pa.field("money_weight", POINTS, metadata={"meaning": "资金行的分值"}),
        pa.field("money_score", POINTS, metadata={"meaning": "资金行的复算得分"}),
        pa.field("money_exact", EXACT, metadata={"meaning": "资金行未取舍的得分"}),
        pa.field("indicators", pa.int32(), nullable=False, metadata={"meaning": "scores 中接着的这么多行属于本表"}),
        pa.field("interpreted", pa.bool_(), nullable=False, metadata={"meaning": "由逐表的解释器复算（各栏说不尽的表）"}),
    ]
)
FINDINGS: Final = pa.schema(
    [
        pa.field("form", WORD, nullable=False, metadata={"meaning": "表的编号"}),
        pa.field("subject", WORD, nullable=False, metadata={"meaning": "指向，如 /indicators/3；空串指全表"}),
        pa.field("code", WORD, nullable=False, metadata={"meaning": "意见编号，见意见一览"}),
        pa.field("severity", WORD, nullable=False, metadata={"meaning": "error、warning 或 info"}),
    ]
)
RESULTS: Final[Mapping[str, pa.Schema]] = {"totals": TOTALS, "scores": SCORES, "findings": FINDINGS}
