"""What a year may end with, from what is known by a day. Every method has its name; where too little is known there is no forecast."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from jiheng.domain.monitored import Forecast, Method, Nature
from jiheng.scoring.rounding import to_places

PLACES = 2


class Known(NamedTuple):
    """What a forecast is made of.

    ``share`` is the part of the year the value covers, ``least`` the months that must be over before anything is forecast;
    ``before`` are the value to the same day and of the whole of the year before, None where that ledger does not hold both in full.
    """

    nature: Nature
    value: Fraction
    share: Fraction
    least: int
    before: tuple[Fraction, Fraction] | None = None


def whole_months(on: date) -> int:
    """How many months of the year are over at the end of the day: 7 on 31 July, 6 on the 30th."""
    return on.month if (on + timedelta(days=1)).month != on.month else on.month - 1


def forecast_of(known: Known) -> tuple[Forecast | None, str]:
    """The forecast, or the reason why there is none.

    A level stays as it is. What adds up over the year goes on as in the year before, if that is known, else at its pace so far.
    """
    if known.nature == "level":
        return _forecast(known.value, "current"), ""
    if known.share >= 1:
        return _forecast(known.value, "current"), ""
    if known.share * 12 < known.least:
        return None, f"不足 {known.least} 个月，不推算全年"
    if known.before is not None and known.before[0] > 0 and known.before[1] > 0:
        return _forecast(known.value * known.before[1] / known.before[0], "season"), ""
    return _forecast(known.value / known.share, "share" if known.nature == "cumulative" else "pace"), ""


def _forecast(value: Fraction, method: Method) -> Forecast:
    return Forecast(to_places(value, PLACES), method)
