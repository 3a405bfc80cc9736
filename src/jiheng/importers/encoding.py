"""Bytes to text: UTF-8, UTF-16 with a mark, GBK and GB18030; decided, never replaced by question marks."""

from __future__ import annotations

from jiheng.errors import UnreadableFileError

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = bytes(sorted(set(range(32)) - {9, 10, 12, 13}))


def decode(source: bytes) -> str:
    """The text of a file.

    Raises:
        UnreadableFileError: ``file.binary`` where the bytes are no text in any of these encodings.
    """
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            try:
                return source.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableFileError("file.damaged", f"文件标明是 {encoding}，但内容不完整。请重新导出后再试。") from error
    if source.translate(None, _CONTROL) != source:
        raise UnreadableFileError("file.binary", "文件不是文本或网页，内容是二进制。请用原来的程序另存为文本或网页，或换成其他格式再试。")
    for encoding in ("utf-8", "gb18030"):
        try:
            return source.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("file.damaged", "文件的字符编码既不是 UTF-8 也不是 GB18030，可能已损坏。请重新导出为 UTF-8 再试。")
