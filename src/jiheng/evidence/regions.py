"""Whether a row's region lies under the form's: by code (990410 under 990400 under 990000) or by name."""

from __future__ import annotations

import re
from functools import lru_cache

from jiheng.evidence.conditions import folded
from jiheng.evidence.records import Fact

_CODE = re.compile(r"(?:\d{2}){1,6}")


def lies_under(fact: Fact, region: str) -> bool:
    """Whether the cell's region equals the region asked or lies under it.

    ``region`` is a code, a name, or both (``990400 云汀市``); pairs of zeros at the end of a code stand for "all of it".

    >>> lies_under("990410", "990400 云汀市"), lies_under("990000", "990400"), lies_under("云汀市东港区", "990400 云汀市")
    (True, False, True)
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
    code = next((word for word in words if _CODE.fullmatch(word)), "")
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code, folded("".join(word for word in words if not _CODE.fullmatch(word)))
