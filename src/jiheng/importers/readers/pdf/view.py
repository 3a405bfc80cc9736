"""How a page is looked at: from PDF space (origin bottom left) to reading space (origin top left, text upright), and back to the page as shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Box = tuple[float, float, float, float]


class View(NamedTuple):
    """A page's visible box in PDF space, its /Rotate, and the quarter turns (clockwise) that make its text upright."""

    left: float
    bottom: float
    right: float
    top: float
    rotate: int = 0
    turns: int = 0

    @property
    def width(self) -> float:
        """Points across, in reading space."""
        return self.top - self.bottom if self.turns % 2 else self.right - self.left

    @property
    def height(self) -> float:
        """Points down, in reading space."""
        return self.right - self.left if self.turns % 2 else self.top - self.bottom

    def mapping(self) -> Callable[[float, float, float, float], Box]:
        """From (left, bottom, right, top) in PDF space to (x0, y0, x1, y1) in reading space."""
        left, bottom, right, top = self.left, self.bottom, self.right, self.top
        return (
            lambda x0, y0, x1, y1: (x0 - left, top - y1, x1 - left, top - y0),
            lambda x0, y0, x1, y1: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
            lambda x0, y0, x1, y1: (right - x1, y0 - bottom, right - x0, y1 - bottom),
            lambda x0, y0, x1, y1: (top - y1, right - x1, top - y0, right - x0),
        )[self.turns % 4]

    def shown(self, box: Box) -> Box:
        """A box of reading space where the page as displayed has it (the same, unless text stands sideways on the page)."""
        x0, y0, x1, y1 = box
        width, height = self.width, self.height
        extra = (self.rotate - self.turns) % 4
        if extra == 1:
            return (height - y1, x0, height - y0, x1)
        if extra == 2:
            return (width - x1, height - y1, width - x0, height - y0)
        if extra == 3:
            return (y0, width - x1, y1, width - x0)
        return box
