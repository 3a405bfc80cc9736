"""The one door to the recognition models: PP-OCRv6 (text detection, text recognition), carried by the rapidocr wheel, run by onnxruntime.

Only the model files of the wheel are used. Decoding is done here, because the runner-up of every character is needed to tell a sure figure
from an unsure one, and the wheel's decoder throws it away.
"""

from __future__ import annotations

import functools
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import cv2
import numpy as np
import numpy.typing as npt

from jiheng.errors import UnreadableFileError
from jiheng.importers.readers.scan.geometry import Box, Pixels

Weights = npt.NDArray[np.float32]

_THREADS = 2
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNISER = "PP-OCRv6_rec_small.onnx"
_LONGEST = 1_600  # the detector sees a whole page no longer than this; recognition crops from the full picture
_TEXT_HERE = 0.3
_BOX_SURE = 0.45
_GROW = 1.6
_HEIGHT = 48
_WIDEST = 2_400
_NARROWEST = 96
_STEP = 8  # the recogniser gives one answer per 8 pixels
_SQUEEZE = 0.8  # the models read lines this much narrower as surely, and their cost is that of their width
_SQUEEZED_FROM = 192
_BATCH_PIXELS = 48 * 1_000


class Glyph(NamedTuple):
    """One recognised character, how sure the model is of it (0 to 1), the runner-up, and the place in the line (0 left to 1 right)."""

    char: str
    sure: float
    rival: str
    rival_sure: float
    place: float


