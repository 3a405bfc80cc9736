"""The HTML report: one self-contained page, the form as paper, notes at their rows; nothing of a form can become markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jiheng.exporters.html import render
from jiheng.pipeline import appraise
from jiheng.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]


def page(source: bytes, name: str) -> str:
    return render(appraise(source, name, rulebook=load_rulebook()), {"cn-2020": "全国通用"})


@pytest.fixture(scope="module")
def drifted() -> str:
    path = ROOT / "examples" / "口岸经贸.txt"
    return page(path.read_bytes(), path.name)


def test_both_scores_stand_side_by_side(drifted: str) -> None:
    assert "<dd>99.82</dd>" in drifted
    assert "95.82<small>区间 90.82–95.82</small>" in drifted
    assert "4 错误" in drifted


def test_each_row_stands_once_with_its_derivation(drifted: str) -> None:
    assert len(re.findall(r'id="r\d+"', drifted)) == 20
    assert len(re.findall(r'href="#indicators-\d+"', drifted)) == len(re.findall(r'id="indicators-\d+"', drifted)) == 20
    assert "1347.9亿元 ÷ 1387.59亿元 × 5 = 4.856982" in drifted


def test_a_note_beside_its_row_does_not_repeat_the_row(drifted: str) -> None:
    assert "应得 0.00 分，填报 4 分" in drifted
    notes = re.findall(r'<td class="m">(.*?)</td>', drifted, re.DOTALL)
    assert not any("</span> 第 6 行“接转入境人员”" in note for note in notes)


def test_it_loads_nothing_from_outside(drifted: str) -> None:
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import|<script", drifted)


def test_a_hostile_form_stays_text() -> None:
    form = "项目名称\t<script>alert(1)</script>甲\n三级指标\t年度指标值\t实际完成值\t分值\t得分\n<img src=x onerror=y>里程\t5公里\t5公里\t100\t100\n"
    shown = page(form.encode(), "<b>.txt")
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "&lt;b&gt;.txt" in shown


def test_what_only_some_forms_ask_is_shown_with_its_label() -> None:
    form = "项目名称\t道路养护\n项目类别\t延续性项目\n三级指标\t年度指标值\t实际完成值\t分值\t得分\n养护里程\t5公里\t5公里\t100\t100\n"
    shown = page(form.encode(), "表.txt")
    assert "项目类别" in shown
    assert "延续性项目" in shown


def test_an_unreadable_file_still_makes_a_page() -> None:
    shown = page(b"", "空.txt")
    assert "文件未能读出" in shown
    assert "file.empty" in shown
