"""What holds for the cross-form audit of any data set: neither the order of forms nor the cut into row groups changes a result, nor does spilling."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.across_forms import Found, dossier, filed, found_in, portions, row, with_cells
from jiheng.audit.texts import similarity
from jiheng.batch.across import drawers
from jiheng.batch.across.drawers import Drawers
from jiheng.batch.across.folding import BANDS, WIDTH, buffers, keys_of, sign_texts
from jiheng.batch.across.history import earlier
from jiheng.batch.across.peers import middle
from jiheng.batch.across.sketch import MARK, ROW
from jiheng.batch.across.values import ValueReader, decimal_parts, in_one_unit
from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation

TEXTS = [
    "围绕本地特色产业组织开展职业技能培训，使参训人员掌握实用技术，带动农户增收致富，培训合格率达到九成以上",
    "围绕本地特色产业组织开展职业技能培训，使参训人员掌握实用技术，带动村民增收致富，培训合格率达到九成以上",
    "完成辖区内老旧小区供水管网改造，更换锈蚀管道与阀门，消除漏水隐患，改善居民用水条件，按期竣工并通过验收",
    "完成辖区内老旧小区供水管网改造，更换锈蚀管道与阀门，消除漏水隐患，改善居民用水条件，按期完工并通过验收",
]
CELLS = st.sampled_from(["≥95%", "97.14%", "120人", "≥131人", "1.2万人", "100%", "完成", "15公里", "14999米", None])
ROWS = st.builds(
    lambda name, target, actual, evidence, reason: with_cells(row(target, actual, "10", "10", name=name), evidence=evidence, reason=reason),
    st.sampled_from(["培训人数", "合格率", "里程"]),
    CELLS,
    CELLS,
    st.sampled_from([(), ("第17号验收单",), ("现场照片",), ("第17号验收单", "现场照片")]),
    st.sampled_from([None, TEXTS[0], TEXTS[3]]),
)
FORMS = st.builds(
    lambda project, unit, year, rows, total, goal, report, place: filed(project, unit, year, rows, total, place, goal=goal, report=report),
    st.sampled_from(["甲", "乙"]),
    st.sampled_from(["甲局", "乙局", "各单位"]),
    st.integers(2021, 2023),
    st.lists(ROWS, max_size=6),
    st.sampled_from(["98", "100", "61.5", None]),
    st.sampled_from([None, *TEXTS]),
    st.sampled_from([None, *TEXTS]),
    st.sampled_from(["广东省江门市", None]),
)
BATCHES = st.lists(FORMS, min_size=2, max_size=14).map(lambda forms: [dossier(one, f"文件{at}") for at, one in enumerate(forms)])


def audited(dossiers: list[Dossier], size: int = 1000) -> list[Found]:
    return found_in(portions(dossiers, size))


@given(BATCHES, st.randoms(use_true_random=False))
def test_the_order_of_forms_never_changes_a_result(dossiers: list[Dossier], draw: random.Random) -> None:
    shuffled = [*dossiers]
    draw.shuffle(shuffled)
    assert audited(shuffled) == audited(dossiers)


@given(BATCHES, st.integers(1, 5))
def test_the_cut_into_row_groups_never_changes_a_result(dossiers: list[Dossier], size: int) -> None:
    assert audited(dossiers, size) == audited(dossiers)


@given(BATCHES)
def test_a_stranger_never_silences_what_two_forms_share(dossiers: list[Dossier]) -> None:
    stranger = dossier(filed("陌生项目", "陌生局", 2023, [row("≥7场", "8场", name="演出")], place="云南省"), "陌生文件")
    shared = {"fill.template-residue", "report.copies-last-year", "pattern.same-values", "target.below-history", "actual.copies-history"}
    before = [one for one in audited(dossiers) if one.code in shared]
    assert [one for one in audited([*dossiers, stranger]) if one.code in shared] == before


def _many() -> list[Dossier]:
    draw = random.Random(7)  # noqa: S311 - a seeded sample
    cells = ["≥95%", "97.14%", "120人", "≥131人", "1.2万人"]
    goals = [f"{text}，第{number}批" for text in TEXTS for number in range(8)]
    proofs = ["第17号验收单", "第2023018号合同", "现场照片", "台账"]
    made: list[Evaluation] = []
    for at in range(40):
        rows = [
            with_cells(row(draw.choice(cells), draw.choice(cells), "10", "10", name=f"指标{number}"), evidence=(draw.choice(proofs),))
            for number in range(draw.randrange(1, 7))
        ]
        made.append(filed(f"项目{at % 14}", f"单位{at % 2}", 2021 + at // 14, rows, "99", goal=draw.choice(goals), report=draw.choice(goals)))
    return [dossier(one, f"文件{at}") for at, one in enumerate(made)]


def test_records_that_do_not_fit_into_memory_give_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    dossiers = _many()
    whole = audited(dossiers)
    assert len({one.code for one in whole}) >= 5
    monkeypatch.setattr(drawers, "HELD", 0)
    assert audited(dossiers, 16) == whole


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 5)), max_size=60), st.integers(0, 400))
def test_drawers_give_back_what_was_put_and_keep_keys_together(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]], held: int
) -> None:
    cabinet = Drawers(Path(tmp_path_factory.mktemp("cabinet")), "test", MARK, held=held)
    for at in range(0, len(pairs), 7):
        cabinet.put(np.array([(key, form, 0) for key, form in pairs[at : at + 7]], MARK))
    found = [drawer for drawer in cabinet.each() if len(drawer)]
    assert sorted((int(one["key"]), int(one["form"])) for drawer in found for one in drawer) == sorted(pairs)
    keys = [set(drawer["key"].tolist()) for drawer in found]
    assert sum(map(len, keys)) == len(set().union(*keys))


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3), min_size=1, max_size=30))
def test_the_middle_is_exact(values: list[Decimal]) -> None:
    parts = [decimal_parts(value) for value in values]
    found = middle(np.array([part[0] for part in parts], np.int64), np.array([part[1] for part in parts], np.int8))
    ordered = sorted(map(Fraction, values))
    median = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    distances = sorted(abs(value - median) for value in ordered)
    step = Fraction(10) ** found.exponent
    assert found.twice_median * step == 2 * median
    assert found.four_deviations * step == 2 * (distances[(len(ordered) - 1) // 2] + distances[len(ordered) // 2])
    assert [int(one) * step for one in found.twice_distance] == [2 * abs(Fraction(value) - median) for value in values]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(2018, 2024)), unique=True, max_size=20), st.integers(1, 2))
def test_the_earlier_year_is_found(pairs: list[tuple[int, int]], years: int) -> None:
    rows: Any = np.zeros(len(pairs), ROW)
    rows["key"], rows["year"] = [key for key, _ in sorted(pairs)], [year for _, year in sorted(pairs)]
    found = earlier(rows, years)
    for at, (key, year) in enumerate(sorted(pairs)):
        assert (sorted(pairs)[found[at]] if found[at] >= 0 else None) == ((key, year - years) if (key, year - years) in pairs else None)


@pytest.mark.parametrize(
    ("target", "actual", "name", "same"),
    [
        ("1.5公里", "1500米", "里程", True),
        ("90", "900000元", "金额（万元）", False),
        ("90", "90万元", "金额", True),
        ("90", "90", "金额（万元）", True),
        ("３公顷", "30000平方米", "面积", True),
        ("约40万条", "400000条", "条数", True),
        ("40亩", "40平方米", "面积", False),
        ("5.0%", "5%", "比率", True),
    ],
)
def test_values_in_one_unit(target: str, actual: str, name: str, same: bool) -> None:
    reader, none = ValueReader(), pa.array([None], pa.string())
    cells = [reader.column(pa.array([text]), none) for text in (target, actual)]
    outside = reader.outside(pa.array([name]), none)
    one, other = in_one_unit(cells[0], cells[1], outside), in_one_unit(cells[1], cells[0], outside)
    assert ([part[0] for part in one] == [part[0] for part in other]) is same


def test_nearly_equal_texts_share_a_band() -> None:
    draw = random.Random(3)  # noqa: S311 - a seeded sample
    texts = []
    for _ in range(400):
        text = [chr(draw.randrange(0x4E00, 0x9F00)) for _ in range(draw.randrange(40, 400))]
        changed = [*text]
        for _ in range(max(1, len(text) // 50)):
            changed[draw.randrange(len(changed))] = "改"
        texts += ["".join(text), "".join(changed)]
    keys, bands = np.empty(len(texts), np.int64), np.empty((len(texts), BANDS), np.int32)
    sign_texts(*buffers(pa.array(texts)), np.zeros((2, WIDTH), np.int32), 0, 30, keys, bands)
    alike = [at for at in range(0, len(texts), 2) if similarity(texts[at], texts[at + 1]) >= Decimal("0.95")]
    met = [at for at in alike if (bands[at] == bands[at + 1]).any()]
    assert len(alike) == 400
    assert len(met) >= 390
    strangers = [at for at in range(0, len(texts) - 2, 2) if (bands[at] == bands[at + 2]).any()]
    assert len(strangers) <= 1


@given(st.text(), st.text())
def test_keys_tell_texts_apart_but_not_their_blanks(one: str, other: str) -> None:
    one, other = (text.encode("utf-8", "replace").decode() for text in (one, other))
    (first, second, spaced), _ = keys_of(pa.array([one, other, " ".join(one)]))
    folded = [
        "".join(chr(ord(mark) - 0xFEE0) if 0xFF01 <= ord(mark) <= 0xFF5E else mark for mark in text if not mark.isspace()) for text in (one, other)
    ]
    assert first == spaced
    if not {"\u200b", "\u0085", "\x1c", "\x1d", "\x1e", "\x1f"} & {*one, *other}:
        assert (first == second) == (folded[0] == folded[1])
