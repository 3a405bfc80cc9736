"""The codes in Polars: one boolean column each, all of a step in one query."""

from __future__ import annotations

import polars as pl
from batching import terms as t
from batching.polars_money import AMOUNTS, base_unclear, closed, line_findings
from batching.polars_texts import ABSENT, OPERATORS, PERCENT, PLACEHOLDER, cents

W, S, A, B, SCORE = (pl.col(name) for name in ("w", "s", "a", "b", "score"))


def _found(frame: pl.DataFrame, tests: dict[str, pl.Expr], row: pl.Expr | int) -> list[pl.DataFrame]:
    flags = frame.lazy().select(**tests).collect()
    out = []
    for code in tests:
        places = flags[code].fill_null(value=False).arg_true()
        rows = pl.repeat(row, len(places), dtype=pl.Int32, eager=True) if isinstance(row, int) else frame["k"].gather(places)
        out.append(
            pl.DataFrame({"f": frame["f"].gather(places), "row": rows, "code": pl.repeat(t.CODE[code], len(places), dtype=pl.Int8, eager=True)})
        )
    return out


def row_codes(rows: pl.DataFrame, totals: pl.DataFrame, percent: int) -> list[pl.DataFrame]:
    """Findings of single rows."""
    shared = totals.select("has_evidence", "has_reason", "overspent", "weighted", "n")[rows["f"]]
    frame = pl.concat([rows, shared], how="horizontal")
    silent = pl.col("silent").fill_null(value=True)
    formula, numeric, met = pl.col("formula"), pl.col("numeric"), pl.col("met")
    deducted = (formula & met & (S < W) & (SCORE >= W) & silent).fill_null(value=False)
    far = ((S - SCORE).abs() > 1) & ~(pl.col("coarse") & ((SCORE + 5) // 10 * 10 == S))
    ceiling = (S == W) & pl.col("ceiling") & numeric & (A > 0) & (B > A)
    low = pl.min_horizontal("s", pl.when(formula).then(SCORE))
    most, least = pl.when(pl.col("ceiling")).then(A).otherwise(B), pl.when(pl.col("ceiling")).then(B).otherwise(A)
    counted = (W.fill_null(0) != 0) | S.is_not_null()
    tests = {
        "target.placeholder": pl.col("t_kind") == PLACEHOLDER,
        "target.missing": (pl.col("t_kind") == ABSENT) & counted,
        "target.approximate": pl.col("t_about"),
        "target.unreachable": (pl.col("t_kind") == PERCENT) & (pl.col("t_op") <= OPERATORS[">"]) & (pl.col("t_number") >= 10_000) & pl.col("part"),
        "operator.doubled": pl.col("t_doubled").fill_null(value=False) | pl.col("a_doubled").fill_null(value=False),
        "operator.glyph-repaired": pl.col("t_glyph").fill_null(value=False) | pl.col("a_glyph").fill_null(value=False),
        "actual.operator": pl.col("a_signed"),
        "actual.copies-target": pl.col("t_op").is_not_null() & (pl.col("t_text") == pl.col("a_text")),
        "actual.missing": (pl.col("a_kind") == ABSENT) & (S > 0),
        "unit.missing": pl.col("t_number").is_not_null() & pl.col("a_number").is_not_null() & pl.col("unit").is_null() & (pl.col("t_times") == 1),
        "score.negative": S < 0,
        "score.exceeds-weight": S > W,
        "score.missing": S.is_null() & (W > 0),
        "evidence.missing": pl.col("has_evidence") & pl.col("unproved") & counted,
        "reason.missing": pl.col("has_reason") & silent & (low < W),
        "score.deducted-though-met": deducted,
        "score.differs-from-formula": ~deducted & pl.when(formula).then(far).otherwise(ceiling),
        "actual.vacuous": formula & (A == 0) & (B == 0) & pl.col("stopped"),
        "rate.out-of-range": formula & (pl.col("a_unit") == percent) & pl.col("share") & ~pl.col("a_number").is_between(0, 10_000),
        "reason.although-met": formula & met & pl.col("denied"),
        "cost.contradicts-funds": formula & met & (pl.col("unit") == percent) & pl.col("control") & pl.col("overspent") & _no_own_base(),
        "over-achievement.unexplained": formula & silent & numeric & (least > 0) & (10 * most >= 13 * least),
        "unit.magnitude-suspected": formula & numeric & (A >= 1000) & (B > 0) & ((5 * B <= A) | (B >= 5 * A)),
        "weights.zero": pl.col("weighted") & ((W == 0) | (W.is_null() & S.is_not_null())),
        "weights.concentrated": pl.when(pl.col("n") >= 4).then(3000).otherwise(5000) < W,
    }
    return _found(frame, tests, pl.col("k"))


def _no_own_base() -> pl.Expr:
    return ~pl.col("criteria").fill_null("").str.contains_any(list(t.OWN_BASE))


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    alike = (W != 0) & pl.col("t_unit").is_null() & (pl.col("t_number") == W) & (pl.col("a_number") == W)
    whole, told = W.null_count() == 0, S.null_count() == 0
    scored = S.is_not_null() & (W != 0)
    return (
        rows.lazy()
        .with_columns(alike=alike.fill_null(value=False))
        .group_by("f", maintain_order=True)
        .agg(
            n=pl.len().cast(pl.Int64),
            weights=pl.when(whole).then(W.sum()),
            carried=pl.when(whole).then(pl.col("carried").sum()),
            added=pl.when(S.count() > 0).then(S.sum()),
            twice=pl.when(whole & told).then((S * W).sum()),
            weighted=(W.fill_null(0) != 0).any(),
            numeric_rows=pl.col("numeric").sum().cast(pl.Int64),
            copied=(pl.col("numeric") & (A == B) & pl.col("bare")).sum().cast(pl.Int64),
            undeclared=(pl.col("t_number").is_not_null() & pl.col("t_op").is_null()).any(),
            full_rows=(S == W).sum().cast(pl.Int64),
            gained=S.filter(scored).sum(),
            most=W.filter(scored).sum(),
            same=pl.col("k").filter("alike").min(),
            same_rows=pl.col("alike").sum(),
        )
        .collect()
    )


def _totals(rows: pl.DataFrame, forms: pl.DataFrame, purse: pl.DataFrame) -> pl.DataFrame:
    printed = forms.select(
        "form",
        "stated_grade",
        "fund_lines",
        w_stated=cents("stated_weight"),
        stated=cents("stated_score"),
        has_evidence=pl.col("printed_columns").str.contains("evidence", literal=True),
        has_reason=pl.col("printed_columns").str.contains("reason", literal=True),
        has_rate=pl.col("printed_amounts").str.contains("rate", literal=True),
        fixed=pl.col("project_name").str.contains_any(list(t.FIXED_COST)),
    )
    frame = pl.concat([_sums(rows), purse.drop("f"), printed], how="horizontal")
    outside = pl.col("points").is_not_null() | pl.col("claimed").is_not_null()
    return (
        frame.lazy()
        .with_columns(
            added=pl.coalesce(pl.col("added") + pl.col("claimed").fill_null(0), "claimed"),
            twice=pl.when(outside).then(pl.col("twice") + pl.col("points") * pl.col("claimed")).otherwise("twice"),
            overspent=((pl.col("initial0") > 0) & (pl.col("spent0") > pl.col("initial0"))).fill_null(value=False),
            total=pl.col("carried") + pl.col("money").fill_null(0),
            got=pl.coalesce("claimed", "money"),
        )
        .with_columns(
            doubly=((2 * pl.col("twice") + 10_000) // 20_000 == pl.col("stated")).fill_null(value=False),
            unspent=(pl.col("base") > 0)
            & pl.col("spent0").is_not_null()
            & (pl.col("points") > 0)
            & (5 * pl.col("got") < pl.col("points"))
            & (5 * pl.col("gained") > 4 * pl.col("most")),
        )
        .collect()
    )


def form_codes(rows: pl.DataFrame, forms: pl.DataFrame, money: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Totals of the forms, and findings on forms and their money."""
    purse, lines = money
    totals = _totals(rows, forms, purse)
    stated, added, points, n = pl.col("stated"), pl.col("added"), pl.col("points").fill_null(0), pl.col("n")
    earned = pl.coalesce(*[pl.when(stated >= 100 * low).then(pl.lit(name)) for name, low in t.GRADES], pl.lit(t.GRADES[-1][0]))
    wrong = ~pl.col("w_stated").is_in([10_000]) & (pl.col("w_stated") != 10_000 - points)
    whole = {
        "direction.undeclared": pl.col("undeclared"),
        "actual.copies-target": (pl.col("numeric_rows") >= 3) & (5 * pl.col("copied") >= 4 * pl.col("numeric_rows")),
        "weights.sum": (pl.col("weights") + points != 10_000).fill_null(value=False) | wrong.fill_null(value=False),
        "total.missing": stated.is_null(),
        "total.differs-from-sum": (added != stated) & ~pl.col("doubly"),
        "weights.applied-twice": (added != stated) & pl.col("doubly"),
        "grade.mismatch": stated.is_not_null() & (pl.col("stated_grade") != earned),
        "score.uniformly-full": (n >= 8)
        & (stated == 10_000)
        & (pl.col("full_rows") == n)
        & (pl.col("points").is_null() | (pl.col("points") == pl.col("claimed"))),
    }
    found = _found(totals, whole, t.FORM) + _found(totals, _money_tests(), t.FUNDS)
    silent = pl.col("shown0").is_null() | pl.col("shown0").is_in(t.NOTHING)
    found += _found(totals, {"execution-rate.missing": pl.col("claimed").is_not_null() & pl.col("has_rate") & silent}, t.FUND)
    alike = totals.filter(pl.col("same_rows") >= 2)
    found.append(alike.select("f", row=pl.col("same"), code=pl.lit(t.CODE["actual.equals-weight"], pl.Int8)))
    return totals, found + line_findings(lines, purse)


def _money_tests() -> dict[str, pl.Expr]:
    base, spent, initial, adjusted = (pl.col(name) for name in ("base", "spent0", "initial0", "adjusted0"))
    claimed, points, money, got = (pl.col(name) for name in ("claimed", "points", "money", "got"))
    known = (pl.col("fund_lines") > 0) & (points > 0) & (pl.col("most") > 0) & ~pl.col("unspent").fill_null(value=False)
    ahead = (pl.col("gained") > 0) & (19 * pl.col("gained") * points > 20 * got * pl.col("most"))
    baseless = (base.fill_null(0) == 0) | spent.is_null()
    return {
        "funds.all-equal": (spent > 0) & (initial == adjusted) & (adjusted == spent) & ~pl.col("fixed"),
        "funds.no-budget": (pl.col("fund_lines") > 0) & (base.fill_null(0) == 0),
        "funds.nothing-spent": (base > 0) & (spent == 0),
        "funds.spent-over-budget": (((initial > 0) & (spent > initial)).fill_null(value=False) | ((base > 0) & (spent > base)))
        & ~(spent <= adjusted).fill_null(value=False),
        "score.exceeds-weight": claimed > points,
        "score.negative": claimed < 0,
        "score.differs-from-formula": ((claimed - money).abs() > 1) & ~(pl.col("coarse") & ((money + 5) // 10 * 10 == claimed)),
        "execution-rate.base-unclear": base_unclear(),
        "funds.parts-do-not-sum": ~pl.all_horizontal(*[closed(name) for name in AMOUNTS]),
        "funds.unspent-with-full-output": pl.col("unspent"),
        "funds.results-exceed-spending": known
        & pl.when(baseless).then(spent.is_not_null()).otherwise(ahead.fill_null(value=False) | (5 * (base - spent) > base)),
    }
