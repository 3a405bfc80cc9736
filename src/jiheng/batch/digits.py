"""Numbers in texts, compiled: where a text's number stands, what it is, and columns of plain decimals.

A number is what ``jiheng.domain.numerals.DIGITS`` takes without its sign: digits, proper thousands, one point; full-width forms count as
plain ones. Places in texts are addresses; ``limit`` is the end of the memory that may be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from jiheng.batch.compiled import compiled, inlined, inner
from jiheng.batch.memory import byte_at, lowest_bit, signed, word_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONTHS, DATES, YEARS, PERCENTS = 1, 2, 4, 8
MOST_DIGITS: Final = 18
MOST_EXPONENT: Final = 18
LONGEST: Final = 2000
NULL, NUMBER, OTHER = 0, 1, 2
_COMMA, _POINT, _ELSE = 10, 11, 12
_HALF: Final = np.uint64(32)
_LOW_BITS: Final = np.uint64(0x7F7F7F7F7F7F7F7F)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
_FROM_NOUGHT: Final = np.uint64(0x5050505050505050)
_ABOVE_NINE: Final = np.uint64(0x4646464646464646)
_WIDE_LEADS: Final = np.uint64(0xEFEFEFEFEFEFEFEF)
_ONES: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_BITS: Final = np.uint64(64)
_ONE: Final = np.uint64(1)
_FIGURES: Final = np.uint64(0x0F0F0F0F0F0F0F0F)
_PAIRS: Final = np.uint64(0x00FF00FF00FF00FF)
_FOURS: Final = np.uint64(0x0000FFFF0000FFFF)
_TEN_AND_ONE: Final = np.uint64(2561)
_HUNDRED_AND_ONE: Final = np.uint64(6553601)
_TEN_THOUSAND_AND_ONE: Final = np.uint64(42949672960001)
_EIGHT: Final = np.uint64(8)
_SIXTEEN: Final = np.uint64(16)
_POWERS: Final = np.array([10**k for k in range(MOST_DIGITS + 1)], np.int64)


class Texts(NamedTuple):
    """Texts of an Arrow array as its buffers; text i is ``data[offsets[i]:offsets[i + 1]]``. ``valid`` is a bitmap from bit ``first``, or empty."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    valid: NDArray[np.uint8]
    first: int


class Cut(NamedTuple):
    """The first number of a text, from address ``begin`` to ``stop``; mantissa and places without idle zeros, and how it is printed.

    ``whole`` is the number before the point, printed with ``digits`` digits, the first of them ``leading``; ``commas`` tells thousands,
    ``fraction`` the printed decimals. ``begin`` equals ``stop`` where there is no number of at most 18 digits.
    """

    begin: int
    stop: int
    mantissa: int
    places: int
    whole: int
    digits: int
    leading: int
    commas: bool
    fraction: int


@inlined
def _symbol(at: int, end: int) -> tuple[int, int]:
    """A digit's value or ``_COMMA``, ``_POINT``, ``_ELSE`` at an address, and the bytes it takes."""
    if at >= end:
        return _ELSE, 1
    char, width = byte_at(at), 1
    if char == 0xEF and at + 2 < end and byte_at(at + 1) == 0xBC:
        char, width = byte_at(at + 2) - 0x60, 3
    if 48 <= char <= 57:
        return char - 48, width
    if char == 44:
        return _COMMA, width
    return (_POINT, width) if char == 46 else (_ELSE, width)


@inner
def _group(at: int, end: int) -> tuple[int, int]:
    """Three digits and no more from an address on: their number, -1 where they are not there, and where they end."""
    value = 0
    for _ in range(3):
        digit, width = _symbol(at, end)
        if digit > 9:
            return -1, at
        value = value * 10 + digit
        at += width
    more, _ = _symbol(at, end)
    return (value if more > 9 else -1), at


@inlined
def bytes_of(at: int, high: int, limit: int) -> np.uint64:
    """Up to eight bytes of a text as one number, zeros behind its end; nothing is read at ``limit`` or beyond."""
    left = high - at
    if at + 8 <= limit:
        word = word_at(at)
        return word if left >= 8 else word & (_ONES >> (_BITS - np.uint64(8 * left)))
    word = np.uint64(0)
    for k in range(min(left, 8)):
        word |= np.uint64(byte_at(at + k)) << np.uint64(8 * k)
    return word


@inlined
def _run(word: np.uint64) -> tuple[int, int]:
    """How many of eight bytes are digits before the first other one, and their number."""
    low = word & _LOW_BITS
    digits = (low + _FROM_NOUGHT) & ~(low + _ABOVE_NINE) & ~word & _HIGH_BITS
    count = lowest_bit(digits ^ _HIGH_BITS) // 8
    if count == 0:
        return 0, 0
    # eight digits at once: pairs, fours, all; what is shifted in counts as leading zeros
    word = ((word & _FIGURES) << np.uint64(64 - 8 * count)) * _TEN_AND_ONE >> _EIGHT
    word = (word & _PAIRS) * _HUNDRED_AND_ONE >> _SIXTEEN
    return count, signed((word & _FOURS) * _TEN_THOUSAND_AND_ONE >> _HALF)


