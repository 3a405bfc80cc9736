"""Problems in words: the findings as a table of codes, and each in sentences: what, where, held against what, what to do, on what authority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.across.portions import Portion
from jiheng.batch.across.problems import CODES, VARIANTS
from jiheng.batch.across.sentences import SENTENCES, Facts
from jiheng.batch.across.texts import FIRST_FREE, SUBJECTS
from jiheng.batch.schema import FINDINGS, WORD
from jiheng.domain.quantity import plain
from jiheng.domain.units import SCALED, family

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.sealed import Sealed
    from jiheng.batch.across.sketch import Sketches
    from jiheng.rulebook.model import RulePack

ACROSS: Final = pa.schema(
    [
        *FINDINGS,
        pa.field("message", pa.string(), nullable=False, metadata={"meaning": "意见全文：什么、在哪、与什么相比、怎么办、依据"}),
        pa.field("expected", pa.string(), metadata={"meaning": "应为或参照的值"}),
        pa.field("found", pa.string(), metadata={"meaning": "填报的值或文字"}),
        pa.field("others", pa.list_(pa.string()), nullable=False, metadata={"meaning": "涉及的其他表的编号，至多三张"}),
        pa.field("other_count", pa.int32(), nullable=False, metadata={"meaning": "涉及的其他表共几张"}),
    ]
)
"""The findings in words."""
_PLACES: Final = {
    "target.below-history": "/target",
    "target.peer-outlier": "/target",
    "actual.copies-history": "/actual",
    "evidence.same-for-all": "/evidence",
    "evidence.shared-by-forms": "/evidence",
    "form.unit-mismatch": "/implementing_unit",
}
_BASES: Final = {family(unit): unit for units in SCALED.values() for unit, factor in units.items() if factor == 1}
_QUOTED: Final = 40
FIELD_LABELS: Final = ("未达标原因", "目标值", "完成值", "预期总体目标", "总体目标完成情况", "报告的绩效情况", "报告的存在问题", "报告的改进意见")


def subject_of(code: str, row: int, field: int) -> str:
    """The pointer of a problem."""
    place = SUBJECTS[field] if field >= 0 else _PLACES.get(code, "")
    return f"/indicators/{row}{place}" if row >= 0 else place


def severity_of(code: str, variant: int, law: RulePack) -> str:
    """How severe the law takes it."""
    entry = law.rules[code]
    return entry.variants.get(VARIANTS[variant], entry.severity)


def findings_of(problems: NDArray[Any], sealed: Sealed, law: RulePack) -> pa.Table:
    """The problems as ``schema.FINDINGS``, in their order."""
    kinds, kind_of = np.unique(problems[["code", "variant", "row", "field"]], return_inverse=True)
    codes = [CODES[kind["code"]] for kind in kinds]
    severities = [severity_of(code, kind["variant"], law) for code, kind in zip(codes, kinds, strict=True)]
    subjects = [subject_of(code, int(kind["row"]), int(kind["field"])) for code, kind in zip(codes, kinds, strict=True)]
    forms, form_of = np.unique(problems["form"], return_inverse=True)
    columns = [_words(sealed.ids.take(pa.array(forms)).to_pylist(), form_of)]
    columns += [_words(words, kind_of) for words in (subjects, codes, severities)]
    return pa.Table.from_arrays(columns, schema=FINDINGS)


def _words(words: list[str], at: NDArray[np.int64]) -> pa.Array:
    return (
        pa.array([], pa.string()).dictionary_encode().cast(WORD)
        if not len(at)
        else pa.array(words, pa.string()).take(pa.array(at)).dictionary_encode()
    )


class Wording:
    """Words problems, row group by row group, because what a row is called stands in the data only."""

    def __init__(self, sketches: Sketches, sealed: Sealed, law: RulePack) -> None:
        self._texts, self._sealed, self._law = sketches.texts, sealed, law
        self._units = {key: _BASES.get(name, name) for name, key in sketches.measures.items()}

    def tables(self, portions: Iterable[Portion], problems: NDArray[Any]) -> Iterator[pa.Table]:
        """The problems in words: a table per row group that has any, its forms in the order of their ids."""
        first = 0
        read = self._sealed.order[problems["form"]]
        order = np.argsort(read, kind="stable")
        read = read[order]
        for portion in portions:
            last = first + portion.forms.num_rows
            at = np.sort(order[np.searchsorted(read, first) : np.searchsorted(read, last)])
            if len(at):
                yield self._table(portion, problems[at], first)
            first = last

    def _table(self, portion: Portion, problems: NDArray[Any], first: int) -> pa.Table:
        starts = np.append(0, np.cumsum(portion.forms["indicators"].to_numpy()))
        form = self._sealed.order[problems["form"]] - first
        rows = np.where(problems["row"] >= 0, starts[form] + problems["row"], 0)
        known = portion.indicators.num_rows > 0
        cells = {
            name: portion.indicators[name].take(pa.array(rows)).to_pylist() if known else [None] * len(rows) for name in ("name", "target", "actual")
        }
        lines = [self._facts(problem, cells["name"][at], cells["target"][at], cells["actual"][at]) for at, problem in enumerate(problems)]
        messages = [SENTENCES[facts.code](facts) for facts in lines]
        table = findings_of(problems, self._sealed, self._law)
        columns = [
            *table.columns,
            pa.array([f"{said.what}{said.todo}依据：{self._law.rules[facts.code].authority}。" for said, facts in zip(messages, lines, strict=True)]),
            pa.array([said.expected for said in messages], pa.string()),
            pa.array([said.found for said in messages], pa.string()),
            pa.array([list(facts.other_ids) for facts in lines], pa.list_(pa.string())),
            pa.array(problems["count"]),
        ]
        return pa.Table.from_arrays(columns, schema=ACROSS)

    def _facts(self, problem: Any, name: str | None, target: str | None, actual: str | None) -> Facts:  # noqa: ANN401 - a record of numpy
        code, row, field = CODES[problem["code"]], int(problem["row"]), int(problem["field"])
        others = [int(form) for form in problem["others"][: problem["named"]]]
        return Facts(
            code=code,
            variant=VARIANTS[problem["variant"]],
            place=self._place(row, field, name),
            target=target,
            actual=actual,
            expected=self._number(problem["a"], problem["a_exponent"], problem["unit"]),
            found=self._number(problem["b"], problem["b_exponent"], problem["unit"]),
            quote=self._quote(problem),
            unit=self._unit_name(int(problem["form"])),
            others=tuple(self._called(form) for form in others),
            other_ids=tuple(self._id(form) for form in others),
            other_count=int(problem["count"]),
            years=tuple(int(self._sealed.forms["year"][form]) for form in (int(problem["form"]), *others)),
            rule=self._law.rules[code],
        )

    def _place(self, row: int, field: int, name: str | None) -> str:
        where = f"第 {row + 1} 行“{name or '（无名称）'}”" if row >= 0 else ""
        if field >= FIRST_FREE:
            return FIELD_LABELS[field]
        return f"{where}的{FIELD_LABELS[field]}" if field >= 0 else where

    def _number(self, mantissa: int, exponent: int, unit: int) -> str:
        return f"{plain(Decimal(int(mantissa)).scaleb(int(exponent)))}{self._units.get(int(unit), '')}"

    def _quote(self, problem: Any) -> str:  # noqa: ANN401 - a record of numpy
        if not problem["length"]:
            return ""
        text = "".join(self._texts.read(int(problem["offset"]), int(problem["length"])).decode().split())
        return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}……"

    def _unit_name(self, form: int) -> str:
        return self._sealed.unit_names.get(int(self._sealed.forms["unit"][form]), "")

    def _id(self, form: int) -> str:
        return str(self._sealed.ids[form].as_py())

    def _called(self, form: int) -> str:
        """A form as messages name it: its id, unit and project."""
        project, unit, year = self._sealed.projects[form].as_py(), self._unit_name(form), int(self._sealed.forms["year"][form])
        told = "，".join(part for part in (f"{year} 年" if year else "", unit, f"“{project}”" if project else "") if part)
        return f"{self._id(form)}（{told}）" if told else self._id(form)
