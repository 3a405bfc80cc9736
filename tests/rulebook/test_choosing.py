from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from jiheng.errors import NoPackInForceError, PackInvalidError, PackUnknownError
from jiheng.rulebook import Choice, Rulebook, load_rulebook

YEAR_END = {year: date(year, 12, 31) for year in range(2019, 2026)}


def choose(
    rulebook: Rulebook,
    year: int,
    *,
    texts: Sequence[str] = (),
    template: str | None = None,
    place: str | None = None,
    pack: str | None = None,
    kind: str = "project",
) -> Choice:
    return rulebook.choose(kind=kind, template=template, place_texts=texts, place=place, pack=pack, on=YEAR_END[year])


@pytest.mark.parametrize(
    ("asked", "texts", "answer"),
    [
        ({"pack": "cn-2020", "template": "jiangmen-2023"}, ["江门市"], ("cn-2020", "named")),
        ({"template": "jiangmen-2023"}, ["成都市"], ("cn-gd-jiangmen-2023", "template")),
        ({"template": "another"}, ["江门市商务局"], ("cn-gd-jiangmen-2023", "place")),
        ({}, ["广东省江门市台山市教育局"], ("cn-gd-jiangmen-2023", "place")),
        ({}, [], ("cn-2020", "default")),
    ],
)
def test_the_most_particular_law_wins(rulebook: Rulebook, asked: dict[str, str], texts: list[str], answer: tuple[str, str]) -> None:
    choice = choose(rulebook, 2023, pack=asked.get("pack"), template=asked.get("template"), texts=texts)
    assert (choice.pack.id, choice.by) == answer


def test_a_place_given_beats_the_places_printed(rulebook: Rulebook) -> None:
    choice = choose(rulebook, 2023, texts=["北京市"], place="江门市")
    assert (choice.pack.id, choice.place, choice.by) == ("cn-gd-jiangmen-2023", "广东省江门市", "place")


def test_a_year_its_place_has_no_law_for_falls_to_the_nation_and_says_so(rulebook: Rulebook) -> None:
    choice = choose(rulebook, 2021, texts=["江门市商务局"])
    assert (choice.pack.id, choice.place, choice.by) == ("cn-2020", "广东省江门市", "default")


@pytest.mark.parametrize(
    ("year", "pack", "template"),
    [(2021, "cn-gd-jiangmen-2023", None), (2024, None, "jiangmen-2023"), (2019, None, None), (2019, "cn-2020", None)],
)
def test_no_fallback_to_another_date(rulebook: Rulebook, year: int, pack: str | None, template: str | None) -> None:
    with pytest.raises(NoPackInForceError, match=f"{year}-12-31 没有生效的规则包"):
        choose(rulebook, year, pack=pack, template=template)


def test_an_unknown_pack_is_refused_with_near_names(rulebook: Rulebook) -> None:
    with pytest.raises(PackUnknownError, match=r"没有规则包“cn-gd-jiangmen-2032”。相近的有：.*cn-gd-jiangmen-2023"):
        choose(rulebook, 2023, pack="cn-gd-jiangmen-2032")


@pytest.mark.parametrize("kind", ["project", "department", "transfer", "fund"])
def test_the_nation_has_a_law_for_every_kind(rulebook: Rulebook, kind: str) -> None:
    assert choose(rulebook, 2023, kind=kind).by == "default"


def test_a_law_for_this_kind_alone_goes_before_a_general_one(own_rulebook: Rulebook) -> None:
    own = "title: 转移\nvariant: T\nplace: null\nkinds: [transfer]\ntemplates: []\nfrom: 2020-01-01\nuntil: null\nextends: cn-2020\n"
    (own_rulebook.directory / "cn" / "transfer.yaml").write_text(own, encoding="utf-8")
    assert choose(own_rulebook, 2023, kind="transfer").pack.id == "cn-transfer"
    assert choose(own_rulebook, 2023).pack.id == "cn-2020"


def test_in_force_climbs_from_the_place_to_the_nation(rulebook: Rulebook) -> None:
    assert rulebook.in_force("project", "台山市", YEAR_END[2023]).id == "cn-gd-jiangmen-2023"
    assert rulebook.in_force("project", "台山市", YEAR_END[2024]).id == "cn-2020"
    assert rulebook.in_force("project", None, YEAR_END[2023]).id == "cn-2020"
    with pytest.raises(NoPackInForceError, match="2019-12-31 没有生效的规则包（台山市，project）"):
        rulebook.in_force("project", "台山市", YEAR_END[2019])
    with pytest.raises(NoPackInForceError, match="（全国，poem）"):
        rulebook.in_force("poem", None, YEAR_END[2023])


def test_packs_are_loaded_once(rulebook: Rulebook) -> None:
    assert rulebook.pack("cn-2020") is rulebook.pack("cn-2020")
    assert load_rulebook() is load_rulebook()


def test_only_headers_are_read_to_choose(own_rulebook: Rulebook) -> None:
    body = (own_rulebook.directory / "example" / "2020.yaml").read_text(encoding="utf-8").replace("PASS-LINE", "NO-SUCH")
    (own_rulebook.directory / "example" / "2020.yaml").write_text(body, encoding="utf-8")
    assert choose(own_rulebook, 2020).pack.id == "cn-2020"
    with pytest.raises(PackInvalidError, match="“NO-SUCH”"):
        own_rulebook.pack("example-2020")


def test_the_horizon_is_the_newest_packs_first_year(own_rulebook: Rulebook) -> None:
    assert own_rulebook.horizon == YEAR_END[2020]
    assert own_rulebook.national.id == "cn-2020"
