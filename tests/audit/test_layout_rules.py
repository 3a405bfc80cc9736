"""Rules that tell what import put right or the layout cannot show."""

from __future__ import annotations

from typing import Any

import pytest

from inspections import Fires, Silent, findings, row, sheet
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Printed
from jiheng.domain.finding import Repair

ALL = frozenset({"name", "target", "actual", "weight", "score"})


def repaired(code: str, subject: str = "", before: str = "c6 名称", after: str = "c5 名称", line: int | None = 47) -> Any:
    return sheet(row(), repairs=[Repair(code, subject, before, after, anchor=Anchor(line=line))])


def columns(*names: str, **more: Any) -> Any:
    return sheet(row(), printed=Printed(columns=frozenset(names)), **more)


def printed(**fields: Any) -> Any:
    return sheet(row(), row(name="甲"), printed=Printed(**fields))


FIRES = [
    Fires("layout.columns-shifted", repaired("layout.columns-shifted"), "", "info", ("原文第 47 行错列", "“c6 名称”", "“c5 名称”")),
    Fires("layout.columns-shifted", repaired("layout.columns-shifted", "/indicators/0"), "/indicators/0", "info", ("第 1 行“培训人数”错列",)),
    Fires("layout.columns-shifted", repaired("layout.columns-shifted", "/goal/expected", line=None), "/goal/expected", "info", ("表中一处错列",)),
    Fires("layout.columns-shifted", repaired("layout.columns-shifted", "/indicators/7"), "/indicators/7", "info", ("原文第 47 行错列",)),
    Fires("layout.html-in-cell", repaired("layout.html-in-cell", "/goal/expected", "<p>改善"), "/goal/expected", "info", ("“<p>改善",)),
    Fires("layout.html-in-cell", repaired("layout.html-in-cell", "/indicators/0/reason", "<br/>"), "/indicators/0/reason", "info", ("网页标记",)),
    Fires("layout.glued-cells", repaired("layout.glued-cells", "/indicators/0", "10108", ""), "/indicators/0", "warning", ("“10108”", "有几种读法")),
    Fires("layout.glued-cells", repaired("layout.glued-cells", "/indicators/0", "1010", "10 · 10"), "/indicators/0", "info", ("“10 · 10”",)),
    Fires("layout.merged-score", printed(group_scores=((0, 1),)), "/indicators/0", "info", ("第 1 至 2 行多项共用一个得分",)),
    Fires("layout.merged-score", sheet(row(), row(), row(), printed=Printed(group_scores=((1, 2),))), "/indicators/1", "info", ("第 2 至 3 行",)),
    Fires("layout.column-absent", columns("name", "target", "actual"), "", "info", ("没有分值、得分栏",)),
    Fires("layout.column-absent", columns(*(ALL - {"actual"})), "", "info", ("没有完成值栏，相应部分不能复算",)),
    Fires("layout.several-forms", printed(forms_in_file=2), "", "info", ("文件含 2 张表",)),
    Fires("layout.several-forms", printed(forms_in_file=12), "", "info", ("12",)),
    Fires("layout.placeholder-rows", printed(placeholders=(Anchor(line=8), Anchor(line=9))), "", "info", ("有 2 行空白占位",)),
    Fires("layout.placeholder-rows", printed(placeholders=(Anchor(),)), "", "info", ("未计入指标",)),
]

SILENT = [
    Silent("layout.columns-shifted", sheet(row()), "no repair"),
    Silent("layout.columns-shifted", repaired("layout.html-in-cell"), "another repair"),
    Silent("layout.html-in-cell", sheet(row()), "no repair"),
    Silent("layout.html-in-cell", repaired("layout.columns-shifted"), "another repair"),
    Silent("layout.glued-cells", sheet(row()), "no repair"),
    Silent("layout.glued-cells", repaired("layout.columns-shifted"), "another repair"),
    Silent("layout.merged-score", sheet(row()), "each row has its score"),
    Silent("layout.merged-score", printed(columns=ALL), "each row has its score"),
    Silent("layout.column-absent", columns(*ALL), "all columns are there"),
    Silent("layout.column-absent", columns(), "nobody recorded the columns"),
    Silent("layout.column-absent", columns("name", law={"scored": False}), "the form is not scored"),
    Silent("layout.column-absent", sheet(printed=Printed(columns=frozenset({"name"}))), "form.no-indicators tells it"),
    Silent("layout.several-forms", printed(forms_in_file=1), "one form"),
    Silent("layout.several-forms", sheet(row()), "one form"),
    Silent("layout.placeholder-rows", sheet(row()), "no filler"),
    Silent("layout.placeholder-rows", printed(columns=ALL), "no filler"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_a_place_that_is_no_field_keeps_its_line() -> None:
    (found,) = findings(repaired("layout.columns-shifted"), "layout.columns-shifted")
    assert found.anchor == Anchor(line=47)
    assert (found.found, found.expected) == ("c6 名称", "c5 名称")


def test_filler_rows_are_one_finding_at_the_first() -> None:
    (found,) = findings(printed(placeholders=(Anchor(line=8), Anchor(line=9))), "layout.placeholder-rows")
    assert found.anchor == Anchor(line=8)
