"""Words of a lexicon in a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiheng.scoring.lexicon import has_word, words_in

SIGNS = st.text("甲乙丙丁", max_size=6)
WORDS = st.lists(st.text("甲乙丙丁", min_size=1, max_size=2), max_size=4)


def test_the_words_keep_the_lexicons_order() -> None:
    assert words_in("业务取消并停止", ("停止", "暂停", "取消")) == ("停止", "取消")


@given(st.lists(SIGNS, max_size=5), WORDS)
def test_words_that_the_form_lacks_are_missed_in_no_row(rows: list[str], words: list[str]) -> None:
    here = words_in("\n".join(rows), words)
    for row in rows:
        assert words_in(row, here) == words_in(row, words)
        assert has_word(row, here) == has_word(row, words) == bool(words_in(row, words))