class Line(NamedTuple):
    """One recognised line of text."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        """The characters, joined."""
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def least(self) -> float:
        """How sure the model is of its least sure character; 0 for an empty line."""
        return min((glyph.sure for glyph in self.glyphs), default=0.0)

    @property
    def mean(self) -> float:
        """How sure the model is on average; 0 for an empty line."""
        return sum(glyph.sure for glyph in self.glyphs) / len(self.glyphs) if self.glyphs else 0.0


class _Session(Protocol):
    def run(self, names: list[str] | None, feed: dict[str, Weights]) -> list[Weights]: ...


class _Models(NamedTuple):
    detector: _Session
    detector_input: str
    recogniser: _Session
    recogniser_input: str
    characters: tuple[str, ...]


@functools.cache
def _models() -> _Models:
    """Loaded at the first page and kept: loading takes half a second, the memory is the same however many pages follow."""
    try:
        import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        raise UnreadableFileError("file.binary", _MISSING) from error
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise UnreadableFileError("file.binary", _MISSING)
    folder = Path(spec.origin).parent / "models"
    if not (folder / _DETECTOR).is_file() or not (folder / _RECOGNISER).is_file():
        raise UnreadableFileError("file.binary", _MISSING)
    sessions = []
    for name, threads in ((_DETECTOR, _THREADS), (_RECOGNISER, 1)):  # many small pictures go faster one a thread than each shared by all
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads would burn a shared core
        sessions.append(onnxruntime.InferenceSession(str(folder / name), sess_options=options, providers=["CPUExecutionProvider"]))
    detector, recogniser = sessions
    characters = recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
    return _Models(
        cast("_Session", detector),
        detector.get_inputs()[0].name,
        cast("_Session", recogniser),
        recogniser.get_inputs()[0].name,
        ("", *characters, " "),  # the first class is the blank of CTC, the last the space
    )


_MISSING = "识别扫描件需要 OCR 组件（rapidocr、onnxruntime），当前环境没有安装。请运行 uv sync --extra scan 后重试，或上传可编辑的文件。"


def detect(grey: Pixels, within: Box) -> list[Box]:
    """Where the lines of text are inside ``within``, as upright boxes with some margin, from top to bottom."""
    models = _models()
    ratio = min(1.0, _LONGEST / max(grey.shape))
    rows, columns = (max(32, round(side * ratio / 32) * 32) for side in (within.height, within.width))
    down, across = within.height / rows, within.width / columns
    small = cv2.resize(within.cut(grey), (columns, rows), interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
    feed = np.repeat(_levels(small)[None, None], 3, axis=1)
    likely = models.detector.run(None, {models.detector_input: feed})[0][0, 0]
    mask = (likely > _TEXT_HERE).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        x, y, w, h = cv2.boundingRect(contour)
        if min(w, h) < 3 or float(likely[y : y + h, x : x + w][mask[y : y + h, x : x + w] > 0].mean()) < _BOX_SURE:
            continue
        margin = w * h * _GROW / (2 * (w + h))
        box = Box(
            max(within.x0, within.x0 + int((x - margin) * across)),
            max(within.y0, within.y0 + int((y - margin) * down)),
            min(within.x1, within.x0 + int((x + w + margin) * across) + 1),
            min(within.y1, within.y0 + int((y + h + margin) * down) + 1),
        )
        found.append(box)
    return sorted(found, key=lambda box: (box.y0, box.x0))


def recognise(crops: list[Pixels]) -> list[Line]:
    """Read each crop (grey, one line of upright text); the answers stand in the order of the crops."""
    widths = [_width(crop) for crop in crops]
    lines: list[Line] = [Line(())] * len(crops)
    with ThreadPoolExecutor(_THREADS) as pool:
        # the widest first, so that no thread is left with a long one at the end
        batches = sorted(_batches(widths), key=lambda batch: -len(batch) * widths[batch[-1]])
        for batch, read in zip(batches, pool.map(lambda batch: _read(crops, widths, batch), batches), strict=True):
            for index, line in zip(batch, read, strict=True):
                lines[index] = line
    return lines


def _width(crop: Pixels) -> int:
    """How wide the recogniser sees the crop."""
    width = float(crop.shape[1] * _HEIGHT / crop.shape[0])
    return min(_WIDEST, max(8, round(max(_SQUEEZED_FROM, width * _SQUEEZE) if width > _SQUEEZED_FROM else width)))


def _batches(widths: list[int]) -> list[list[int]]:
    """Crops of like width go together: the numbers of the crops, rising in width, as many as make up the pixels of a batch."""
    batches: list[list[int]] = []
    for index in sorted(range(len(widths)), key=lambda index: widths[index]):
        if batches and _padded(widths[index]) * (len(batches[-1]) + 1) * _HEIGHT <= _BATCH_PIXELS:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def _read(crops: list[Pixels], widths: list[int], batch: list[int]) -> list[Line]:
    models = _models()
    feed = np.zeros((len(batch), 3, _HEIGHT, _padded(widths[batch[-1]])), dtype=np.float32)
    for place, index in enumerate(batch):
        feed[place, :, :, : widths[index]] = _levels(cv2.resize(crops[index], (widths[index], _HEIGHT), interpolation=cv2.INTER_LINEAR))
    answer = models.recogniser.run(None, {models.recogniser_input: feed})[0]
    return [_decoded(answer[place], models.characters, widths[index] / feed.shape[3]) for place, index in enumerate(batch)]


def _levels(picture: npt.NDArray[np.generic]) -> Weights:
    """0 to 255 as -1 to 1, as both models want it."""
    return ((picture.astype(np.float32) / 255 - 0.5) / 0.5).astype(np.float32, copy=False)


def _padded(width: int) -> int:
    return max(_NARROWEST, -(-width // _STEP) * _STEP)


def _decoded(answer: Weights, characters: tuple[str, ...], share: float) -> Line:
    """CTC: runs of one class are one character, blanks part them."""
    best = answer.argmax(axis=1)
    glyphs: list[Glyph] = []
    step, steps = 0, len(best)
    while step < steps:
        end = step
        while end < steps and best[end] == best[step]:
            end += 1
        if best[step] != 0:
            peak = step + int(answer[step:end, best[step]].argmax())
            scores = answer[peak].copy()
            sure = float(scores[best[step]])
            scores[[0, best[step]]] = 0
            rival = int(scores.argmax())
            if _same(characters[rival], characters[best[step]]):  # full and half width share the vote
                sure += float(scores[rival])
                scores[rival] = 0
                rival = int(scores.argmax())
            place = (step + end) / 2 / steps / share
            glyphs.append(Glyph(characters[best[step]], sure, characters[rival], float(scores[rival]), place))
        step = end
    return Line(tuple(glyphs))


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
