"""Words of a lexicon in a text. Most words of most lexicons stand nowhere in a form: asked of the whole form first, few are asked of its rows."""

from __future__ import annotations

from collections.abc import Iterable


def words_in(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Those words that the text contains, in the lexicon's order.

    >>> words_in("培训人数，投诉起数", ("事故", "投诉"))
    ('投诉',)
    """
    return tuple([word for word in words if word in text])


def has_word(text: str, words: Iterable[str]) -> bool:
    """Whether the text contains one of the words."""
    for word in words:  # noqa: SIM110 - a plain loop: this runs for every row of every form
        if word in text:
            return True
    return False
