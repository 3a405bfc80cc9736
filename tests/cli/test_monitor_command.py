"""``jiheng monitor``: the worked city on a day of its year, on the screen, as JSON, as a page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jiheng import cli

SOUND = Path(__file__).resolve().parents[2] / "examples" / "云汀市" / "口岸与商贸发展项目"


def test_the_screen_shows_money_first_then_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["monitor", str(SOUND), "--on", "2023-07-31"]) == 0
    out = capsys.readouterr().out
    for part in (
        "时间进度 7/12",
        "追加 758.00  2023-06-20  ZB-002  云财〔2023〕58号",
        "实际下达 3661.24，比年初预算多 758.00，全部有文件说明",
        "已支付 2001.15，执行率 54.66%；除以时间进度 7/12 为 93.70%，绿灯",
        "台账只到 2023-06，按 6 个月判灯和推算",
        "灯：红灯 0，黄灯 0，绿灯 13，不判 6。",
        "依据：",
    ):
        assert part in out
    assert max(map(len, out.splitlines())) <= 150


def test_json_holds_each_month_and_the_method(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["monitor", str(SOUND), "--on", "2023-07-31", "--format", "json"])
    found: Any = json.loads(capsys.readouterr().out)
    row = next(row for row in found["rows"] if row["name"] == "进出口贸易总额")
    assert (row["value"], row["expected"], row["forecast"], row["method"]) == ("968.5", "991.67", "1660.29", "累计数除以时间进度")
    assert list(row["points"]) == [str(month) for month in range(1, 8)]
    assert found["money"]["unexplained"] == "0"


def test_the_page_is_one_file_that_loads_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "监控.html"
    cli.run(["monitor", str(SOUND), "--on", "2023-12-31", "--format", "html", "--output", str(target)])
    page = target.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""
    assert page.count("<article") == 19
    assert re.search(r"(?:src|href)=\"(?!#)", page) is None
    assert "4149.88" in page


@pytest.mark.parametrize(
    ("day", "said"), [("2024-03-31", "不在台账的年度（2023 年）内"), ("七月", "不是日期"), (None, "缺少")], ids=["year", "word", "none"]
)
def test_a_day_that_cannot_be_is_said(day: str | None, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["monitor", str(SOUND), *(["--on", day] if day else [])]) == 2
    assert said in capsys.readouterr().err
