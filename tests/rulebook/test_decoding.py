from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.finding import Citation
from jiheng.errors import PackInvalidError
from jiheng.rulebook.decoding import Reading, SourceEntry, compose
from jiheng.rulebook.model import Grade, Parameter, Rounding, Sourced

SEEN = SourceEntry("试表", None, "seen", verified=True)


def decode(tmp_path: Path, text: str, kind: object) -> object:
    path = tmp_path / "part.yaml"
    path.write_text(text, encoding="utf-8")
    return Reading("part.yaml", {"form": SEEN}).decode(compose(path, "part.yaml"), kind)


@pytest.mark.parametrize("text", ["8.10", "12", "-1", "0", "1387.59", "0.1"])
def test_a_number_keeps_its_literal_text(tmp_path: Path, text: str) -> None:
    assert str(decode(tmp_path, text, Decimal)) == text


@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_no_number_passes_through_a_float(tmp_path_factory: pytest.TempPathFactory, number: Decimal) -> None:
    plain = format(number, "f")
    assert str(decode(tmp_path_factory.getbasetemp(), plain, Decimal)) == plain


@pytest.mark.parametrize("text", ["010", "1e3", "0x1F", "1_000", ".5", "12:30", "NaN", "好"])
def test_a_doubtful_number_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PackInvalidError, match=r"part\.yaml 第 1 行：.*不是数字"):
        decode(tmp_path, text, Decimal)


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "NO", "y"])
def test_yes_and_no_stay_words(tmp_path: Path, word: str) -> None:
    assert decode(tmp_path, word, str) == word
    with pytest.raises(PackInvalidError, match="应写 true 或 false"):
        decode(tmp_path, word, bool)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.30", Decimal("1.30")),
        ('"1.30"', "1.30"),
        ("true", True),
        ("false", False),
        ("no", "no"),
        ("[甲, 乙]", ("甲", "乙")),
        ("[]", ()),
        ("[[甲, 乙], [丙]]", (("甲", "乙"), ("丙",))),
        ("|\n  1.3\n", "1.3\n"),
    ],
)
def test_a_parameter_is_read_by_its_looks(tmp_path: Path, text: str, value: object) -> None:
    assert decode(tmp_path, text, Parameter) == value


def test_a_leaf_carries_its_citations(tmp_path: Path) -> None:
    leaf = decode(tmp_path, "{value: 100, cites: [form, {source: form, article: 第三条, quote: null}]}", Sourced[Decimal])
    plain = Citation("试表", None, None, None, "seen", verified=True)
    assert leaf == Sourced(Decimal(100), (plain, Citation("试表", "第三条", None, None, "seen", verified=True)))


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("[优]", Grade, "这里应是“键: 值”的对照表"),
        ("{name: 优, low: 90, high: 100}", Grade, "不认识的键“high”；这里可用：name、low"),
        ("{name: 优}", Grade, "缺少“low”"),
        ("{name: 优, name: 良, low: 90}", Grade, "键“name”重复"),
        ("{[a]: 优, low: 90}", Grade, "键应是一个词"),
        ("{name: null, low: 90}", Grade, "不能为空"),
        ("{name: [优], low: 90}", Grade, "不能为空"),
        ("优", tuple[str, ...], "这里应是列表"),
        ("2023-13-01", date, "不是日期"),
        ("{places: 2.5, mode: half-up, order: rows-then-sum, accept_one_decimal: true, whole_points: false}", Rounding, "不是整数"),
        ("{places: 2, mode: up, order: rows-then-sum, accept_one_decimal: true, whole_points: false}", Rounding, "“up”不在可用的取值里：half-up"),
        ("{value: 100}", Sourced[Decimal], "value 与 cites 两个键"),
        ("{value: 100, cites: []}", Sourced[Decimal], "缺少依据"),
        ("{value: 100, cites: [law]}", Sourced[Decimal], "依据“law”没有列在 sources 里"),
        ("{value: 100, cites: [{article: 第三条}]}", Sourced[Decimal], "必须有 source"),
        ("{value: 100, cites: [{source: form, page: 3}]}", Sourced[Decimal], "依据只能有"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(tmp_path: Path, text: str, kind: object, message: str) -> None:
    with pytest.raises(PackInvalidError, match=message):
        decode(tmp_path, text, kind)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [(b"a: 1\nb: [", 3, "不是合法的 YAML"), (b"\xff\xfe\xfa", 1, "不是合法的 UTF-8"), (b"", 1, "文件是空的"), (b"# nothing\n", 1, "文件是空的")],
)
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    with pytest.raises(PackInvalidError, match=message) as caught:
        compose(path, path.name)
    assert (caught.value.file, caught.value.line) == ("odd.yaml", line)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackInvalidError, match="文件不存在"):
        compose(tmp_path / "none.yaml", "none.yaml")
