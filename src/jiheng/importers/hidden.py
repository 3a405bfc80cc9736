"""What the workbook behind a Document hides; asked for by who counts rows, not by who reads forms."""

from __future__ import annotations

from typing import Final

from jiheng.domain.document import Notice
from jiheng.errors import UnreadableFileError
from jiheng.importers.sandbox import Sandbox, default_sandbox

_READERS: Final = {"xlsx": "xlsx", "xls": "xls", "et": "xls", "ods": "ods"}


def hidden(source: bytes, name: str, form: str, *, sandbox: Sandbox | None = None) -> tuple[Notice, ...]:
    """Notices ``file.hidden`` of a file whose Document says ``form``: hidden sheets, rows and columns, none for what is no workbook.

    The anchor names the sheet, its ``cell`` is ``row 5:9`` or ``column 2:2`` counted from 1, and None where the whole sheet is hidden.
    """
    reader = _READERS.get(form)
    if reader is None:
        return ()
    try:
        return (sandbox or default_sandbox()).read(source, name, reader=f"jiheng.importers.readers.concealed:{reader}").notices
    except UnreadableFileError as error:
        return (Notice("file.hidden", f"看不出文件“{name}”隐藏了什么：{error}"),)
