"""What the distinct texts of a chunk say: values, names, units; every row takes it by the number of its text."""

from __future__ import annotations

from itertools import product

import polars as pl
from batching import terms as t

ABSENT, PLACEHOLDER, DATE, QUANTITY, PERCENT, GRADE, TEXT = range(7)
OPERATORS = {"≥": 1, ">": 2, "=": 3, "<": 4, "≤": 5}
_SIGNS = ("≥", "≤", ">", "<", "=", ">=", "<=", "≧", "≦", "═")
_DOUBLED = [a + b for a, b in product(_SIGNS, _SIGNS) if t.MARKS[a] == t.MARKS[b] and a + b not in t.MARKS]
_MARKED = {mark: OPERATORS[sign] for mark, sign in t.MARKS.items()} | {pair: OPERATORS[t.MARKS[pair[:1]]] for pair in _DOUBLED}
_SUFFIXED = {suffix: OPERATORS[sign] for suffix, sign in t.SUFFIXES.items()}
_NARROW = dict(zip("０１２３４５６７８９％．，", "0123456789%.,", strict=True))
_NUMBER_PARTS = ("first", "about", "second", "whole", "decimals", "times", "unit", "suffix")
_DATE_PARTS = ("year", "month", "day", "end", "before")


def coded(*columns: pl.Series) -> tuple[list[pl.Series], pl.Series]:
    """The number of each text among the distinct ones of these columns, and the distinct ones."""
    kind = pl.Categorical(pl.Categories.random())
    cast = [column.cast(kind) for column in columns]
    found = pl.concat([column.unique() for column in cast]).unique().drop_nulls()
    return [column.to_physical() for column in cast], found.gather(found.to_physical().arg_sort()).cast(pl.String)


def _picked(column: str, choices: dict[str, int] | dict[str, bool], kind: type[pl.DataType] = pl.Int8) -> pl.Expr:
    return pl.col(column).replace_strict(choices, default=None, return_dtype=kind)


def values_of(texts: pl.Series) -> pl.DataFrame:
    """What each value text says; ``unit`` stays a text."""
    parts = pl.DataFrame({"raw": texts}).lazy().with_columns(text=pl.col("raw").str.replace_many(_NARROW))
    parts = parts.with_columns(n=pl.col("text").str.extract_groups(t.NUMBER), d=pl.col("text").str.extract_groups(t.DATE))
    parts = parts.select(
        "raw",
        "text",
        *[pl.col("n").struct.field(str(at)).alias(name) for at, name in enumerate(_NUMBER_PARTS, 1)],
        *[pl.col("d").struct.field(str(at)).alias(name) for at, name in enumerate(_DATE_PARTS, 1)],
    ).with_columns(mark=pl.concat_str("first", "second"), kind=_kind(), **{name: pl.col(name).cast(pl.Int32) for name in ("year", "month", "day")})
    counted, signed = pl.col("kind").is_in([QUANTITY, PERCENT]), pl.col("op").is_not_null()
    last = pl.col("month").replace_strict(list(range(1, 13)), list(t.MONTH_END), default=None, return_dtype=pl.Int32)
    whole = pl.concat_str(pl.col("whole").str.replace_all(",", "", literal=True), pl.col("decimals").fill_null("").str.pad_end(2, "0"))
    times = _picked("times", {"万": 10_000, "亿": 100_000_000}, pl.Int64).fill_null(1)
    return (
        parts.with_columns(op=pl.when(counted).then(pl.coalesce(_picked("mark", _MARKED), _picked("suffix", _SUFFIXED))), times=times)
        .select(
            "kind",
            "op",
            "times",
            "text",
            number=pl.when(counted).then(whole.cast(pl.Int64, strict=False) * pl.col("times")),
            unit=pl.when(counted & (pl.col("unit") != "")).then("unit"),
            signed=signed & pl.col("about").is_null() & ~((pl.col("mark") == "达到") & pl.col("suffix").is_null()),
            doubled=pl.col("mark").is_in(_DOUBLED).fill_null(value=False),
            about=counted & pl.col("about").is_not_null(),
            glyph=counted & pl.col("raw").str.contains(t.GLYPHS),
            day=pl.when(pl.col("day").is_not_null() | pl.col("end").is_not_null()).then(
                pl.col("year") * 10_000 + pl.col("month") * 100 + pl.coalesce("day", last)
            ),
            tier=_picked("text", {label: at for at, (labels, *_) in enumerate(t.TIERS) for label in labels}),
            answer=_picked("text", dict.fromkeys(t.YES, True) | dict.fromkeys(t.NO, False), pl.Boolean),
        )
        .collect()
    )


def _kind() -> pl.Expr:
    return (
        pl.when(pl.col("text").is_in(t.ABSENT)).then(ABSENT)
        .when(pl.col("text").str.contains(t.PLACEHOLDER)).then(PLACEHOLDER)
        .when(pl.col("month").is_not_null()).then(DATE)
        .when(pl.col("whole").is_not_null()).then(pl.when(pl.col("unit") == "%").then(PERCENT).otherwise(QUANTITY))
        .when(pl.col("text").is_in(t.GRADE_WORDS)).then(GRADE)
        .otherwise(TEXT).cast(pl.Int8)
    )  # fmt: skip


def names_of(names: pl.Series) -> pl.DataFrame:
    """What the law hears in each name."""

    def has(words: tuple[str, ...]) -> pl.Expr:
        return pl.col("name").str.contains_any(list(words))

    return pl.DataFrame({"name": names}).select(
        negative=has(t.DIRECTION.negative_words) & ~has(t.EXCUSING),
        rate=pl.col("name").str.contains("率", literal=True),
        share=pl.col("name").str.contains(f"(?:{'|'.join(t.RATE_ENDINGS)})$") & ~has(t.RATE_OPEN),
        part=has(t.PART_OF_WHOLE),
        control=has(t.CONTROL) & ~has(t.OWN_BASE),
    )


def cents(column: str) -> pl.Expr:
    """Points in print as whole hundredths."""
    return (pl.col(column).cast(pl.Float64) * 100).round().cast(pl.Int64)


def units_of(values: pl.DataFrame, columns: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Units as numbers, for values and for the printed unit columns (with their multiplier); and the number of ``%``."""
    outside = pl.DataFrame({"text": columns}).select(
        times=pl.when(pl.col("text").str.starts_with("万")).then(10_000).when(pl.col("text").str.starts_with("亿")).then(100_000_000).otherwise(1),
        unit=pl.col("text").str.strip_chars_start("万亿"),
    )
    names = pl.concat([values["unit"], outside["unit"], pl.Series(["%", "分"])]).drop_nulls().unique(maintain_order=True)
    numbers = dict(zip(names, range(len(names)), strict=True))
    small = [frame.with_columns(unit=_picked("unit", numbers, pl.Int32)) for frame in (values, outside)]
    return small[0], small[1], numbers["%"]


def reasons_of(reasons: pl.Series) -> pl.DataFrame:
    """What each reason says."""

    def has(words: tuple[str, ...]) -> pl.Expr:
        return pl.col("text").str.contains_any(list(words))

    return pl.DataFrame({"text": reasons}).select(
        silent=pl.col("text").is_in(t.NOTHING), stopped=has(t.STOPPED), denied=has(t.DENIALS) & ~has(t.PARTIAL)
    )
