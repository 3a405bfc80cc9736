"""Whether a row's region lies under the form's: by code (990410 under 990400 under 990000) or by name."""

from __future__ import annotations

from functools import lru_cache

from jiheng.evidence.conditions import folded
from jiheng.evidence.records import Fact
from jiheng.rulebook.ledger_loading import REGION, REGION_LEVELS


def lies_under(fact: Fact, region: str) -> bool:
    """Whether the cell's region equals the region asked or lies under it.

    ``region`` is a code, a name, or both (``990400 云汀市``); a level of zeros at the end of a code stands for "all of it".

    >>> lies_under("990410", "990400 云汀市"), lies_under("990000", "990400"), lies_under("云汀市东港区", "990400 云汀市")
    (True, False, True)
    >>> lies_under("990410001", "990410"), lies_under("990410001201", "990410001000")
    (True, True)
    """
    if fact is None or isinstance(fact, bool):
        return False
    code, name = _parts(region)
    own_code, own_name = _parts(str(fact))
    if own_code and code:
        return own_code.startswith(code)
    return bool(name) and own_name.startswith(name)


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str, str]:
    words = text.split()
    code = next((word for word in words if REGION.fullmatch(word)), "")
    level = next((level for level in REGION_LEVELS if not code[level:].strip("0")), 0)
    return code[:level], folded("".join(word for word in words if not REGION.fullmatch(word)))