@inner
def _cut_slowly(begin: int, end: int) -> Cut:
    """The number that begins at a digit, of any length and print."""
    at, whole, digits, commas = begin, 0, 0, False
    leading, width = _symbol(at, end)
    char = leading
    while char <= 9 and digits < MOST_DIGITS:
        whole = whole * 10 + char
        digits += 1
        at += width
        char, width = _symbol(at, end)
    if digits <= 3:
        while char == _COMMA:
            more, after = _group(at + width, end)
            if more < 0:
                break
            if digits + 3 > MOST_DIGITS:
                return Cut(begin, begin, 0, 0, 0, 0, 0, False, 0)
            whole, digits, commas, at = whole * 1000 + more, digits + 3, True, after
            char, width = _symbol(at, end)
    value, mantissa, places, fraction = whole, whole, 0, 0
    if char == _POINT:
        after = at + width
        char, width = _symbol(after, end)
        while char <= 9 and digits + fraction < MOST_DIGITS:
            value = value * 10 + char
            fraction += 1
            at = after = after + width
            if char != 0:
                mantissa, places = value, fraction
            char, width = _symbol(after, end)
    if char <= 9:
        return Cut(begin, begin, 0, 0, 0, 0, 0, False, 0)
    return Cut(begin, at, mantissa, places, whole, digits, leading, commas, fraction)


@inlined
def cut(begin: int, end: int, limit: int) -> Cut:
    """The number that begins at a digit of a text that ends at ``end``; nothing is read at ``limit`` or beyond."""
    digits, whole = _run(bytes_of(begin, end, limit))
    at = begin + digits
    symbol, _ = _symbol(at, end)
    if 0 < digits < 8 and symbol == _ELSE:
        return Cut(begin, at, whole, 0, whole, digits, byte_at(begin) - 48, False, 0)
    if 0 < digits < 8 and symbol == _POINT and byte_at(at) < 0x80:
        fraction, part = _run(bytes_of(at + 1, end, limit))
        after = at + 1 + fraction
        if 0 < fraction < 8 and _symbol(after, end)[0] > 9:
            mantissa, places = whole * _POWERS[fraction] + part, fraction
            while places and mantissa % 10 == 0:
                mantissa, places = mantissa // 10, places - 1
            return Cut(begin, after, mantissa, places, whole, digits, byte_at(begin) - 48, False, fraction)
    return _cut_slowly(begin, end)


@inlined
def guarded(guards: int, number: Cut, exponent: int) -> bool:
    """Whether a number is of a kind that its wording reads in another way: a month, a date, a year, a percent with a mistaken first 2."""
    if guards & PERCENTS and number.leading == 2 and number.digits + exponent >= 3:
        return True
    if guards & MONTHS and not number.commas and number.fraction == 0 and number.whole <= 12:
        return True
    if guards & DATES and not number.commas and number.digits == 4 and 1900 <= number.whole < 2100:
        return True
    if guards & YEARS and number.mantissa > 0:
        start = number.mantissa
        while start < 10:
            start *= 10
        while start >= 100:
            start //= 10
        return start == 19 or start == 20
    return False


@inlined
def _first_digit(at: int, high: int, limit: int) -> int:
    """Where the first digit stands; ``high`` where there is none."""
    while at < high:
        word = bytes_of(at, high, limit)
        low = word & _LOW_BITS
        wide = word ^ _WIDE_LEADS
        found = (low + _FROM_NOUGHT) & ~(low + _ABOVE_NINE) & ~word & _HIGH_BITS
        found |= ~(((wide & _LOW_BITS) + _LOW_BITS) | wide) & _HIGH_BITS
        while found:
            place = at + lowest_bit(found) // 8
            if byte_at(place) != 0xEF or _symbol(place, high)[0] <= 9:
                return place
            found &= found - _ONE
        at += 8
    return high


@inlined
def only_number(low: int, high: int, limit: int) -> Cut:
    """A text's only number; none where there is none, more than one, or one too long."""
    begin = _first_digit(low, high, limit)
    if begin == high or high - low > LONGEST:
        return Cut(high, high, 0, 0, 0, 0, 0, False, 0)
    number = cut(begin, high, limit)
    at = _first_digit(number.stop, high, limit)
    # 2 and 3 behind m are square and cubic metres
    while at < high and at > number.stop and 50 <= byte_at(at) <= 51 and byte_at(at - 1) | 32 == 109:
        at = _first_digit(at + 1, high, limit)
    return number if at == high else Cut(high, high, 0, 0, 0, 0, 0, False, 0)


@inner
def _decimal(at: int, high: int) -> tuple[int, int, int]:
    """A plain decimal at its printed places: mantissa, exponent, ``NUMBER``; ``OTHER`` where it is none or has too many digits."""
    sign, mantissa, digits, significant, places = 1, 0, 0, 0, -1
    if at < high and (byte_at(at) == 43 or byte_at(at) == 45):
        sign = 44 - byte_at(at)
        at += 1
    while at < high:
        char = byte_at(at)
        if 48 <= char <= 57:
            mantissa = mantissa * 10 + char - 48
            digits += 1
            significant += significant > 0 or char > 48
            places += places >= 0
            if significant > MOST_DIGITS or places > MOST_EXPONENT:
                return 0, 0, OTHER
        elif char == 46 and digits and places < 0:
            places = 0
        else:
            return 0, 0, OTHER
        at += 1
    if digits == 0 or places == 0:
        return 0, 0, OTHER
    return sign * mantissa, -max(places, 0), NUMBER


@compiled
def read_decimals(texts: Texts, base: int, mantissa: NDArray[np.int64], exponent: NDArray[np.int8], state: NDArray[np.int8]) -> None:
    """Read every text as a plain decimal; ``base`` is the address of the texts' data. Null texts stay ``NULL``."""
    offsets, valid, first = texts.offsets, texts.valid, texts.first
    for i in range(len(offsets) - 1):
        if len(valid) and not valid[(first + i) >> 3] >> ((first + i) & 7) & 1:
            continue
        mantissa[i], exponent[i], state[i] = _decimal(base + offsets[i], base + offsets[i + 1])
