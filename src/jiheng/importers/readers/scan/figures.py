"""A second look at short pieces with figures and signs, where one wrong stroke is a wrong number and nothing around it would show."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import cv2
import numpy as np

from jiheng.importers.readers.scan import ocr
from jiheng.importers.readers.scan.geometry import Box, Pixels
from jiheng.importers.readers.scan.pieces import inked_part
from jiheng.importers.readers.scan.strokes import Sign, lone_sign, points, slashes

_FIGURES = re.compile(r"[0-9OoIl|〇%‰≥≤≧≦<>=±~/\\—–\-]")
_LONGEST = 18
_LOOKS_RIGHT = re.compile(r"[≥≤<>=≈±约]?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[%‰]|[^\d.,:%]{1,6})?|[/—=-]+")
_ONLY_FIGURES = re.compile(r"[≥≤<>=≈±]?[\d.,:;·'•]*\d[\d.,:;·'•]*[%‰]?")
_DATE = re.compile(r"(?:19|20)\d\d[.]\d{1,2}(?:[.]\d{1,2})?")
_BOXES = re.compile(r"[☐☑☒□■√✓]")
_STRAY = re.compile(r"(?<=[\d%])[.·•'`,，。、]$|(?<=[\u4e00-\u9fff])[.·•]$|^[·•'`]+\s*|\s*[·•]+$|(?<=\d\d)[.·•](?=[^\d\s.…。、，]{1,2}$)")
_FIGURE = re.compile(r"\d[\d.,]*\d")
_CERTAIN = 0.998
_DIGIT = re.compile(r"\d")
_SLANTED = "/／\\%％‰"
_WIDE, _NARROW = 0.6, 0.36  # how far from its middle a character's own strokes lie, in heights of a letter
_DOUBTED = 0.5
_ODD = 0.6


class Reading(NamedTuple):
    """What one piece says: the text, how sure (0 to 1), and other texts the pixels might mean."""

    text: str
    sure: float
    others: tuple[str, ...] = ()


def read(grey: Pixels, ink: Pixels, parts: list[Box], height: int) -> list[Reading]:
    """Read every piece; figures that the model or their ink leaves in doubt twice, in different crops, so that one crop's mistake shows."""
    first = ocr.recognise([part.cut(grey) for part in parts])
    signs = [lone_sign(part, ink, height) if len(line.text) <= 2 else None for part, line in zip(parts, first, strict=True)]
    again = [number for number, line in enumerate(first) if signs[number] is None and _worth_another(line, parts[number], ink)]
    second = dict(zip(again, ocr.recognise([_closer(grey, ink, parts[number], height) for number in again]), strict=True))
    readings = [_pointed(_agreed(line, second.get(number), signs[number]), parts[number], ink) for number, line in enumerate(first)]
    return [_slashed(reading, line, part, ink, height) for reading, line, part in zip(readings, first, parts, strict=True)]


def _worth_another(line: ocr.Line, part: Box, ink: Pixels) -> bool:
    """Short pieces with figures or signs, unless the model is certain and the points it read are those on the paper."""
    if len(line.text) > _LONGEST:
        return False
    if _FIGURES.search(folded(line.text)) is None:
        return line.least < 0.9
    return line.least < _CERTAIN or not _points_borne_out(line, part, ink)


def _points_borne_out(line: ocr.Line, part: Box, ink: Pixels) -> bool:
    """Whether between the digits of each figure stand as many points (or commas) as were read there."""
    for figure in _FIGURE.finditer(line.text):
        first, last = (part.x0 + round(line.glyphs[place].place * part.width) for place in (figure.start(), figure.end() - 1))
        marks = figure[0].count(".") + figure[0].count(",")
        if points(part._replace(x0=max(part.x0, first), x1=min(part.x1, last)), ink) != marks:
            return False
    return True


def _closer(grey: Pixels, ink: Pixels, part: Box, height: int) -> Pixels:
    """The piece cut near its ink, contrast stretched, at twice the size."""
    inked = inked_part(part, ink) or part
    lack = max(0, round(0.8 * height) - inked.height) // 2
    crop = inked.grown(round(0.35 * height), lack + round(0.12 * height), part).cut(grey)
    dark, light = (float(level) for level in np.percentile(crop, (1, 80)))
    stretched = np.clip((crop.astype(np.float32) - dark) / max(30.0, light - dark) * 235 + 10, 0, 255).astype(np.uint8)
    enlarged: Pixels = cv2.resize(stretched, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    return enlarged


def folded(text: str) -> str:
    """For comparing two readings: width, blanks and the number of dots in an ellipsis do not matter."""
    return re.sub(r"\.{3,}|…+", "……", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))


