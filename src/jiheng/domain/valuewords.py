"""The words of value expressions: grades, signs of absence, operators before and after a number. Source: the value tables of the field guide."""

from __future__ import annotations

from jiheng.domain.value import Operator

_GRADES = """
达成预期指标 达成年度指标 全部或基本达成预期指标 全部或基本达成年度指标 部分达成预期指标 部分达成年度指标 部分达成预期指标并具有一定效果
部分达成年度指标并具有一定效果 未达成预期指标 未达成年度指标 未达成预期指标且效果较差 未达成年度指标且效果较差 未完成预期指标且效果较差
达成 部分达成 未达成 优 良 中 低 差 好 较好 一般 高 是 否 合格 不合格
"""
_AT_LEAST = "≥ >= ≧ ⩾ 》= => 大于等于 大于或等于 至少 达到 达"
_NOT = ("不", "不得", "不能", "不应", "未")
_AT_MOST = "≤ <= ≦ ⩽ 《= =< 小于等于 小于或等于 控制在"

DEFAULT_GRADE_WORDS = frozenset(_GRADES.split())
ABSENT_TOKENS = frozenset("/ // — —— – - -- --- 无 空 * N/A NA n/a 不适用 未涉及 、 \\".split())  # noqa: SIM905 - a lexicon reads best as a line of words
OPERATOR_MARKS: dict[str, Operator] = {
    **dict.fromkeys(_AT_LEAST.split(), "≥"),
    **dict.fromkeys(_AT_MOST.split(), "≤"),
    **dict.fromkeys((f"{no}{word}" for no in _NOT for word in ("低于", "少于", "小于")), "≥"),
    **dict.fromkeys((f"{no}{word}" for no in _NOT for word in ("超过", "高于", "多于", "大于", "超出")), "≤"),
    **dict.fromkeys(("<", "小于", "低于", "少于"), "<"),
    **dict.fromkeys((">", "大于", "超过", "高于", "多于"), ">"),
    **dict.fromkeys(("=", "═", "等于"), "="),
}
LOOK_ALIKE = frozenset("≧≦⩾⩽═﹦⩵")
SUFFIX_MARKS: dict[str, Operator] = {
    **dict.fromkeys(("及以上", "或以上", "(含)以上", "以上"), "≥"),
    **dict.fromkeys(("及以下", "以内", "之内", "以下", "内", "前"), "≤"),
}
