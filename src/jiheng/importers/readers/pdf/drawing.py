"""What is drawn on a page besides text: rules (lines and thin boxes), filled areas, pictures, and which text nobody can see."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from jiheng.errors import UnreadableFileError
from jiheng.importers.readers.pdf.engine import address_of, by_address, pdfium
from jiheng.importers.readers.pdf.view import Box, View

MAX_SEGMENTS = 200_000
MAX_OBJECTS = 200_000
_THIN = 3.6  # a filled box at most this thick is a rule
_STRAIGHT = 0.6  # a line may stray this far from its axis
_FORM_DEPTH = 6
_INVISIBLE = 3
_object_at = by_address(pdfium.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_kind_at = by_address(pdfium.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
_render_mode_at = by_address(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)


class Rule(NamedTuple):
    """A straight line along an axis: its position across, and its extent from ``low`` to ``high``."""

    at: float
    low: float
    high: float


@dataclass(slots=True)
class Drawing:
    """The drawn things of a page in reading space."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    areas: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    curves: int = 0
    hidden: frozenset[int] = frozenset()

    def add(self, box: Box) -> bool:
        """Keep a box as a rule if it is thin; a dot counts for both directions until it is known in which row of dots it stands."""
        x0, y0, x1, y1 = box
        width, height = x1 - x0, y1 - y0
        if height <= _THIN and (width >= height or width <= _THIN):
            self.across.append(Rule((y0 + y1) / 2, x0, x1))
        if width <= _THIN and (height >= width or height <= _THIN):
            self.down.append(Rule((x0 + x1) / 2, y0, y1))
        return height <= _THIN or width <= _THIN


class _Matrix(NamedTuple):
    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        corners = [self.point(x, y) for x in (x0, x1) for y in (y0, y1)]
        return (min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners))

    def within(self, outer: _Matrix) -> _Matrix:
        x, y = outer.point(self.e, self.f)
        return _Matrix(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            x,
            y,
        )


_IDENTITY = _Matrix()


def _matrix(thing: object) -> _Matrix:
    raw = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(raw))
    return _Matrix(raw.a, raw.b, raw.c, raw.d, raw.e, raw.f)


def read_drawing(page: object, view: View, number: int) -> Drawing:
    """Everything drawn on page ``number``. Raises UnreadableFileError ``file.limit`` where there is too much."""
    return _Collector(view, number).collect(page)


