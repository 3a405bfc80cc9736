"""The codes in SQL: one boolean column each, gathered into findings."""

# ruff: noqa: S608 - only the words of the law enter the SQL

from __future__ import annotations

from batching import terms as t


def _holds(column: str, words: tuple[str, ...]) -> str:
    return f"regexp_matches({column}, '{'|'.join(words)}')"


def _column(name: str) -> str:
    return f"list_contains(string_split(printed_columns, ','), '{name}')"


def _cents(column: str) -> str:
    return f"CAST(CAST({column} AS DECIMAL(12, 2)) * 100 AS BIGINT)"


def _tens(places: str) -> str:
    return f"[1, 10, 100, 1000, 10000, 100000, 1000000][{places} + 1]"


def _closed(amount: str) -> str:
    """Whether the tiers of an amount make their total, as one split or as two splits of one part."""
    whole, first, second = (f"{amount}{n}" for n in range(3))
    one, slack = f"coalesce({first}, {second})", 10_000
    both = f"{first} IS NOT NULL AND {second} IS NOT NULL"
    return f"""({whole} IS NULL OR {one} IS NULL OR CASE WHEN {whole} = 0 THEN abs(coalesce({first}, 0) + coalesce({second}, 0)) <= {slack}
        WHEN abs({one} - {whole}) <= {slack} THEN NOT ({both}) OR {second} = 0 OR abs({second} - {whole}) <= {slack}
        ELSE {both} AND abs({first} + {second} - {whole}) <= {slack} END)"""


_AMOUNTS = {"initial": "initial_budget", "adjusted": "adjusted_budget", "allotted": "allotted", "spent": "disbursed"}
_FEN = ", ".join(f"CAST(CAST({column}_yuan AS DECIMAL(18, 2)) * 100 AS BIGINT) AS {name}" for name, column in _AMOUNTS.items())
_PICKED = ", ".join(f"max({name}) FILTER (k = {n}) AS {name}{n}" for name in _AMOUNTS for n in range(3))
_BY_BASE = {
    name: f"CASE WHEN {name}0 > 0 THEN CASE WHEN spent0 >= {name}0 THEN points ELSE (2::HUGEINT * points * spent0 + {name}0) // (2 * {name}0) END END"
    for name in ("initial", "adjusted", "allotted")
}
_SCORES = ", ".join(_BY_BASE.values())
GRADE = " ".join(f"WHEN total_stated >= {100 * low} THEN '{name}'" for name, low in t.GRADES)