def tidied(text: str) -> str:
    """A cell's whole text without the points that dust leaves at the end of a figure or a word, where none can mean anything."""
    return _STRAY.sub("", text) if len(text) <= _LONGEST else text


def _agreed(first: ocr.Line, second: ocr.Line | None, sign: Sign | None) -> Reading:
    if sign is not None:
        other = tuple(text for text in (sign.other, first.text) if text and folded(text) != folded(sign.text))
        return Reading(sign.text, _ODD if sign.other else 0.92 if other else 0.95, other)
    if second is None:
        return Reading(first.text, _score(first), _rivals(first))
    if folded(tidied(first.text)) == folded(tidied(second.text)):
        best = max(first, second, key=lambda line: line.least)
        sure = _score(best)
        return Reading(best.text, sure if sure >= 0.9 else min(_score(first), _score(second)), _rivals(best))
    kept, rejected = sorted((first, second), key=_plausible, reverse=True)
    return Reading(kept.text, min(_DOUBTED, kept.least), (rejected.text,) if rejected.text else ())


def _pointed(reading: Reading, part: Box, ink: Pixels) -> Reading:
    """Doubt a figure whose points are not those on the paper, or that is no figure as printed (two points, a colon, odd commas)."""
    plain = tidied(folded(reading.text))
    if not _ONLY_FIGURES.fullmatch(plain):
        return reading
    if not _LOOKS_RIGHT.fullmatch(plain) and not _DATE.fullmatch(plain):
        mended = re.sub(r"[:;·'•]", ".", plain)
        others = (*reading.others, mended) if _LOOKS_RIGHT.fullmatch(mended) else reading.others
        return Reading(reading.text, min(_ODD, reading.sure), tuple(dict.fromkeys(others)))
    marks = plain.count(".") + plain.count(",")
    found = points(part, ink)
    if marks == found:
        return reading
    other = plain.replace(".", "") if marks > found and "." in plain else ""
    return Reading(reading.text, min(_ODD, reading.sure), tuple(dict.fromkeys((*reading.others, other))) if other else reading.others)


def _slashed(reading: Reading, line: ocr.Line, part: Box, ink: Pixels, height: int) -> Reading:
    """Doubt a text with a figure where the paper shows a slash that was passed over or taken for a letter (5300元/户)."""
    if not line.glyphs or not _DIGIT.search(reading.text):
        return reading
    for across in slashes(part, ink, height):
        away = [abs(glyph.place * part.width - across) / (_WIDE if _is_wide(glyph.char) else _NARROW) for glyph in line.glyphs]
        nearest = int(np.argmin(away))
        char = line.glyphs[nearest].char
        if char in _SLANTED or (away[nearest] <= height and _is_wide(char)):
            continue
        at = nearest if across < line.glyphs[nearest].place * part.width else nearest + 1
        taken = away[nearest] <= height
        other = line.text[: nearest if taken else at] + "/" + line.text[nearest + 1 if taken else at :]
        others = (other, *reading.others) if folded(other) != folded(reading.text) else reading.others
        return Reading(reading.text, min(_ODD, reading.sure), tuple(dict.fromkeys(others)))
    return reading


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def _plausible(line: ocr.Line) -> tuple[bool, int, float]:
    """A well-formed figure first; then what shows more tick boxes, which are easily passed over; then the surer."""
    return bool(_LOOKS_RIGHT.fullmatch(folded(tidied(line.text)))), len(_BOXES.findall(line.text)), line.least


def _score(line: ocr.Line) -> float:
    """The mean, or, where a figure or sign is unsure, the least of these."""
    weakest = min((glyph.sure for glyph in line.glyphs if _FIGURES.match(folded(glyph.char) or " ")), default=1.0)
    return min(line.mean, weakest) if weakest < 0.9 else line.mean


def _rivals(line: ocr.Line) -> tuple[str, ...]:
    """The text with its least sure character replaced by the runner-up, if that is near."""
    unsure = [number for number, glyph in enumerate(line.glyphs) if glyph.sure < 0.9 and glyph.rival_sure > 0.05 and glyph.rival.strip()]
    if not unsure:
        return ()
    weakest = min(unsure, key=lambda number: line.glyphs[number].sure)
    return ("".join(glyph.rival if number == weakest else glyph.char for number, glyph in enumerate(line.glyphs)),)
