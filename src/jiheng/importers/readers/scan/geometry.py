"""Upright rectangles on a page picture, and the way back to the page as it was scanned."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]

_TENTH = Decimal("0.1")


class Box(NamedTuple):
    """An upright rectangle in pixels; the right and lower edges are outside it."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.y1 - self.y0

    def common(self, other: Box) -> Box | None:
        """The part both share; None if they share nothing."""
        box = Box(max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1))
        return box if box.width > 0 and box.height > 0 else None

    def joined(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def grown(self, across: int, down: int, limit: Box) -> Box:
        """Larger by that much on each side, cut at ``limit``."""
        return Box(max(limit.x0, self.x0 - across), max(limit.y0, self.y0 - down), min(limit.x1, self.x1 + across), min(limit.y1, self.y1 + down))

    def cut(self, picture: Pixels) -> Pixels:
        """That part of the picture."""
        return picture[self.y0 : self.y1, self.x0 : self.x1]


def whole(picture: Pixels) -> Box:
    """The box of the whole picture."""
    return Box(0, 0, picture.shape[1], picture.shape[0])


def paper_of(grey: Pixels) -> Pixels:
    """The picture with all print gone: at every pixel the level of the paper about it."""
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.medianBlur(small, 9), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def on_page(box: Box, back: Matrix, unit: Decimal) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """The upright rectangle around ``box`` on the page as it was scanned, in page units to a tenth."""
    corners = np.array([[(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]], dtype=np.float64)
    found = cv2.perspectiveTransform(corners, back).reshape(-1, 2)
    ends = (found[:, 0].min(), found[:, 1].min(), found[:, 0].max(), found[:, 1].max())
    x0, y0, x1, y1 = (max(Decimal(0), Decimal(round(float(end))) * unit).quantize(_TENTH) for end in ends)
    return x0, y0, x1, y1
