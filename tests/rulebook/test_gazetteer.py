from __future__ import annotations

from pathlib import Path

import pytest

from jiheng.rulebook import Rulebook
from jiheng.rulebook.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (["江门市商务局"], "广东省江门市"),
        (["广东省财政厅"], "广东省"),
        (["广东省2023年度", "江门市"], "广东省"),
        (["四川省遂宁市大英县"], "四川省遂宁市大英县"),
        (["大英县"], "四川省遂宁市大英县"),
        (["北京市朝阳区教育委员会"], "北京市朝阳区"),
        (["长春市朝阳区"], "吉林省长春市朝阳区"),
        (["朝阳区教育局"], None),
        (["吉林市城市管理局"], "吉林省吉林市"),
        (["海南藏族自治州"], "青海省海南藏族自治州"),
        (["海南省商务厅"], "海南省"),
        (["项目名称", "", "湖北"], "湖北省"),
        (["某单位"], None),
        ([], None),
    ],
)
def test_the_place_a_header_speaks_of(rulebook: Rulebook, texts: list[str], place: str | None) -> None:
    assert rulebook.gazetteer.find(texts) == place


def test_every_place_named_but_none_twice(rulebook: Rulebook) -> None:
    assert rulebook.places_in(["广东省江门市台山市", "四川省", "江门市"]) == ("广东省江门市台山市", "四川省")


def test_a_place_and_all_above_it(rulebook: Rulebook) -> None:
    assert list(rulebook.gazetteer.upwards("台山市")) == ["广东省江门市台山市", "广东省江门市", "广东省"]
    assert list(rulebook.gazetteer.upwards("试验地")) == ["试验地"]


def test_every_place_with_a_pack_is_listed_by_its_full_name(rulebook: Rulebook) -> None:
    places = {header.place for header in rulebook.headers.values() if header.place is not None}
    assert places - rulebook.gazetteer.parents.keys() == {"试验地"}  # the fictional one


def test_all_provinces_and_prefectures_are_listed(rulebook: Rulebook) -> None:
    parents = rulebook.gazetteer.parents
    provinces = [place for place, above in parents.items() if above is None]
    direct = {"北京市", "天津市", "上海市", "重庆市"}
    county_level = {"济源市", "仙桃市", "潜江市", "天门市", "神农架林区"}
    prefectures = [
        place for place, above in parents.items()
        if above in provinces and above not in direct and place.removeprefix(above or "") not in county_level
    ]  # fmt: skip
    assert (len(provinces), len(prefectures)) == (34, 333)


def test_a_name_two_places_share_needs_the_place_above(tmp_path: Path) -> None:
    (tmp_path / "gazetteer.yaml").write_text("甲省:\n  乙市: [鼓楼区]\n  丙市: [鼓楼区, 丁县]\n", encoding="utf-8")
    gazetteer = Gazetteer.load(tmp_path)
    assert [gazetteer.find([text]) for text in ("鼓楼区", "乙市鼓楼区", "丁县")] == [None, "甲省乙市鼓楼区", "甲省丙市丁县"]
