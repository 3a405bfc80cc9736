from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jiheng.batch.arithmetic import WIDEST, compared, divided, scaled, to_places
from jiheng.batch.numbers import MODES
from jiheng.scoring.rounding import to_places as exact_to_places

divisors = st.one_of(st.integers(1, 100), st.integers(1, WIDEST))
mantissas = st.one_of(st.integers(-1000, 1000), st.integers(-(2**61), 2**61))


@given(st.integers(0, 10**9), divisors, st.data())
def test_a_wide_division_is_exact(weight: int, divisor: int, data: st.DataObject) -> None:
    share = data.draw(st.integers(0, divisor))
    assert divided(weight, share, divisor) == divmod(weight * share, divisor)


@given(st.integers(0, 10**9), divisors, st.data(), st.integers(0, 6), st.sampled_from(sorted(MODES)))
def test_points_are_rounded_as_the_interpreter_rounds_them(weight: int, divisor: int, data: st.DataObject, places: int, mode: str) -> None:
    share = data.draw(st.integers(0, divisor))
    quotient, rest = divided(weight, share, divisor)
    expected = exact_to_places(Fraction(weight * share, divisor * 10**6), places, mode)
    assert to_places(quotient, rest, divisor, places, MODES[mode]) == int(expected.scaleb(6))


@given(st.integers(1, 2000), st.integers(1, 10_000), st.integers(0, 6))
def test_ties_go_up(cents: int, divisor: int, places: int) -> None:
    step = 10 ** (6 - places)
    half = (2 * cents + 1) * step
    quotient, rest = divided(half, divisor, 2 * divisor)
    assert to_places(quotient, rest, 2 * divisor, places, MODES["half-up"]) >= half / 2


@given(mantissas, st.integers(-18, 18), mantissas, st.integers(-18, 18))
def test_decimals_compare_exactly(m1: int, e1: int, m2: int, e2: int) -> None:
    gap = Fraction(m1) * Fraction(10) ** e1 - Fraction(m2) * Fraction(10) ** e2
    assert compared(m1, e1, m2, e2) == (gap > 0) - (gap < 0)


@given(mantissas, st.integers(-18, 18), st.integers(0, 6))
def test_a_scaled_decimal_is_exact_or_said_not_to_fit(mantissa: int, exponent: int, places: int) -> None:
    wanted = Fraction(mantissa) * Fraction(10) ** (exponent + places)
    number, fits = scaled(mantissa, exponent, places)
    assert fits == (wanted.denominator == 1 and abs(wanted) <= WIDEST)
    assert not fits or number == wanted
