"""The user's own file given back with a comment at each finding: xlsx and docx, everything else in them byte for byte as it came."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from jiheng.domain.dossier import Dossier
from jiheng.errors import NotAnnotatableError
from jiheng.exporters.copies import docx, xlsx
from jiheng.exporters.copies.wording import Written

_WAYS = {"xlsx": xlsx.annotated, "docx": docx.annotated}
_NAMES = {
    "pdf": "PDF",
    "scan": "扫描件",
    "image": "图片",
    "html": "网页",
    "txt": "文本",
    "csv": " CSV ",
    "xls": "旧版 Excel（xls）",
    "doc": "旧版 Word（doc）",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """An annotated copy: its bytes, and how many comments, findings and findings away from their own cell it holds."""

    content: bytes
    comments: int
    findings: int
    displaced: int


def annotate(source: bytes, name: str, dossiers: Sequence[Dossier]) -> bytes:
    """The file with a comment at each finding of the dossiers that were made of it; the file itself where there are none.

    Raises:
        NotAnnotatableError: its format cannot carry comments, it is damaged, or the dossiers are of another file.
    """
    return annotated_copy(source, name, dossiers).content


def annotated_copy(source: bytes, name: str, dossiers: Sequence[Dossier]) -> Copy:
    """As ``annotate``, with the count of what was written.

    Raises:
        NotAnnotatableError: as ``annotate`` raises it.
    """
    form = dossiers[0].document.format if dossiers else name.rpartition(".")[2].lower()
    way = _WAYS.get(form)
    if way is None:
        raise NotAnnotatableError(
            f"文件“{name}”是{_NAMES.get(form, f' {form} 格式的文件')}，不能在上面加批注（只能在 xlsx、docx 上加）。"
            f"请用 jiheng export {name} --format pdf --notes，得到页边带意见的 PDF。"
        )
    digest = hashlib.sha256(source).hexdigest()
    if any(dossier.document.digest != digest for dossier in dossiers):
        raise NotAnnotatableError(f"审核意见不是这个文件的：文件“{name}”在审核之后变过。请重新审核后再加批注。")
    content, comments = way(source, dossiers)
    written: list[Written] = [one for comment in comments for one in comment]
    return Copy(content, len(comments), len(written), sum(one.displaced for one in written))
