"""Units of the trade: canonical names, aliases, dimensions, multipliers. Source: the unit table of the field guide."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

MULTIPLIERS: dict[str, Decimal] = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10) ** 4,
    "十万": Decimal(10) ** 5,
    "百万": Decimal(10) ** 6,
    "千万": Decimal(10) ** 7,
    "亿": Decimal(10) ** 8,
    "万亿": Decimal(10) ** 12,
}

# dimension -> canonical units; a unit compares with units of its own set only
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "money": ("元",),
    "foreign money": ("美元",),
    "money per": ("元/人", "元/户", "元/人·月", "元/人·天", "元/亩", "元/平方米", "元/吨", "元/年", "元/人·年", "元/户·年", "元/公里", "元/天"),
    "people": ("人", "名", "位"),
    "people times": ("人次",),
    "households": ("户",),
    "organisations": ("家",),
    "institutions": ("所",),
    "pieces": ("个",),
    "meetings": ("场",),
    "times": ("次", "次/年", "人/次"),
    "issues": ("期",),
    "incidents": ("起",),
    "cases": ("例",),
    "sessions": ("届",),
    "copies": ("份",),
    "essays": ("篇",),
    "books": ("本",),
    "entries": ("条",),
    "tickets": ("票",),
    "goods": (
        "台",
        "套",
        "件",
        "辆",
        "架",
        "头",
        "只",
        "粒",
        "批",
        "棵",
        "株",
        "张",
        "块",
        "枚",
        "支",
        "盏",
        "座",
        "处",
        "间",
        "栋",
        "幢",
        "床",
        "部",
        "册",
        "羽",
        "尾",
        "把",
        "副",
        "盒",
        "袋",
    ),
    "items": ("项", "种", "类", "门", "课时", "节"),
    "projects": ("个项目",),
    "places": ("村", "镇", "乡", "社区", "县", "市", "区", "点", "站"),
    "freight": ("标箱",),
    "length": ("米", "厘米", "公里"),
    "area": ("平方米", "亩", "公顷", "平方公里"),
    "mass": ("吨", "公斤", "克"),
    "volume": ("立方米",),
    "time": ("天", "工作日", "小时", "月", "年", "分钟", "日", "周", "季度"),
    "data": ("TB", "GB", "MB"),
    "power": ("千瓦",),
    "energy": ("千瓦时", "度"),
    "ratio": ("%",),
    "percentage points": ("个百分点",),
    "points": ("分",),
    "multiples": ("倍",),
    "temperature": ("℃",),
}
SCALED: dict[str, dict[str, Decimal]] = {
    "length": {"厘米": Decimal("0.01"), "米": Decimal(1), "公里": Decimal(1000)},
    "area": {"平方米": Decimal(1), "公顷": Decimal(10_000), "平方公里": Decimal(1_000_000)},
    "mass": {"克": Decimal("0.001"), "公斤": Decimal(1), "吨": Decimal(1000)},
}
INTERCHANGEABLE = (frozenset({"人", "名", "位"}), frozenset({"天", "日"}), frozenset({"千瓦时", "度"}))
ALIASES: dict[str, str] = {
    "㎡": "平方米",
    "m²": "平方米",
    "m2": "平方米",
    "平米": "平方米",
    "㎥": "立方米",
    "m³": "立方米",
    "m3": "立方米",
    "方": "立方米",
    "TEU": "标箱",
    "标准箱": "标箱",
    "km": "公里",
    "千米": "公里",
    "m": "米",
    "kg": "公斤",
    "千克": "公斤",
    "t": "吨",
    "场次": "场",
    "立方": "立方米",
    "年度": "年",
    "百分比": "%",
    "％": "%",
    "个工作日": "工作日",
    "个月": "月",
    "个小时": "小时",
    "块钱": "元",
    "人民币元": "元",
    "kW": "千瓦",
    "kWh": "千瓦时",
}
_DIMENSION_OF = {unit: dimension for dimension, units in DIMENSIONS.items() for unit in units}
_SCALE = {unit: factor for units in SCALED.values() for unit, factor in units.items()}
_FAMILY = {unit: min(units) for units in (*INTERCHANGEABLE, *SCALED.values()) for unit in units}
_ONE = Decimal(1)
KNOWN = frozenset(_DIMENSION_OF) | frozenset(ALIASES)
LONGEST_FIRST = tuple(sorted(KNOWN, key=lambda unit: (-len(unit), unit)))
_OWN_COUNTER = re.compile(r"[A-Za-z\u4e00-\u9fff]{1,4}(?:/[A-Za-z\u4e00-\u9fff·]{1,5})?")
TIMES = r"万亿|千万|百万|亿|万|千(?![米克瓦])|百(?!分比)|十"
"""The multipliers of ``MULTIPLIERS`` as a pattern; 千米, 千克, 千瓦 are units of their own."""
_TIMES = re.compile(rf"(十万|{TIMES})(?=.)")
_SEPARATOR = re.compile(r"[*、×\.](?=[^0-9])")


def canonical(unit: str) -> str:
    """One spelling per unit: ㎡ → 平方米, 元/人*月 → 元/人·月; an unknown unit stays as printed."""
    text = unit.strip()
    text = ALIASES.get(text, text)
    if "/" in text:
        text = _SEPARATOR.sub("·", text)
    return text


@lru_cache(maxsize=4096)
def read_unit(text: str) -> tuple[Decimal, str] | None:
    """Multiplier and canonical unit of a printed unit: 万票 → (10000, 票); None where the text is no unit.

    Unknown Chinese counters of up to four characters are units of their own.
    """
    text = text.strip()
    if not text:
        return None
    name = canonical(text)
    if name in _DIMENSION_OF:
        return Decimal(1), name
    match = _TIMES.match(text)
    if match:
        rest = canonical(text[match.end() :])
        if rest in _DIMENSION_OF or _OWN_COUNTER.fullmatch(rest):
            return MULTIPLIERS[match.group(1)], rest
    if _OWN_COUNTER.fullmatch(name):
        return Decimal(1), name
    return None


def is_known(unit: str) -> bool:
    """Whether a canonical unit stands in the unit table, or is a counter of one character: what a bracketed remark must be to be a unit."""
    return unit in _DIMENSION_OF or (len(unit) == 1 and "\u4e00" <= unit <= "\u9fff")


def comparable(first: str | None, second: str | None) -> bool:
    """Whether two canonical units may be compared without a factor: the same unit, or 名 with 人. A missing unit compares with any."""
    return first is None or second is None or first == second or family(first) == family(second)


def family(unit: str) -> str:
    """The unit that stands for all those a canonical unit may be compared with."""
    return _FAMILY.get(unit, unit)


def scale(unit: str) -> Decimal:
    """Factor to the dimension's first scaled unit (公里 → 1000 米); 1 where units of the dimension do not convert."""
    return _SCALE.get(unit, _ONE)