ROW_CODES = {
    "target.placeholder": "t_kind = 'placeholder'",
    "target.missing": "coalesce(t_kind, 'absent') = 'absent' AND (coalesce(w, 0) <> 0 OR s IS NOT NULL)",
    "target.approximate": "about",
    "target.unreachable": "t_kind = 'percent' AND t_op IN ('≥', '>') AND t_number >= 10000 AND part",
    "operator.doubled": "doubled",
    "operator.glyph-repaired": "glyph",
    "actual.operator": "signed",
    "actual.copies-target": "t_op IS NOT NULL AND t_text = a_text",
    "actual.missing": "coalesce(a_kind, 'absent') = 'absent' AND s > 0",
    "unit.missing": "t_number IS NOT NULL AND a_number IS NOT NULL AND unit IS NULL AND t_times = 1",
    "score.negative": "s < 0",
    "score.exceeds-weight": "s > w",
    "score.missing": "s IS NULL AND w > 0",
    "evidence.missing": "has_evidence AND unproved AND (s IS NOT NULL OR coalesce(w, 0) <> 0)",
    "reason.missing": "has_reason AND silent AND least(s, CASE WHEN formula THEN score END) < w",
    "score.deducted-though-met": "deducted",
    "score.differs-from-formula": """NOT deducted AND CASE WHEN formula THEN abs(s - score) > 1 AND NOT (coarse AND (score + 5) // 10 * 10 = s)
        ELSE s = w AND op IN ('≤', '<') AND numeric AND a > 0 AND b > a END""",
    "actual.vacuous": f"formula AND a = 0 AND b = 0 AND {_holds('reason', t.STOPPED)}",
    "rate.out-of-range": "formula AND a_unit = '%' AND share AND (a_number < 0 OR a_number > 10000)",
    "reason.although-met": f"formula AND met AND {_holds('reason', t.DENIALS)} AND NOT {_holds('reason', t.PARTIAL)}",
    "cost.contradicts-funds": f"""formula AND met AND unit = '%' AND control AND NOT own AND overspent
        AND NOT coalesce({_holds("criteria", t.OWN_BASE)}, false)""",
    "over-achievement.unexplained": """formula AND silent AND numeric AND CASE WHEN op IN ('≤', '<') THEN b > 0 AND 10::HUGEINT * a >= 13::HUGEINT * b
        ELSE a > 0 AND 10::HUGEINT * b >= 13::HUGEINT * a END""",
    "unit.magnitude-suspected": "formula AND numeric AND a >= 1000 AND b > 0 AND (5::HUGEINT * b <= a OR b >= 5::HUGEINT * a)",
    "weights.zero": "weighted AND (w = 0 OR (w IS NULL AND s IS NOT NULL))",
    "weights.concentrated": "w > CASE WHEN n >= 4 THEN 3000 ELSE 5000 END",
}
FORM_CODES = {
    "direction.undeclared": (t.FORM, "undeclared"),
    "actual.copies-target": (t.FORM, "numeric_rows >= 3 AND 5 * copied >= 4 * numeric_rows"),
    "weights.sum": (
        t.FORM,
        "coalesce(weights + coalesce(points, 0) <> 10000, false) OR coalesce(w_stated NOT IN (10000, 10000 - coalesce(points, 0)), false)",
    ),
    "total.missing": (t.FORM, "total_stated IS NULL"),
    "total.differs-from-sum": (t.FORM, "added <> total_stated AND NOT twice"),
    "weights.applied-twice": (t.FORM, "added <> total_stated AND twice"),
    "grade.mismatch": (t.FORM, f"stated_grade <> CASE {GRADE} ELSE '{t.GRADES[-1][0]}' END"),
    "score.uniformly-full": (t.FORM, "n >= 8 AND total_stated = 10000 AND full_rows = n AND (points IS NULL OR points = claimed)"),
    "funds.all-equal": (t.FUNDS, f"spent0 > 0 AND initial0 = adjusted0 AND adjusted0 = spent0 AND NOT {_holds('project_name', t.FIXED_COST)}"),
    "funds.no-budget": (t.FUNDS, "fund_lines > 0 AND coalesce(base, 0) = 0"),
    "funds.nothing-spent": (t.FUNDS, "base > 0 AND spent0 = 0"),
    "funds.spent-over-budget": (
        t.FUNDS,
        "((initial0 > 0 AND spent0 > initial0) OR (base > 0 AND spent0 > base)) AND NOT coalesce(spent0 <= adjusted0, false)",
    ),
    "score.exceeds-weight": (t.FUNDS, "claimed > points"),
    "score.negative": (t.FUNDS, "claimed < 0"),
    "score.differs-from-formula": (t.FUNDS, "abs(claimed - money) > 1 AND NOT (claimed_coarse AND (money + 5) // 10 * 10 = claimed)"),
    "execution-rate.missing": (
        t.FUND,
        "claimed IS NOT NULL AND list_contains(string_split(printed_amounts, ','), 'rate') AND (rate0 IS NULL OR rate0 IN ('', '无', '/', '—'))",
    ),
    "execution-rate.base-unclear": (
        t.FUNDS,
        f"""points IS NOT NULL AND spent0 IS NOT NULL AND greatest({_SCORES}) <> least({_SCORES}) AND NOT coalesce(
        {" AND ".join(f"coalesce({score} = claimed, false) = (base_name = '{name}')" for name, score in _BY_BASE.items())}, false)""",
    ),
    "funds.parts-do-not-sum": (t.FUNDS, f"NOT ({' AND '.join(_closed(name) for name in _AMOUNTS)})"),
    "funds.unspent-with-full-output": (t.FUNDS, "unspent"),
    "funds.results-exceed-spending": (
        t.FUNDS,
        """fund_lines > 0 AND points > 0 AND most > 0 AND NOT coalesce(unspent, false) AND CASE WHEN coalesce(base, 0) = 0 OR spent0 IS NULL
        THEN spent0 IS NOT NULL ELSE (gained > 0 AND 19 * gained::HUGEINT * points > 20 * got::HUGEINT * most) OR 5 * (base - spent0) > base END""",
    ),
}
FINDINGS = f"""
CREATE OR REPLACE TEMP TABLE lines AS
SELECT p.f, p.k, {_FEN}, {_cents("weight")} AS w, {_cents("stated_score")} AS s,
    length(stated_score) - strpos(stated_score, '.') = 1 AND contains(stated_score, '.') AS coarse, stated_rate,
    regexp_extract(stated_rate, '{t.RATE}', ['whole', 'decimals', 'sign']) AS shown
FROM (SELECT f, unnest(range(fund_lines))::INTEGER AS k FROM forms WHERE fund_lines > 0) p POSITIONAL JOIN
    read_parquet('{{part}}/funds.parquet');
CREATE OR REPLACE TEMP TABLE purse AS
SELECT f, {_PICKED}, first(w ORDER BY k) FILTER (w IS NOT NULL) AS points, first(s ORDER BY k) FILTER (s IS NOT NULL) AS claimed,
    first(coarse ORDER BY k) FILTER (s IS NOT NULL) AS claimed_coarse, max(stated_rate) FILTER (k = 0) AS rate0,
    max(w) FILTER (k = 0) AS w0, max(s) FILTER (k = 0) AS s0
FROM lines GROUP BY f;
CREATE OR REPLACE TEMP TABLE sums AS
SELECT f, count(*) AS n, CASE WHEN count(w) = count(*) THEN sum(w)::BIGINT END AS weights,
    CASE WHEN count(w) = count(*) THEN sum(carried)::BIGINT END AS carried,
    sum(s)::BIGINT AS added, CASE WHEN count(w) = count(*) AND count(s) = count(*) THEN sum(s * w)::BIGINT END AS twice,
    bool_or(coalesce(w, 0) <> 0) AS weighted, count(*) FILTER (numeric) AS numeric_rows, count(*) FILTER (numeric AND a = b AND bare) AS copied,
    bool_or(t_number IS NOT NULL AND t_op IS NULL) AS undeclared, count(*) FILTER (s = w) AS full_rows,
    sum(s) FILTER (s IS NOT NULL AND w <> 0)::BIGINT AS gained, sum(w) FILTER (s IS NOT NULL AND w <> 0)::BIGINT AS most,
    min(k) FILTER (w <> 0 AND (t_unit IS NULL OR t_unit = '分') AND t_number = w AND a_number = w) AS same,
    count(*) FILTER (w <> 0 AND (t_unit IS NULL OR t_unit = '分') AND t_number = w AND a_number = w) AS same_rows
FROM r GROUP BY f;
CREATE OR REPLACE TEMP TABLE totals AS
WITH known AS (
    SELECT forms.f, form, project_name, stated_grade, printed_amounts, fund_lines,
        {_column("evidence")} AS has_evidence, {_column("reason")} AS has_reason,
        {_cents("stated_weight")} AS w_stated, {_cents("forms.stated_score")} AS total_stated,
        purse.* EXCLUDE (f), sums.* EXCLUDE (f, added, twice), coalesce(adjusted0, allotted0, initial0) AS base,
        CASE WHEN adjusted0 IS NOT NULL THEN 'adjusted' WHEN allotted0 IS NOT NULL THEN 'allotted'
            WHEN initial0 IS NOT NULL THEN 'initial' END AS base_name,
        coalesce(sums.added + coalesce(claimed, 0), claimed) AS added,
        CASE WHEN points IS NULL AND claimed IS NULL THEN sums.twice ELSE sums.twice + points * claimed END AS doubly
    FROM forms LEFT JOIN purse ON forms.f = purse.f JOIN sums ON forms.f = sums.f
),
scored AS (
    SELECT *, CASE WHEN points IS NULL THEN NULL WHEN coalesce(base, 0) = 0 OR spent0 IS NULL THEN 0 WHEN spent0 >= base THEN points
        ELSE CAST((2::HUGEINT * points * spent0 + base) // (2::HUGEINT * base) AS BIGINT) END AS money,
        coalesce(initial0 > 0 AND spent0 > initial0, false) AS overspent, coalesce((2 * doubly + 10000) // 20000 = total_stated, false) AS twice
    FROM known
)
SELECT *, carried + coalesce(money, 0) AS total, coalesce(claimed, money) AS got,
    base > 0 AND spent0 IS NOT NULL AND points > 0 AND 5 * coalesce(claimed, money) < points AND 5 * gained > 4 * most AS unspent
FROM scored;
CREATE OR REPLACE TEMP TABLE flags AS
SELECT form, k, {", ".join(f"{test} AS c{t.CODE[code]}" for code, test in ROW_CODES.items())}
FROM (SELECT r.*, form, has_evidence, has_reason, overspent, weighted, n,
    coalesce(formula AND met AND s < w AND score >= w AND silent, false) AS deducted FROM r JOIN totals ON r.f = totals.f);
CREATE OR REPLACE TEMP TABLE findings AS
{" UNION ALL ".join(f"SELECT form, k AS row, {t.CODE[code]}::TINYINT AS code FROM flags WHERE c{t.CODE[code]}" for code in ROW_CODES)}
UNION ALL {" UNION ALL ".join(f"SELECT form, {row}, {t.CODE[code]}::TINYINT FROM totals WHERE {test}" for code, (row, test) in FORM_CODES.items())}
UNION ALL SELECT form, same, {t.CODE["actual.equals-weight"]}::TINYINT FROM totals WHERE same_rows >= 2
UNION ALL SELECT form, {t.FUND} - k, {t.CODE["funds.sub-row-counted"]}::TINYINT
    FROM lines JOIN totals USING (f) WHERE k > 0 AND lines.w = w0 AND lines.s = s0
UNION ALL SELECT form, {t.FUND} - k, {t.CODE["execution-rate.mismatch"]}::TINYINT FROM (
    SELECT form, k, spent, shown, CASE base_name WHEN 'adjusted' THEN coalesce(adjusted, allotted, initial)
        WHEN 'allotted' THEN coalesce(allotted, adjusted, initial) ELSE coalesce(initial, adjusted, allotted) END AS line_base,
        length(shown.decimals) AS places, CAST(shown.whole || shown.decimals AS BIGINT) AS digits
    FROM lines JOIN totals USING (f) WHERE shown.whole <> '' AND spent IS NOT NULL
) WHERE line_base > 0 AND (200::HUGEINT * {_tens("places")} * spent + line_base) // (2 * line_base) <> digits
    AND NOT (shown.sign = '' AND digits < 2 * {_tens("places")}
        AND (200::HUGEINT * {_tens("greatest(0, places - 2)")} * spent + line_base) // (2 * line_base) = digits * {_tens("greatest(0, 2 - places)")});
"""
