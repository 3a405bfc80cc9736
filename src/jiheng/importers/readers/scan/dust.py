"""Dust of the scanner taken off: specks that can be no stroke, point, colon or dot, before they are read as figures' points."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from jiheng.importers.readers.scan.geometry import Pixels, paper_of

_MOST_SPECKS = 6_000


def without_dust(clean: Pixels, ink: Pixels, height: int) -> tuple[Pixels, Pixels]:
    """The picture and its ink without lone specks; ``height`` is that of a letter.

    A small blob stays where printing puts one: beside larger ink, over or under its like (a colon), or in a row with others (an ellipsis).
    A flat one is a dash and stays.
    """
    small = max(2, round(0.24 * height))
    count, found, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    labels = found.astype(np.int32, copy=False)
    widths, heights = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    little = (np.maximum(widths, heights) <= small) & ~((widths >= 2 * heights) & (widths >= 0.2 * height))
    little[0] = False
    specks = np.flatnonzero(little)
    if len(specks) == 0 or len(specks) > _MOST_SPECKS:
        return clean, ink
    solid = cv2.bitwise_and(ink, _chosen(labels, ~little)).astype(np.uint8, copy=False)
    gone = np.zeros(count, dtype=bool)
    centres = stats[specks, :2] + stats[specks, 2:4] / 2
    for number, (x, y) in zip(specks.tolist(), centres.tolist(), strict=True):
        left, top, w, h, _amount = stats[number].tolist()
        offset = np.abs(centres - (x, y))
        stacked = (offset[:, 0] <= 0.12 * height) & (offset[:, 1] > 0.2 * height) & (offset[:, 1] < 0.75 * height)
        in_row = (offset[:, 1] <= 0.1 * height) & (offset[:, 0] > 0.1 * height) & (offset[:, 0] < 0.7 * height)
        if stacked.any() or int(in_row.sum()) >= 2 or _near_print(solid, (left, top, w, h), height):
            continue
        gone[number] = True
    if not gone.any():
        return clean, ink
    dirt = cv2.bitwise_and(ink, _chosen(labels, gone))
    spots = cv2.bitwise_and(cv2.dilate(dirt, np.ones((5, 5), np.uint8)), cv2.bitwise_not(solid)) > 0
    swept = clean.copy()
    swept[spots] = paper_of(clean)[spots]
    return swept, cv2.bitwise_and(ink, cv2.bitwise_not(dirt)).astype(np.uint8)


def _chosen(labels: npt.NDArray[np.int32], which: npt.NDArray[np.bool_]) -> Pixels:
    """255 at every pixel of the blobs chosen by number."""
    return np.take(np.where(which, 255, 0).astype(np.uint8), labels)


def _near_print(solid: Pixels, speck: tuple[int, int, int, int], height: int) -> bool:
    """Within half a letter of larger ink on either side, or touching distance above or below: it may be a point, a comma, part of a letter."""
    left, top, w, h = speck
    across, down, close = round(0.55 * height), round(0.8 * height), max(2, round(0.12 * height))
    beside = solid[max(0, top - down) : top + h + round(0.4 * height), max(0, left - across) : left + w + across]
    around = solid[max(0, top - close) : top + h + close, max(0, left - close) : left + w + close]
    level = solid[max(0, top - down) : top + h + down, max(0, left - across) : left + w + across]
    return bool(around.any()) or (bool(beside.any()) and int(np.count_nonzero(level)) > 12)
