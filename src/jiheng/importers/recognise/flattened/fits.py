"""How well a text fits a column when only its wording can tell: indicator rows and money rows."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.units import KNOWN, read_unit
from jiheng.domain.valuetext import parse_value, tidy
from jiheng.domain.valuewords import ABSENT_TOKENS, DEFAULT_GRADE_WORDS, OPERATOR_MARKS
from jiheng.importers.recognise.flattened.atoms import Atom, Border
from jiheng.importers.recognise.flattened.engine import IMPOSSIBLE
from jiheng.importers.recognise.flattened.vocabulary import Vocabulary

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_MARKED = re.compile(r"^(?:★|其中|指标\s*\d|\d{1,2}[.、])")
_FILLER = re.compile(r"(?:指标\s*\d*\s*[:：.、]?)?[/.…—\-\s]*")
_NAME_ENDS = tuple("率 数 量 度 性 数量 面积 情况 成本 时间 水平 收入 满意度 人数 次数 场次 及时 完成 覆盖 质量 标准".split())  # noqa: SIM905 - a lexicon reads best as a line of words
_LONG_GRADES = tuple(word for word in DEFAULT_GRADE_WORDS if len(word) > 2)
_TWO_CHARACTERS = re.compile(r"[\u4e00-\u9fff].*[\u4e00-\u9fff]", re.DOTALL)
_SENTENCE_ENDS = ("。", "；", ";")
_DEAR = {"name": 14.0, "operator": 4.0, "target": 6.0, "unit": 2.0, "actual": 6.0, "weight": 6.0, "score": 5.0}
LEVELS = frozenset({"level1", "level1_weight", "level2", "level2_weight", "name"})
_WEIGHT_RULE = re.compile(r"指标(?:总)?数|个数")
_SECOND_ROW = re.compile(r"(\d[\d.]*\D{1,3})\1|(?<=.)(?:其中|★|指标\d)")
_LONGEST_FIGURE = 16
_FIGURE = re.compile(r"[≥≤=<>≧≦═]*\d[\d.,]*\D{0,4}")
_HEADED = re.compile(r"[\u4e00-\u9fff]{2,4}(?:效益|指标) ")
_NAME_AND_VALUE = re.compile(r"[\u4e00-\u9fff]{3,}[≥≤=<>≧≦═]\d")
_SIGNS = tuple(OPERATOR_MARKS)
USUAL = 0.85
UNUSUAL = 0.15
_MEASURED = re.compile(r"[≥≤=<>≧≦═﹦]\s*\d|\d[%％]$")
_VALUES = ("target", "actual", "weight", "score")
_PARTNER = {"actual": "target", "score": "weight"}
PROSE = ("reason", "criteria", "evidence")


@lru_cache(maxsize=16384)
def number_of(text: str) -> Decimal | None:
    """The number a cell holds and nothing else (points may have 分), None otherwise."""
    plain = tidy(text).removesuffix("分")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


class IndicatorFit:
    """Rows of an indicator table. ``filled`` is how often each role was filled at a first reading, which a second one then expects."""

    def __init__(
        self,
        roles: tuple[str, ...],
        words: Vocabulary,
        *,
        filled: dict[str, float] | None = None,
        places: dict[str, int] | None = None,
        bare: float = 3.0,
    ) -> None:
        self.roles = roles
        self.words = words
        self.filled = filled
        self.places = places or {}
        self.later = [key for key in roles if key in _VALUES][1:]
        self.bare = 0.0 if {"operator", "unit"} & set(roles) else bare
        self.criteria_marks = words.labels.words["criteria_marks"]
        self.title_ends = tuple(mark for mark in words.labels.words["evidence_marks"] if mark not in "【《")
        self.reason_marks = words.labels.words["reason_marks"]

    def expects(self, role: str) -> bool:
        """Whether rows of this table usually have this cell."""
        return self.filled is None or self.filled.get(role, 1.0) >= UNUSUAL

    def longest(self, role: str) -> int:
        """Names and values may be of many atoms, marks of few."""
        return {"level1": 8, "level2": 8, "name": 14, "operator": 1, "unit": 2}.get(role, 8 if role.endswith("weight") or role == "score" else 12)

    def proves(self, said: dict[str, str]) -> bool:  # noqa: ARG002 - nothing in one row can
        """Only the sums of the table can bear out a row."""
        return False

    def place(self, role: str, atom: Atom, placed: dict[str, str]) -> float:
        """A text that stands below another heading is dear, and a run of digits cut where a name or a target ends."""
        if atom.border is Border.DIGIT:
            weight_first = "weight" in placed and "target" not in placed
            ends_name = role in {"operator", "target"} or (role == "actual" and "target" in placed)
            return 12.0 if ends_name and not weight_first else 0.0
        if atom.x < 0 or role not in self.places:
            return 0.0
        nearest = min(self.places, key=lambda name: abs(self.places[name] - atom.x))
        return 0.0 if nearest == role else min(9.0, abs(self.places[role] - atom.x) / 3)

    def alone(self, text: str) -> bool:
        """A level name is a cell of its own and part of no other."""
        meaning = self.words.meaning(text)
        return (meaning.level1 or meaning.level2) and len(text) >= 4

    def absent(self, role: str, placed: dict[str, str]) -> float:
        """A row without a name or a value is dear, unless it is a bare heading."""
        if role == "name":
            return 3.0 if placed else 14.0
        if role in LEVELS:
            return 0.0
        valued = placed.get("target") or placed.get("actual") or placed.get("weight") or placed.get("score")
        if not valued and "name" not in placed:
            return 0.2
        if role in self.later and (not valued or self._lacks_its_partner(role, placed)):
            return 1.0
        dear = _DEAR.get(role, 0.0)
        if self.filled is not None:
            share = self.filled.get(role, 0.0)
            return 10.0 if share > USUAL else 0.5 if share < UNUSUAL else dear
        return dear

    def _lacks_its_partner(self, role: str, placed: dict[str, str]) -> bool:
        """An actual without target, a score without weight."""
        partner = _PARTNER.get(role)
        return partner in self.roles and partner not in placed

    def pair(self, role: str, text: str, placed: dict[str, str]) -> float:
        """Scores beside weights, actuals beside targets; values without a name."""
        if role in LEVELS:
            return 4.0 if role == "name" and "level1" in placed and "level2" in self.roles and "level2" not in placed else 0.0
        extra = 0.0
        if text:
            extra += 5.0 if self.filled is not None and self.filled.get(role, 0.0) < UNUSUAL else 0.0
            extra += 0.0 if "name" in placed else 22.0
        if role in {"target", "actual"} and "weight" in self.roles and (bare := number_of(text)) is not None and 0 <= bare <= 100:
            extra += self.bare
        if role == "score" and (weight := number_of(placed.get("weight", ""))) is not None and (score := number_of(text)) is not None:
            extra += 40 if score > weight else -1 if score == weight else 0
        if role in {"actual", "weight", "score"} and placed.get("operator") and not placed.get("target"):
            extra += 8
        if role == "actual" and not placed.get("target") and tidy(text).startswith(_SIGNS):
            extra += 8
        if role == "actual" and placed.get("target") and text:
            extra += _kinship(placed["target"], text)
        return extra

    def misfit(self, role: str, text: str) -> float:  # noqa: PLR0911 - one return per kind of column
        """How badly the text fits the column."""
        if not text:
            return 6.0 if role == "name" else 0.0
        plain = tidy(text)
        meaning = self.words.meaning(text)
        if role in {"level1", "level2"}:
            return self._level(role, plain, level1=meaning.level1, level2=meaning.level2)
        if meaning.level1 or meaning.level2:
            return 6.0 if role == "name" and not plain.endswith(("指标", "效益", "分)")) else IMPOSSIBLE
        if role == "name":
            return _name(plain) + (20.0 if _mixed(text) else 8.0 if _HEADED.match(text) else 0.0)
        if role in PROSE:
            return self._prose(role, plain) + self._two_cells(text, plain)
        if role in {"target", "actual"}:
            return _value(plain) + self._two_cells(text, plain)
        return mark_misfit(role, plain)

    def _two_cells(self, text: str, plain: str) -> float:
        return (20.0 if _mixed(text) else 0.0) + (12.0 if _NAME_AND_VALUE.search(plain) else 0.0)

    def _level(self, role: str, plain: str, *, level1: bool, level2: bool) -> float:
        if level1 or level2:
            own = level1 if role == "level1" else level2
            return 0.0 if own and not (role == "level1" and level2) else 4.0 if own else 30.0
        if number_of(plain) is not None or _has_a_figure(plain) or plain in ABSENT_TOKENS or len(plain) < 2:
            return IMPOSSIBLE
        if role == "level1":
            return 14.0 if len(plain) <= 4 or (len(plain) <= 8 and plain.endswith("指标")) else IMPOSSIBLE
        ending = plain.endswith(("指标", "效益", "满意度")) and len(plain) <= 14
        return 3.0 if ending and (plain.endswith("指标") or len(plain) <= 6) else 8.0 if ending else 13.0 if len(plain) <= 6 else IMPOSSIBLE

    def _prose(self, role: str, plain: str) -> float:
        if number_of(plain) is not None or len(plain) < 2:
            return 2.0 if plain in ABSENT_TOKENS else IMPOSSIBLE
        criteria = any(mark in plain for mark in self.criteria_marks) and len(plain) > 15
        if role == "criteria":
            return 0.0 if criteria else 25.0
        if criteria:
            return 45.0
        because = plain.startswith(self.reason_marks) or plain.endswith(_SENTENCE_ENDS)
        titled = plain.startswith(("【", "《")) or plain.rstrip(")）0123456789").endswith(self.title_ends)
        if role == "reason":
            return 14.0 if titled and "evidence" in self.roles else 0.0 if because else 6.0 if len(plain) > 12 else 9.0
        return 0.0 if titled else 25.0 if because else 6.0


def _has_a_figure(plain: str) -> bool:
    return not plain.isalpha() and any(mark.isdigit() for mark in plain)


def _mixed(text: str) -> bool:
    """Parts kept apart by blanks of which one is a figure of its own: two cells."""
    return " " in text and any(_FIGURE.fullmatch(part) for part in text.split(" "))


def _name(plain: str) -> float:
    if number_of(plain) is not None:
        return IMPOSSIBLE
    if _FILLER.fullmatch(plain):
        return 4.0
    if _TWO_CHARACTERS.search(plain) is None:
        return 40.0
    if plain in DEFAULT_GRADE_WORDS or plain.startswith(("≥", "≤", ">", "<", "=")):
        return 18.0
    cost = 0.0
    if len(plain) <= 8 and _has_a_figure(plain) and parse_value(plain).kind in {"percent", "quantity", "date"}:
        cost = 25.0
    if _MEASURED.search(plain) or plain.endswith(_SIGNS) or _SECOND_ROW.search(plain):
        cost += 15
    if plain[0] in "，。；、,;）)%" or plain.endswith(_SENTENCE_ENDS):
        cost += 12
    if plain.endswith(_LONG_GRADES):
        cost += 8
    return cost + (8 if len(plain) > 60 else 0) - (3 if _MARKED.match(plain) else 0) - (1 if plain.endswith(_NAME_ENDS) else 0)


def _value(plain: str) -> float:  # noqa: PLR0911 - one return per kind of value
    if plain[:1] in ".,%:;、)":
        return IMPOSSIBLE
    if re.search(r"(?<![\d.])0\d", plain):
        return 20.0
    value = parse_value(plain)
    if plain[0].isdigit() and len(plain) > _LONGEST_FIGURE and value.kind != "date":
        return 20.0
    if value.kind in {"quantity", "percent", "date", "absent", "placeholder"}:
        return 0.0 if len(plain) <= 16 else 4.0
    if value.kind == "grade":
        return 0.5
    if plain.endswith(("效益", "指标")) and len(plain) <= 10:
        return 18.0
    if plain.endswith(_NAME_ENDS) and len(plain) > 5:
        return 9.0
    return 3.0 + min(len(plain) / 8, 9.0) + (4.0 if _MARKED.match(plain) else 0)


def mark_misfit(role: str, plain: str) -> float:
    """How badly a text fits a column of operators, units, points or scores."""
    if role == "operator":
        return 0.0 if plain in OPERATOR_MARKS or plain.startswith("定性") or plain == "﹦" else IMPOSSIBLE
    number = number_of(plain)
    if role == "unit":
        return IMPOSSIBLE if number is not None else _unit(plain)
    if plain in ABSENT_TOKENS:
        return 2.0
    if role.endswith("_weight") and _WEIGHT_RULE.search(plain):
        return 0.0
    if number is None or number > 100 or number < 0:
        return IMPOSSIBLE
    decimals = len(plain.partition(".")[2])
    return (0.0 if decimals <= 2 else 8.0) + (3.0 if number == 0 else 0.0)


def _unit(plain: str) -> float:
    """Known units, alone or with 万 before them; any short word could be a counter, but a poor one."""
    read = read_unit(plain)
    return 0.0 if plain == "/" or (read is not None and read[1] in KNOWN) else 12.0 if read is not None else 30.0


@lru_cache(maxsize=16384)
def _kinship(target: str, actual: str) -> float:
    if tidy(target) == tidy(actual):
        return -3.0
    one, other = parse_value(target), parse_value(actual)
    if one.kind == other.kind and one.kind in {"quantity", "percent", "date"}:
        return -2.0 if one.unit == other.unit else 0.0
    return 2.0 if (one.number is None) != (other.number is None) else 0.0
