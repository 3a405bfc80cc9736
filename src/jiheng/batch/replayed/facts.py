"""``Changes`` in words: one tree of plain data for the screen, the file and the page, so that all three say the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from jiheng.batch.replayed import orders
from jiheng.batch.replayed.changes import BINS, COUNTS, NOTHING_CHANGED, STEPS, Changes, Place, Tally, summed
from jiheng.batch.replayed.laws import METHODS, authority, label_of, saying
from jiheng.domain.quantity import plain
from jiheng.rulebook.describe import BASIS_NAMES

if TYPE_CHECKING:
    from jiheng.rulebook.gazetteer import Gazetteer
    from jiheng.rulebook.model import RulePack

LEVELS: Final = ("省级", "市级", "县级", "未定")
NO_GRADE: Final = "无等级"
_CENT: Final = Decimal("0.01")
_LEFT_OUT: Final = {
    orders.NO_PACK: "没有生效的规则包可比",
    orders.DAMAGED: "列中的内容不合格式",
    orders.WAIVER: "有一方规则包不允许的豁免",
}
_BEYOND: Final = {
    orders.OTHER_KIND: "的种类不在新规则包的适用范围内，仍按它试算",
    orders.OTHER_PLACE: "不属于新规则包的地区，仍按它试算",
    orders.OTHER_PACK: "所载的原规则包本机没有，改按地区和日期选取",
}
_GRADE_CAUSES: Final = {"total": "总分变化", "boundary": "等级界限变化", "both": "两者都有关"}


def facts(changes: Changes, new: RulePack, old: Mapping[str, RulePack], gazetteer: Gazetteer) -> dict[str, Any]:
    """Everything there is to say; points are decimal texts, ``None`` where there is nothing to compare.

    Args:
        changes: the sums of the whole data set.
        new: the law after.
        old: the laws before, by id.
        gazetteer: what places belong to.
    """
    whole = changes.whole()
    return {
        "new": {"id": new.id, "title": new.title, "digest": new.digest},
        "old": [{"id": pack, "title": old[pack].title, "forms": many} for pack, many in _largest(changes.packs)],
        "total": _sums(whole),
        "levels": _levels(changes, gazetteer),
        "places": [_of_place(place, tally, gazetteer) for place, tally in sorted(changes.tallies.items())],
        "differences": _bins(whole),
        "grades": _grades(whole, new, old),
        "reasons": _reasons(whole, new, old),
        "bases": [
            {"old": _basis(before), "new": _basis(after), "rows": many}
            for key, many in _largest(whole.sums["bases"])
            for before, after in [key.split("\t")]
        ],
        "findings": _findings(whole, new),
        "affected": [_form(form, new, gazetteer) for form in changes.affected],
        "left_out": [{"why": _LEFT_OUT[why], "forms": many, "examples": changes.examples[why]} for why, many in _largest(changes.left_out)],
        "notes": [f"{many:,} 张表{_BEYOND[why]}。" for why, many in _largest(changes.beyond)],
    }


def level_of(place: str, gazetteer: Gazetteer) -> str:
    """The level of a place: a province's, a city's, a county's; a district of a city that is itself a province is a county's."""
    if place not in gazetteer.parents:
        return LEVELS[-1]
    upwards = tuple(gazetteer.upwards(place))
    return LEVELS[min(len(upwards) + (len(upwards) > 1 and upwards[-1].endswith("市")), 3) - 1]


def points(number: int | None) -> str | None:
    """Points in print: two decimals, more where they are needed."""
    if number is None:
        return None
    exact = Decimal(number).scaleb(-6)
    return f"{exact.quantize(_CENT):f}" if exact == exact.quantize(_CENT) else plain(exact)


def _mean(total: int, many: int) -> str | None:
    """A mean to two decimals, rounded half up."""
    return f"{(Decimal(total).scaleb(-6) / many).quantize(_CENT, ROUND_HALF_UP):f}" if many else None


def _sums(tally: Tally) -> dict[str, Any]:
    """The sums of a tally: counts, sum, mean and extremes of the differences, means of the totals."""
    compared = tally.count("compared")
    difference = tally.count("sum_after") - tally.count("sum_before")
    return {
        **{name: tally.count(name) for name in COUNTS if not name.startswith("sum_")},
        "unchanged": compared - tally.count("totals_changed"),
        "difference": points(difference),
        "mean_difference": _mean(difference, compared),
        "mean_before": _mean(tally.count("sum_before"), compared),
        "mean_after": _mean(tally.count("sum_after"), compared),
        "least": points(tally.least),
        "most": points(tally.most),
    }


def _levels(changes: Changes, gazetteer: Gazetteer) -> list[dict[str, Any]]:
    found: dict[str, list[Tally]] = {}
    for place, tally in changes.tallies.items():
        found.setdefault(level_of(place.place, gazetteer), []).append(tally)
    return [{"level": level, **_sums(summed(found[level]))} for level in LEVELS if level in found]


def _of_place(place: Place, tally: Tally, gazetteer: Gazetteer) -> dict[str, Any]:
    reasons = tally.sums["reason_forms"]
    causes = [{"cause": label_of(key.partition("|")[2].partition(":")[0]), "forms": many} for key, many in _largest(reasons)[:3]]
    known = {"year": place.year or None, "place": place.place or None, "level": level_of(place.place, gazetteer)}
    return {**known, **_sums(tally), "causes": causes}


def _bins(tally: Tally) -> list[dict[str, Any]]:
    """How many totals change by how much, from the largest losses to the largest gains."""
    bounds = [plain(Decimal(bound).scaleb(-6)) for bound in STEPS]
    steps = [f"0 至 {bounds[0]}", *(f"{low} 至 {high}" for low, high in pairwise(bounds)), f"超过 {bounds[-1]}"]
    labels = {NOTHING_CHANGED: "不变"}
    for at, step in enumerate(steps, start=1):
        labels |= {NOTHING_CHANGED - at: f"减 {step}", NOTHING_CHANGED + at: f"增 {step}"}
    return [{"difference": labels[k], "forms": tally.sums["bins"][str(k)]} for k in range(BINS)]


def _grades(tally: Tally, new: RulePack, old: Mapping[str, RulePack]) -> dict[str, Any]:
    moves = [(*key.split("\t"), many) for key, many in tally.sums["grades"].items()]
    known = [grade.name for law in (*old.values(), new) for grade in law.scheme.grades.value]
    names = [name for name in dict.fromkeys([*known, ""]) if any(name in move[:2] for move in moves)]
    return {
        "names": [_grade(name) for name in names],
        "moves": [
            {"old": _grade(before), "new": _grade(after), "forms": many}
            for before, after, many in sorted(moves, key=lambda move: (names.index(str(move[0])), names.index(str(move[1]))))
        ],
        "causes": [{"cause": _GRADE_CAUSES[why], "forms": many} for why, many in _largest(tally.sums["grade_causes"])],
        "given": bool(new.scheme.grades.value),
        "boundaries": [{"pack": law.id, "grades": saying(law, "grades")} for law in (*old.values(), new)],
        "authority": authority(new, "grades"),
    }


def _grade(name: object) -> str:
    return str(name) or NO_GRADE


def _reasons(tally: Tally, new: RulePack, old: Mapping[str, RulePack]) -> list[dict[str, Any]]:
    """Why, the most points first: what either law says and the authority of the new one."""
    keys = sorted(tally.sums["reason_rows"], key=lambda key: (-abs(tally.sums["reason_points"][key]), -tally.sums["reason_rows"][key], key))
    return [
        {**_cause(key.partition("|")[2], old[key.partition("|")[0]], new)}
        | {
            "pack": key.partition("|")[0],
            "rows": tally.sums["reason_rows"][key],
            "forms": tally.sums["reason_forms"][key],
            "points": points(tally.sums["reason_points"][key]),
        }
        for key in keys
    ]


def _cause(cause: str, old: RulePack, new: RulePack) -> dict[str, str]:
    leaf, _, signs = cause.partition(":")
    sides = {"old": f"按“{signs[0]}”", "new": f"按“{signs[1]}”"} if signs else {"old": saying(old, leaf), "new": saying(new, leaf)}
    return {"leaf": leaf, "cause": label_of(leaf), **sides, "authority": authority(new, leaf)}


def _findings(tally: Tally, new: RulePack) -> list[dict[str, Any]]:
    families = ("appeared", "vanished", "severities")
    codes = sorted({code for family in families for code in tally.sums[family]}, key=lambda code: (-sum(tally.sums[f][code] for f in families), code))
    return [
        {"code": code, "title": new.rules[code].title if code in new.rules else code, **{family: tally.sums[family][code] for family in families}}
        for code in codes
    ]


def _form(form: Mapping[str, Any], new: RulePack, gazetteer: Gazetteer) -> dict[str, Any]:
    known = {name: form[name] for name in ("form", "document", "project_name", "implementing_unit", "pack")}
    return {
        **known,
        "year": form["year"] or None,
        "place": form["place"] or None,
        "level": level_of(form["place"], gazetteer),
        **{name: points(form[name]) for name in ("old", "new", "difference")},
        "old_grade": _grade(form["old_grade"]),
        "new_grade": _grade(form["new_grade"]),
        "lines": [_line(line, new) for line in form["lines"]],
    }


def _line(line: Mapping[str, Any], new: RulePack) -> dict[str, Any]:
    leaf, _, signs = line["cause"].partition(":")
    told = {"subject": line["subject"], "name": _line_name(line), "difference": points(line["points"]), "cause": label_of(leaf)}
    told |= {"detail": f"“{signs[0]}”改为“{signs[1]}”" if signs else "", "authority": authority(new, leaf)}
    for side in ("old", "new"):
        if f"{side}_basis" in line:
            told |= {side: points(line[f"{side}_score"]), f"{side}_basis": _basis(line[f"{side}_basis"])}
            told |= {f"{side}_method": METHODS.get(line[f"{side}_method"], "不计分"), f"{side}_counted": _counted(line, side)}
    return told


def _counted(line: Mapping[str, Any], side: str) -> str | None:
    """What an undetermined line carries into the total, where the other side's score tells it."""
    other = line["new_score" if side == "old" else "old_score"]
    if line[f"{side}_basis"] != "undetermined" or other is None:
        return None
    return points(other - line["points"] if side == "old" else other + line["points"])


def _line_name(line: Mapping[str, Any]) -> str:
    if line["subject"].startswith("/indicators/"):
        return f"第 {int(line['subject'].rpartition('/')[2]) + 1} 行“{line['name'] or '（无名称）'}”"
    return "资金执行率" if line["subject"] else "合计"


def _basis(basis: str) -> str:
    return BASIS_NAMES.get(basis, "不计分")


def _largest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
