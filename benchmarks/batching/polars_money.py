"""The money of each form in Polars: its lines side by side, the base, the money score."""

from __future__ import annotations

import numpy as np
import polars as pl
from batching import terms as t
from batching.polars_texts import cents

AMOUNTS = {"initial": "initial_budget", "adjusted": "adjusted_budget", "allotted": "allotted", "spent": "disbursed"}
BASES = ("adjusted", "allotted", "initial")


def ratio(points: pl.Expr, spent: pl.Expr, base: pl.Expr) -> pl.Expr:
    """Points × spent ÷ base rounded half up, at most the points; 128 bits, for amounts in 分 may be large."""
    wide = (2 * points.cast(pl.Int128) * spent.cast(pl.Int128) + base.cast(pl.Int128)) // (2 * base.cast(pl.Int128))
    return pl.when(spent >= base).then(points).otherwise(wide.cast(pl.Int64))


def lines_of(funds: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    """Money lines with the number of their form and their place in it; amounts in 分."""
    counts = forms["fund_lines"].to_numpy()
    form = np.repeat(np.arange(len(forms), dtype=np.int32), counts)
    place = np.arange(len(form)) - (np.cumsum(counts) - counts)[form]
    fen = {name: (pl.col(f"{column}_yuan").cast(pl.Decimal(18, 2)) * 100).cast(pl.Int64) for name, column in AMOUNTS.items()}
    return funds.select(
        **fen,
        w=cents("weight"),
        s=cents("stated_score"),
        coarse=pl.col("stated_score").str.slice(-2, 1) == ".",
        shown="stated_rate",
        f=pl.Series(form),
        k=pl.Series(place, dtype=pl.Int32),
    )


def purses(funds: pl.DataFrame, forms: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per form with up to three lines side by side, base and money score; and the lines."""
    lines = lines_of(funds, forms)
    wide = pl.DataFrame({"f": pl.Series(np.arange(len(forms), dtype=np.int32))}).lazy()
    for place in range(3):
        names = ["f", *AMOUNTS] + (["w", "s", "coarse", "shown"] if place < 2 else [])
        some = lines.lazy().filter(pl.col("k") == place).select(names)
        wide = wide.join(some.rename({name: f"{name}{place}" for name in names if name != "f"}), on="f", how="left", maintain_order="left")
    base = pl.coalesce(*[f"{name}0" for name in BASES])
    named = pl.coalesce(*[pl.when(pl.col(f"{name}0").is_not_null()).then(at) for at, name in enumerate(BASES)])
    found = wide.with_columns(
        points=pl.coalesce("w0", "w1"), claimed=pl.coalesce("s0", "s1"), coarse=pl.coalesce("coarse0", "coarse1"), base=base, base_name=named
    )
    money = (
        pl.when((pl.col("base").fill_null(0) == 0) | pl.col("spent0").is_null())
        .then(0)
        .otherwise(ratio(pl.col("points"), pl.col("spent0"), pl.col("base")))
    )
    return found.with_columns(money=pl.when(pl.col("points").is_not_null()).then(money)).collect(), lines


def closed(name: str) -> pl.Expr:
    """Whether the tiers of an amount make their total, as one split or as two splits of one part."""
    whole, first, second = (pl.col(f"{name}{place}") for place in range(3))
    one, both, slack = pl.coalesce(first, second), first.is_not_null() & second.is_not_null(), 10_000
    hit = (one - whole).abs() <= slack
    return (
        pl.when(whole.is_null() | one.is_null()).then(True)
        .when(whole == 0).then((first.fill_null(0) + second.fill_null(0)).abs() <= slack)
        .when(hit).then(~both | (second == 0) | ((second - whole).abs() <= slack))
        .otherwise(both & ((first + second - whole).abs() <= slack))
    )  # fmt: skip


def base_unclear() -> pl.Expr:
    """Several amounts could be the base and give different scores, and the claim does not fit the law's base alone."""
    scores = {name: pl.when(pl.col(f"{name}0") > 0).then(ratio(pl.col("points"), pl.col("spent0"), pl.col(f"{name}0"))) for name in BASES}
    differ = pl.max_horizontal(*scores.values()) != pl.min_horizontal(*scores.values())
    fitting = [(score == pl.col("claimed")).fill_null(value=False) == (pl.col("base_name") == at) for at, score in enumerate(scores.values())]
    return pl.col("points").is_not_null() & pl.col("spent0").is_not_null() & differ & ~pl.all_horizontal(*fitting).fill_null(value=False)


def line_findings(lines: pl.DataFrame, purse: pl.DataFrame) -> list[pl.DataFrame]:
    """Parts that count twice, and printed rates that are wrong."""
    named = purse["base_name"].gather(lines["f"])
    total = purse.select("w0", "s0")[lines["f"]]
    frame = pl.concat([lines, total], how="horizontal").with_columns(base_name=named)
    orders = {0: ("adjusted", "allotted", "initial"), 1: ("allotted", "adjusted", "initial"), 2: ("initial", "adjusted", "allotted")}
    base = pl.coalesce(*[pl.when(pl.col("base_name") == at).then(pl.coalesce(*names)) for at, names in orders.items()])
    twice = frame.filter((pl.col("k") > 0) & (pl.col("w") == pl.col("w0")) & (pl.col("s") == pl.col("s0")))
    shown = frame.filter(pl.col("shown").is_not_null() & pl.col("spent").is_not_null()).with_columns(
        n=pl.col("shown").str.extract_groups(t.RATE), base=base
    )
    whole, decimals, sign = (pl.col("n").struct.field(str(at)) for at in (1, 2, 3))
    places = decimals.str.len_chars().fill_null(0).cast(pl.Int64)
    digits = pl.concat_str(whole, decimals.fill_null("")).cast(pl.Int64)

    def rate(shift: pl.Expr) -> pl.Expr:
        power = (10**shift).cast(pl.Int128)
        return (2 * 100 * power * pl.col("spent") + pl.col("base")) // (2 * pl.col("base").cast(pl.Int128))

    short = (places - 2).clip(lower_bound=0)
    as_ratio = (sign == "") & (digits < 2 * 10**places) & (rate(short) == digits * 10 ** (2 - places).clip(lower_bound=0))
    wrong = shown.filter(whole.is_not_null() & (pl.col("base") > 0)).filter((rate(places) != digits) & ~as_ratio)
    return [
        found.select("f", row=(t.FUND - pl.col("k")).cast(pl.Int32), code=pl.lit(t.CODE[code], pl.Int8))
        for code, found in (("funds.sub-row-counted", twice), ("execution-rate.mismatch", wrong))
    ]
