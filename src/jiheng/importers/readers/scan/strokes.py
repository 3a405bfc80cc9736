"""Signs that letters are mistaken for, told by the shape of their ink: slash, dash, equals, greater, less, and the point of a decimal."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from jiheng.importers.readers.scan.geometry import Box, Pixels

_Labels = npt.NDArray[np.int32]
_Mask = npt.NDArray[np.bool_]


class Sign(NamedTuple):
    """A sign told by its shape; ``other`` is what it might be besides, where the shape leaves that open."""

    text: str
    other: str = ""


class _Blob(NamedTuple):
    """One connected patch of ink."""

    x: int
    y: int
    width: int
    height: int
    amount: int
    label: int

    @property
    def foot(self) -> int:
        """The row below its lowest."""
        return self.y + self.height


def lone_sign(part: Box, ink: Pixels, height: int) -> Sign | None:
    """The sign a piece is made of, if it is one sign and its shape says so; ``height`` is that of a letter."""
    if part.width > 4 * height:
        return None
    cut = part.cut(ink)
    blobs, labels = _blobs(cut)
    whole = sum(blob.amount for blob in blobs)
    blobs = [blob for blob in blobs if blob.amount >= 0.06 * whole]
    if not blobs or sum(blob.amount for blob in blobs) < 0.9 * whole:
        return None
    if len(blobs) == 1:
        stroke = _straight(labels == blobs[0].label, height)
        if stroke is not None:
            thick = stroke == "—" and blobs[0].height >= 0.16 * height  # two bars, run together, look like this
            return Sign(stroke, "=" if thick else "")
    if len(blobs) == 2 and _equals(blobs, labels, height):
        return Sign("=")
    arrow = _comparison(cut, height)
    return Sign(arrow) if arrow else None


def slashes(part: Box, ink: Pixels, height: int) -> list[float]:
    """The middles of the strokes that are slashes by their shape, in pixels from the left of the piece."""
    blobs, labels = _blobs(part.cut(ink))
    likely = [blob for blob in blobs if blob.height >= 0.5 * height and blob.width <= height and blob.amount <= 0.6 * blob.width * blob.height]
    found = []
    for blob in likely:
        patch = labels[blob.y : blob.foot, blob.x : blob.x + blob.width] == blob.label
        if _straight(patch, height) == "/":
            found.append(blob.x + blob.width / 2)
    return found


def _blobs(cut: Pixels) -> tuple[list[_Blob], _Labels]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cut, connectivity=8)
    blobs = [_Blob(x, y, w, h, amount, label) for label, (x, y, w, h, amount) in enumerate(stats[:count].tolist()) if label]
    return blobs, labels.astype(np.int32)


def _straight(mask: _Mask, height: int) -> str | None:
    rows, columns = np.nonzero(mask)
    if len(rows) < 6:
        return None
    points = np.stack([columns - columns.mean(), rows - rows.mean()])
    _, vectors = np.linalg.eigh(np.cov(points) + 1e-6 * np.eye(2))
    along, aside = vectors[:, 1] @ points, vectors[:, 0] @ points
    length, thickness = float(np.ptp(along)) + 1, float(np.percentile(np.abs(aside), 98)) * 2 + 1
    slope = float(np.degrees(np.arctan2(-vectors[1, 1], vectors[0, 1]))) % 180
    if 45 <= slope <= 82 and 0.55 * height <= length <= 2.2 * height and thickness <= 0.24 * length:
        return "/"
    if (slope < 8 or slope > 172) and 0.2 * height <= length <= 2.6 * height and thickness <= min(0.6 * length, 0.32 * height):
        return "—" if length > 0.62 * height else "-"
    return None


def _equals(blobs: list[_Blob], labels: _Labels, height: int) -> bool:
    """Two level strokes of one length; of 二 the upper one is shorter."""
    upper, lower = sorted(blobs, key=lambda blob: blob.y)
    level = all(_straight(labels == blob.label, height) in {"—", "-"} for blob in blobs)
    alike = min(upper.width, lower.width) > 0.9 * max(upper.width, lower.width) and abs(upper.x - lower.x) < 0.12 * max(upper.width, lower.width)
    return level and alike and lower.y - upper.foot < 0.6 * height


def _comparison(cut: Pixels, height: int) -> str | None:
    """An arrow head of one stroke a row, going out and back in, over no, one or two bars. ≧ is given as ≥, ≦ as ≤."""
    rows, columns = np.flatnonzero(cut.any(axis=1)), np.flatnonzero(cut.any(axis=0))
    sign = cut[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] > 0
    high, wide = sign.shape
    bars = sign.mean(axis=1) > 0.7
    barred = bool(bars.any())
    head = sign[: int(np.argmax(bars))] if barred else sign
    clear = 0
    while len(head) and not head[-1].any():
        head, clear = head[:-1], clear + 1
    fits = 0.4 * height <= high <= 1.6 * height and 0.5 * high <= wide <= 1.6 * high and len(head) >= 0.4 * height
    if not fits or (barred and not clear):
        return None
    strokes = (np.diff(np.pad(head, ((0, 0), (1, 0))).astype(np.int8), axis=1) > 0).sum(axis=1)
    middle = np.array([np.flatnonzero(row).mean() if row.any() else 0 for row in head]) / max(1, wide - 1)
    edge = max(1, len(head) // 6)
    start, end = float(middle[:edge].mean()), float(middle[-edge:].mean())
    tip = float(middle[len(head) // 2 - edge // 2 : len(head) // 2 + edge // 2 + 1].mean())
    if (strokes == 1).mean() < 0.85:
        return None
    if tip > 0.72 and max(start, end) < 0.45:
        return "≥" if barred else ">"
    if tip < 0.28 and min(start, end) > 0.55:
        return "≤" if barred else "<"
    return None


def points(part: Box, ink: Pixels) -> int:
    """How many decimal points (or commas) stand on the foot of the line."""
    blobs, _ = _blobs(part.cut(ink))
    if not blobs:
        return 0
    tall = max(blob.height for blob in blobs)
    large = [blob for blob in blobs if blob.height > 0.45 * tall]
    foot = float(np.median([blob.foot for blob in large]))
    return sum(
        1
        for blob in blobs
        if max(blob.width, blob.height) <= 0.38 * tall
        and blob.amount >= 4
        and abs(blob.y + blob.height / 2 - foot) <= 0.22 * tall
        and not any(other.x < blob.x + blob.width / 2 < other.x + other.width and other.height > 0.8 * tall for other in large)
    )
