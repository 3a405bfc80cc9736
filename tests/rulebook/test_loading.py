from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from jiheng.errors import PackInvalidError
from jiheng.rulebook import Rulebook, load_rulebook
from jiheng.rulebook.model import Formula, RuleEntry

HEADER = "title: 试\nvariant: T\nplace: 试验地\nkinds: [project]\ntemplates: []\nfrom: 2022-01-01\nuntil: 2022-12-31\nextends: cn-2020\n"
SOURCES = "sources:\n  form: {document: 试表, effective: null, mark: seen, verified: true}\n"
RULE = "{title: 试, severity: info, stage: sub, cites: [form]}"
Writer = Callable[..., Path]


def test_a_child_lists_differences_only(rulebook: Rulebook, write_pack: Writer) -> None:
    body = SOURCES + "scheme:\n  formulas:\n    equal: {value: {id: EQ-SYM}, cites: [form]}\n"
    law, nation = rulebook.load_file(write_pack(body)), rulebook.pack("cn-2020")
    assert law.scheme.formulas.equal.value == Formula("EQ-SYM")
    assert law.scheme.formulas.equal.cites[0].document == "试表"
    assert dataclasses.replace(law.scheme, formulas=nation.scheme.formulas) == nation.scheme
    assert law.rules == nation.rules
    assert (law.id, law.place, law.in_force_until, law.examples) == ("try-2022", "试验地", date(2022, 12, 31), ())


def test_rules_merge_key_by_key(rulebook: Rulebook, write_pack: Writer) -> None:
    body = SOURCES + "include: [_rules-try.yaml]\nrules:\n  try.rule: {severity: error, parameters: {ratio: 1.50}}\n"
    entry = "{title: 试, severity: info, stage: sub, cites: [form], variants: {short: info}, parameters: {ratio: 1.3, words: [约]}}"
    path = write_pack(body)
    write_pack(f"rules:\n  try.rule: {entry}\n", header="", name="_rules-try.yaml")
    rule = rulebook.load_file(path).rules["try.rule"]
    assert (rule.title, rule.severity, rule.variants, rule.active) == ("试", "error", {"short": "info"}, True)
    assert (str(rule.number("ratio")), rule.words("words")) == ("1.50", ("约",))


def test_a_part_may_bring_its_own_sources(rulebook: Rulebook, write_pack: Writer) -> None:
    path = write_pack("include: [_rules-try.yaml]\n")
    write_pack(SOURCES + f"rules:\n  try.rule: {RULE}\n", header="", name="_rules-try.yaml")
    assert rulebook.load_file(path).rules["try.rule"].cites[0].document == "试表"


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("colour: red\n", 9, "不认识的键“colour”"),
        ("scheme:\n  points: {value: 1, cites: [form]}\n", 10, "不认识的键“points”；scheme 可用"),
        ("scheme:\n  formulas:\n    about: {value: null, cites: [form]}\n", 11, "不认识的键“about”；formulas 可用"),
        (SOURCES + "scheme:\n  formulas:\n    equal: {value: {id: HALF}, cites: [form]}\n", 13, "“HALF”不在可用的取值里"),
        (SOURCES + "scheme:\n  formulas:\n    zero_target: {value: {id: RATIO-CAP}, cites: [form]}\n", 13, "目标为 0 时不能用要除以目标的公式"),
        ("sources:\n  x: {document: 甲, effective: null, mark: design, verified: true}\n", 10, "标记为 design 的来源不能写 verified: true"),
        ("sources:\n  x: {document: 甲, effective: null, mark: calc, verified: true}\n", 10, "标记为 calc"),
        ("sources:\n  x: {document: 甲, effective: null, mark: unverified, verified: true}\n", 10, "标记为 unverified"),
        ("sources:\n  design: {document: 甲, effective: null, mark: seen, verified: true}\n", 10, "来源“design”已经有了"),
        ("rules:\n  try.rule: {titel: 试}\n", 10, "不认识的键“titel”；规则条目可用"),
        ("rules:\n  try.rule: {title: 试}\n", 10, "规则“try.rule”缺少“severity”“stage”“cites”"),
        ("include: [_rules-none.yaml]\n", 1, "文件不存在"),
        ("title: 又\n", 9, "键“title”重复"),
    ],
)
def test_a_broken_pack_is_refused_with_file_and_line(rulebook: Rulebook, write_pack: Writer, body: str, line: int, message: str) -> None:
    with pytest.raises(PackInvalidError, match=message) as caught:
        rulebook.load_file(write_pack(body))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("scheme: {}\n", "分文件里只有 sources 与 rules"),
        ("rules:\n  try.rule: {title: 试}\n", "规则“try.rule”缺少“severity”"),
        (f"rules:\n  try.rule: {RULE}\n  try.rule: {RULE}\n", "键“try.rule”重复"),
        (f"rules:\n  pack.other: {RULE}\n", "规则“pack.other”已经有了"),
    ],
)
def test_a_broken_part_is_refused_under_its_own_name(rulebook: Rulebook, write_pack: Writer, part: str, message: str) -> None:
    path = write_pack(SOURCES + "include: [_rules-first.yaml, _rules-try.yaml]\n")
    write_pack(f"rules:\n  pack.other: {RULE}\n", header="", name="_rules-first.yaml")
    write_pack(part, header="", name="_rules-try.yaml")
    with pytest.raises(PackInvalidError, match=message) as caught:
        rulebook.load_file(path)
    assert caught.value.file == "_rules-try.yaml"