class _Collector:
    """Walks the page's objects once, in drawing order."""

    def __init__(self, view: View, number: int) -> None:
        self.drawing = Drawing()
        self.number = number
        self.mapping = view.mapping()
        self.page_area = max(1.0, view.width * view.height)
        self.edges = tuple(ctypes.c_float() for _ in range(4))
        self.pointers = tuple(ctypes.byref(edge) for edge in self.edges)
        self.segments = 0
        self.objects = 0
        self.texts: list[int] = []
        self.hidden: set[int] = set()

    def collect(self, page: object) -> Drawing:
        for thing, kind, outer in self._objects(page):
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._text(address_of(thing))
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(thing, outer)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._picture(thing, outer)
        self.drawing.hidden = frozenset(self.hidden)
        return self.drawing

    def _objects(self, page: object) -> Iterator[tuple[object, int, _Matrix]]:
        pending: list[tuple[object, _Matrix, int]] = []
        place, kind_of = address_of(page), pdfium.FPDFPageObj_GetType
        for index in range(self._counted(pdfium.FPDFPage_CountObjects(page))):
            address = _object_at(place, index)
            kind = _kind_at(address)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._text(address)
                continue
            thing = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
            if kind != pdfium.FPDF_PAGEOBJ_FORM:
                yield thing, kind, _IDENTITY
                continue
            pending.append((thing, _IDENTITY, 0))
            while pending:
                thing, outer, depth = pending.pop()
                kind = kind_of(thing)
                if kind != pdfium.FPDF_PAGEOBJ_FORM:
                    yield thing, kind, outer
                elif depth < _FORM_DEPTH:
                    inner = _matrix(thing).within(outer)
                    count = self._counted(pdfium.FPDFFormObj_CountObjects(thing))
                    pending.extend((pdfium.FPDFFormObj_GetObject(thing, i), inner, depth + 1) for i in reversed(range(count)))

    def _counted(self, count: int) -> int:
        self.objects += max(0, count)
        if self.objects > MAX_OBJECTS:
            raise UnreadableFileError("file.limit", f"PDF 第 {self.number} 页的图文对象超过 {MAX_OBJECTS} 个的上限。请由原文件重新导出 PDF 再试。")
        return max(0, count)

    def _bounds(self, thing: object, outer: _Matrix) -> Box | None:
        left, bottom, right, top = self.pointers
        if not pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            return None
        x0, y0, x1, y1 = (edge.value for edge in self.edges)
        if outer is not _IDENTITY:
            x0, y0, x1, y1 = outer.box(x0, y0, x1, y1)
        # Not-a-number compares false: a broken box is left out.
        return self.mapping(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 and x1 - x0 < 1e6 and y1 - y0 < 1e6 else None

    def _text(self, address: int) -> None:
        self.texts.append(address)
        if _render_mode_at(address) == _INVISIBLE:
            self.hidden.add(address)

    def _picture(self, thing: object, outer: _Matrix) -> None:
        box = self._bounds(thing, outer)
        if box is None or self.drawing.add(box):
            return
        self.drawing.pictures.append(box)
        covered = (box[2] - box[0]) * (box[3] - box[1])
        if covered >= 0.9 * self.page_area and not pdfium.FPDFPageObj_HasTransparency(thing):
            self.hidden.update(self.texts)  # a full-page picture lies on top of the text written before it

    def _path(self, thing: object, outer: _Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(thing, ctypes.byref(fill), ctypes.byref(stroke))
        if not fill.value and not stroke.value:
            return
        count = max(0, pdfium.FPDFPath_CountSegments(thing))
        self.segments += count
        if self.segments > MAX_SEGMENTS:
            raise UnreadableFileError("file.limit", f"PDF 第 {self.number} 页的线条超过 {MAX_SEGMENTS} 段的上限。请由原文件重新导出 PDF 再试。")
        box = self._bounds(thing, outer)
        if box is None:
            return
        if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
            self.drawing.add(box)
            return
        inner = _matrix(thing)
        self._outline(thing, count, inner if outer is _IDENTITY else inner.within(outer), stroked=bool(stroke.value))

    def _outline(self, thing: object, count: int, matrix: _Matrix, *, stroked: bool) -> None:
        shapes: list[Box] = []
        for points, straight in self._figures(thing, count, matrix):
            box = (min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points))
            box = self.mapping(*box)
            if not straight:
                self.drawing.curves += 1
            elif stroked:
                self._sides(points)
            elif not self.drawing.add(box):
                if _covers_its_box(points):
                    shapes.append(box)
                else:
                    self._sides(points)
        for index, box in enumerate(shapes):
            if len(shapes) < 3 and any(_hugs(box, other) for other in shapes[:index] + shapes[index + 1 :]):
                self._frame(box)
            elif self._coloured(thing):
                self.drawing.areas.append(box)

    def _figures(self, thing: object, count: int, matrix: _Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The path's figures as points in PDF space, each with whether all its sides run along the axes."""
        x, y = ctypes.c_float(), ctypes.c_float()
        px, py = ctypes.byref(x), ctypes.byref(y)
        points: list[tuple[float, float]] = []
        straight = True
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(thing, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, px, py)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                if len(points) > 1:
                    yield points, straight
                points, straight = [], True
            point = matrix.point(x.value, y.value)
            if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                straight = False
            elif points and straight:
                straight = min(abs(point[0] - points[-1][0]), abs(point[1] - points[-1][1])) <= _STRAIGHT
            points.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment) and points[0] != point:
                points.append(points[0])
        if len(points) > 1:
            yield points, straight

    def _sides(self, points: list[tuple[float, float]]) -> None:
        for (ax, ay), (bx, by) in itertools.pairwise(points):
            if (ax, ay) != (bx, by):
                self.drawing.add(self.mapping(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))

    def _frame(self, box: Box) -> None:
        x0, y0, x1, y1 = box
        for side in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.drawing.add(side)

    def _coloured(self, thing: object) -> bool:
        red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
        known = pdfium.FPDFPageObj_GetFillColor(thing, ctypes.byref(red), ctypes.byref(green), ctypes.byref(blue), ctypes.byref(opacity))
        return bool(known) and opacity.value > 0 and min(red.value, green.value, blue.value) < 250


def _covers_its_box(points: list[tuple[float, float]]) -> bool:
    return len({(round(x, 1), round(y, 1)) for x, y in points}) <= 4


def _hugs(box: Box, other: Box) -> bool:
    """Whether two boxes lie one inside the other with a border's thickness between them, all round."""
    return all(abs(one - two) <= _THIN for one, two in zip(box, other, strict=True))
