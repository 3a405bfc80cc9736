"""Skewed or slanted pages made straight: one warp found from the ruled lines, and coloured seals taken off the text beneath them."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from jiheng.importers.readers.scan.geometry import Matrix, Pixels

_WORKING_SIDE = 1_200
_MOST_TILT = 16.0  # degrees; more is a page lying on its side
_STEADY = 0.12  # degrees; less of a change across the page is measurement noise
_LEAST_SHIFT = 1.0  # pixels; less is not worth resampling for


class Straight(NamedTuple):
    """A grey page picture with level lines, and the matrix from its pixels back to those of the picture it came from."""

    grey: Pixels
    back: Matrix


def without_seals(picture: Pixels) -> Pixels:
    """Grey, with red seals gone: inside a seal only the red channel is looked at, where red ink is as bright as paper and black stays black.

    Red figures and headings are kept: only a red ring or frame larger than any letter counts as a seal.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    red, green, blue = (picture[:, :, channel].astype(np.int16) for channel in range(3))
    reddish = ((red - np.maximum(green, blue)) > 35).astype(np.uint8)
    if int(reddish.sum()) < 400:
        return grey
    joined = cv2.dilate(reddish, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least = max(70, min(grey.shape) // 22)
    for x, y, w, h, _area in stats[1:count].tolist():
        if min(w, h) < least or max(w, h) > 2.2 * min(w, h):
            continue
        area = np.s_[max(0, y - 4) : y + h + 4, max(0, x - 4) : x + w + 4]
        touched = cv2.dilate(reddish[area], np.ones((5, 5), np.uint8)) > 0
        # what the seal lightened or darkened in the red channel is evened out to the paper
        paper = float(np.median(grey))
        channel = red[area].astype(np.float64)
        stretched = (channel - 60) / max(60.0, paper - 90) * paper
        grey[area] = np.where(touched, np.clip(stretched, 0, paper), grey[area]).astype(np.uint8)
    return grey


def turned(grey: Pixels, quarters: int) -> Straight:
    """The picture turned clockwise by so many quarters."""
    height, width = grey.shape
    rotated = np.ascontiguousarray(np.rot90(grey, -quarters))
    backs = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
    }
    return Straight(rotated, np.array(backs[quarters % 4], dtype=np.float64))


def straightened(grey: Pixels) -> Straight:
    """Level the ruled lines (or, where there are none, the lines of text): tilt, slant and perspective in one warp."""
    height, width = grey.shape
    level, upright = _segments(grey)
    if len(level) < 3:
        level, upright = _text_tilts(grey), np.zeros((0, 4))
    if len(level) == 0:
        return Straight(grey, np.eye(3))
    tilt, tilt_change = _fit(level, along=1)
    slant, slant_change = _fit(upright, along=0) if len(upright) >= 3 else (-tilt, 0.0)
    if abs(slant + tilt) < _STEADY:
        slant = -tilt
    x0, y0, x1, y1 = 0.08 * width, 0.08 * height, 0.92 * width, 0.92 * height
    xm, ym = width / 2, height / 2

    def corner(x: float, y: float) -> tuple[float, float]:
        """Where the level line through (xm, y) and the upright one through (x, ym) meet."""
        across = np.tan(np.radians(tilt + tilt_change * (y - ym)))
        down = np.tan(np.radians(slant + slant_change * (x - xm)))
        drop = (y - ym + across * (x - xm)) / (1 - across * down)
        return x + down * drop, ym + drop

    ideal = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], dtype=np.float32)
    found = np.array([corner(x, y) for x, y in ideal.tolist()], dtype=np.float32)
    if float(np.abs(found - ideal).max()) < _LEAST_SHIFT:
        return Straight(grey, np.eye(3))
    back = cv2.getPerspectiveTransform(ideal, found).astype(np.float64)
    paper = int(np.median(grey))
    level_grey = cv2.warpPerspective(
        grey, back, (width, height), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,)
    )
    return Straight(level_grey.astype(np.uint8), back)


_Segments = npt.NDArray[np.float64]  # rows of: middle x, middle y, degrees off level or upright, length


def _segments(grey: Pixels) -> tuple[_Segments, _Segments]:
    """Long straight strokes near level and near upright."""
    ratio = min(1.0, _WORKING_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else grey
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 14)
    least = max(50, round(0.06 * max(small.shape)))
    ink = _without_letters(ink.astype(np.uint8, copy=False), least)
    found = cv2.HoughLinesP(ink, 1, np.pi / 720, threshold=least, minLineLength=least, maxLineGap=3)
    if found is None:
        return np.zeros((0, 4)), np.zeros((0, 4))
    x0, y0, x1, y1 = (found.reshape(-1, 4).astype(np.float64) / ratio).T
    angle = np.degrees(np.arctan2(y1 - y0, x1 - x0))
    middle_x, middle_y, length = (x0 + x1) / 2, (y0 + y1) / 2, np.hypot(x1 - x0, y1 - y0)
    off_level = (angle + 90) % 180 - 90
    off_upright = 90 - angle % 180
    level = np.abs(off_level) < _MOST_TILT
    upright = np.abs(off_upright) < _MOST_TILT
    return (
        np.stack([middle_x, middle_y, off_level, length], axis=1)[level],
        np.stack([middle_x, middle_y, off_upright, length], axis=1)[upright],
    )


def _without_letters(ink: Pixels, least: int) -> Pixels:
    """Only the blobs that may hold a stroke so long; the search for strokes takes its time from every pixel it is given."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    long = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= least // 3
    long[0] = False
    return np.take(np.where(long, 255, 0).astype(np.uint8), labels.astype(np.int32, copy=False))


def _fit(segments: _Segments, *, along: int) -> tuple[float, float]:
    """Degrees off at the page's middle and their change per pixel along the axis, length-weighted, outliers left out."""
    place, angle, weight = segments[:, along], segments[:, 2], segments[:, 3]
    order = np.argsort(angle)
    heap = np.cumsum(weight[order])
    middle = float(angle[order][np.searchsorted(heap, heap[-1] / 2)])
    near = np.abs(angle - middle) < 3
    value, change = middle, 0.0
    centre = float(np.average(place[near], weights=weight[near]))
    for _ in range(3):
        offset = place[near] - centre
        spread = float(np.average(offset**2, weights=weight[near]))
        value = float(np.average(angle[near], weights=weight[near]))
        change = 0.0
        if spread > 150**2 and int(near.sum()) >= 6:
            change = float(np.average(offset * (angle[near] - value), weights=weight[near])) / spread
        if abs(change) * 2 * spread**0.5 < _STEADY:
            change = 0.0
        rest = np.abs(angle - value - change * (place - centre))
        near = rest < max(0.15, 2.5 * float(np.median(rest)))
        if not near.any():
            break
    return value, change


def _text_tilts(grey: Pixels) -> _Segments:
    """Tilts of the lines of text, for pages without ruled lines."""
    ratio = min(1.0, _WORKING_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else grey
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 14)
    runs = cv2.morphologyEx(cv2.medianBlur(ink, 3), cv2.MORPH_CLOSE, np.ones((1, 25), np.uint8))
    contours, _ = cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rows = []
    for contour in contours:
        (x, y), (w, h), angle = cv2.minAreaRect(contour)
        long, short = max(w, h), min(w, h)
        if long > 120 and long > 6 * max(short, 1):
            off = (angle if w >= h else angle + 90) % 180
            off = off - 180 if off > 90 else off
            if abs(off) < _MOST_TILT:
                rows.append((x / ratio, y / ratio, off, long / ratio))
    return np.array(rows, dtype=np.float64).reshape(-1, 4)