def test_an_empty_part_is_allowed(rulebook: Rulebook, write_pack: Writer) -> None:
    path = write_pack("include: [_rules-try.yaml, _rules-sources.yaml]\n")
    write_pack("rules: {}\n", header="", name="_rules-try.yaml")
    write_pack(SOURCES, header="", name="_rules-sources.yaml")
    assert rulebook.load_file(path).rules == rulebook.pack("cn-2020").rules


@pytest.mark.parametrize("key", ["title", "variant", "place", "kinds", "templates", "from", "until", "extends"])
def test_every_header_key_is_due_before_the_body(rulebook: Rulebook, write_pack: Writer, key: str) -> None:
    lines = HEADER.splitlines(keepends=True)
    own = next(line for line in lines if line.startswith(f"{key}:"))
    rest = "".join(line for line in lines if line != own)
    with pytest.raises(PackInvalidError, match=f"缺少“{key}”；它们要写在"):
        rulebook.load_file(write_pack("rules: {}\n" + own, header=rest))


def test_a_root_must_say_everything(rulebook: Rulebook, write_pack: Writer) -> None:
    with pytest.raises(PackInvalidError, match=r"scheme 缺少“base_points”.*“formulas.at_least”.*也没有可以继承的"):
        rulebook.load_file(write_pack("rules: {}\n", header=HEADER.replace("cn-2020", "null")))


def test_a_circle_of_packs_is_refused(own_rulebook: Rulebook) -> None:
    for version, other in (("2021", "2022"), ("2022", "2021")):
        (own_rulebook.directory / "example" / f"{version}.yaml").write_text(HEADER.replace("cn-2020", f"example-{other}"), encoding="utf-8")
    with pytest.raises(PackInvalidError, match="extends 成环：example-2021 → example-2022 → example-2021"):
        own_rulebook.pack("example-2021")


def test_the_digest_follows_the_resolved_content(rulebook: Rulebook, write_pack: Writer) -> None:
    leaf = "scheme:\n  base_points: {value: %s, cites: [form]}\n"
    first = rulebook.load_file(write_pack(SOURCES + leaf % "100")).digest
    assert rulebook.load_file(write_pack("# a remark\n" + SOURCES + leaf % "100")).digest == first
    assert rulebook.load_file(write_pack(SOURCES + leaf % "120")).digest != first
    assert len(first) == 64
    assert int(first, 16) > 0


@pytest.mark.parametrize("pack", load_rulebook().ids())
def test_every_shipped_pack_loads_and_has_an_authority_for_each_leaf(rulebook: Rulebook, pack: str) -> None:
    law = rulebook.pack(pack)
    parts = [getattr(law.scheme, field.name) for field in dataclasses.fields(law.scheme) if field.name != "formulas"]
    parts += [getattr(law.scheme.formulas, field.name) for field in dataclasses.fields(law.scheme.formulas)]
    assert all(leaf.cites for leaf in parts)
    assert all(not cite.verified for leaf in parts for cite in leaf.cites if cite.mark in {"unverified", "design", "calc"})
    assert [grade.low for grade in law.scheme.grades.value] == sorted((grade.low for grade in law.scheme.grades.value), reverse=True)
    assert law.identity.id == pack


def test_the_national_pack_says_what_the_field_guide_says(rulebook: Rulebook) -> None:
    scheme = rulebook.pack("cn-2020").scheme
    assert [block.points for block in scheme.blocks.value] == [Decimal(50), Decimal(30), Decimal(10)]
    assert scheme.money.value is not None
    assert (scheme.money.value.points, scheme.money.value.inside) == (Decimal(10), False)
    assert scheme.formulas.at_most.value is None
    assert [(grade.name, grade.low) for grade in scheme.grades.value] == list(zip("优良中差", map(Decimal, (90, 80, 60, 0)), strict=True))
    assert not scheme.grades.cites[0].verified


def test_jiangmen_says_what_its_form_says(rulebook: Rulebook) -> None:
    scheme = rulebook.pack("cn-gd-jiangmen-2023").scheme
    assert [(block.names[0], block.points, block.spread) for block in scheme.blocks.value] == [
        ("决策", Decimal(20), "free"), ("产出", Decimal(40), "equal"), ("效益", Decimal(40), "equal"),
    ]  # fmt: skip
    assert scheme.money.value is not None
    assert (scheme.money.value.points, scheme.money.value.inside, scheme.money.value.bases[0]) == (Decimal(12), True, "allotted")
    assert any(not cite.verified for cite in scheme.money.cites)
    severities = {field.label: field.severity for field in scheme.mandatory_fields.value}
    assert len(severities) == 10
    assert (severities["填报单位名称"], severities["联系邮箱"], severities["联系人"]) == ("error", "info", "warning")
    assert scheme.over_achievement.value == ()


def test_a_rule_entry_refuses_the_wrong_kind_of_parameter() -> None:
    rule = RuleEntry("try", "试", "info", "sub", (), parameters={"ratio": Decimal("1.3"), "pairs": (("甲", "乙"),)})
    assert rule.pairs("pairs") == (("甲", "乙"),)
    assert rule.fraction("ratio") == Fraction(13, 10)
    with pytest.raises(TypeError, match=r"try\.pairs is no number"):
        rule.number("pairs")
    with pytest.raises(TypeError, match=r"try\.ratio is no list of words"):
        rule.words("ratio")
    with pytest.raises(TypeError, match=r"try\.pairs is no list of words"):
        rule.words("pairs")
    with pytest.raises(TypeError, match=r"try\.ratio is no list of lists"):
        rule.pairs("ratio")
