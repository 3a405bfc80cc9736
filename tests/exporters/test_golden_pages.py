"""Every official form, filled and blank, as a picture: what a page looks like changes on purpose or not at all.

To draw them again after a change on purpose: ``JIHENG_REDRAW=1 ./test tests/exporters/test_golden_pages.py``, then look at each picture.
"""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from builders import fund, row
from filled_forms import only_printed
from jiheng.domain.evaluation import Evaluation, Goal, ManagementItem, Narrative, StatedTotals
from jiheng.exporters.layout.form import form_layout
from jiheng.exporters.writers import pdf
from jiheng.rulebook import load_rulebook

GOLDEN = Path(__file__).parents[1] / "golden" / "forms"
FORMS = load_rulebook().forms
SCALE = 0.6
TOLERATED = 1.0  # mean difference in 256 greys after blurring: a moved rule or a lost line is far more
ROWS = (
    row("≥24场", "25场", "10", "10", name="举办、参加活动场次", level1="产出指标（50分）"),
    row("≥90%", "88.5%", "20", "19.67", name="验收合格率", level1="产出指标（50分）", level2="质量指标", reason="两处路面返工，已整改。"),
    row("12月底前", "12月20日", "20", "20", name="完成时间", level1="产出指标（50分）", level2="时效指标"),
    row("有所提升", "有所提升", "30", "30", name="群众出行便利程度", level1="效益指标（30分）", level2="社会效益指标"),
    row("≥95%", "97.2%", "10", "10", name="受益群众满意度", level1="满意度指标（10分）", level2="服务对象满意度指标"),
)
FILLED = Evaluation(
    fiscal_year=2023,
    project_name="农村公路养护",
    supervising_department="示例县交通运输局",
    implementing_unit="示例县公路养护中心",
    money_unit="万元",
    funds=(fund("年度资金总额", initial="500", adjusted="520.5", spent="518.32", weight="10", stated="9.96"),),
    goal=Goal("完成县道养护 126 公里，路况优良率达到九成以上。", "养护县道 126 公里，路况优良率 91.2%。", achieved=True),
    indicators=ROWS,
    stated_totals=StatedTotals(Decimal(100), Decimal("99.63"), "优"),
    narrative=Narrative("道路通行条件改善。", "两处路面返工。", "加强工序验收。"),
    particulars={
        "中央主管部门": "示例部",
        "项目类别": "1、部门预算项目☑ 2、市直专项□",
        "项目属性": "1、持续性项目☑ 2、新增性项目□",
        "项目类型": "1、常年性项目☑ 2、延续性项目□ 3、一次性项目□",
        "项目实施内容": "按计划分两批实施，逐段验收。",
    },
    management=(ManagementItem("下达及时性", "收到文件后 30 日内下达", "无"),),
)


def picture(name: str, evaluation: Evaluation) -> Image.Image:
    """The first page in grey."""
    with pypdfium2.PdfDocument(pdf.write(form_layout(FORMS[name], evaluation))) as document:
        page: Image.Image = document[0].render(scale=SCALE).to_pil().convert("L")
    return page


@pytest.mark.parametrize("state", ["filled", "blank"])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_looks_as_it_did(name: str, state: str) -> None:
    found = picture(name, only_printed(FORMS[name], FILLED) if state == "filled" else Evaluation())
    target = GOLDEN / f"{name}.{state}.png"
    if os.environ.get("JIHENG_REDRAW") == "1":
        target.parent.mkdir(exist_ok=True)
        found.save(target, optimize=True)
    with Image.open(target) as golden:
        assert found.size == golden.size
        soft = [image.filter(ImageFilter.GaussianBlur(1)) for image in (found, golden)]
        assert ImageStat.Stat(ImageChops.difference(*soft)).mean[0] < TOLERATED


def test_a_picture_tells_a_filled_form_from_a_blank_one() -> None:
    one, other = (image.filter(ImageFilter.GaussianBlur(1)) for image in (picture("recheck", FILLED), picture("recheck", Evaluation())))
    assert one.size == other.size
    assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] > TOLERATED
