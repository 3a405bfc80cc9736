"""The seal of a score sheet: the digest of the dossier it was printed from, as the text that its QR code carries."""

from __future__ import annotations

import re

SEAL = "jiheng:1:"
"""What a seal begins with: the program and the version of the dossier; the SHA-256 of the dossier follows."""
_SEALED = re.compile(re.escape(SEAL) + r"([0-9a-f]{64})", re.IGNORECASE)
_BLANK = re.compile(r"[\s\u00ad\u200b\ufeff\ufffe]+")
"""Blanks, and the soft hyphens and joiners that a page may break a long text with."""


def seal_of(digest: str) -> str:
    """The text of the QR code of a dossier with this digest.

    >>> seal_of("ab" * 32)[:13]
    'jiheng:1:abab'
    """
    return f"{SEAL}{digest}"


def digest_in(text: str) -> str | None:
    """The digest that a scanned code or the text of a page carries, None where there is none; a text broken over lines is joined.

    >>> digest_in("档案摘要 jiheng:1:" + "ab" * 20 + chr(10) + "ab" * 12) == "ab" * 32
    True
    """
    found = _SEALED.search(_BLANK.sub("", text))
    return found[1].lower() if found else None
