"""The batch in SQL: DuckDB, exact in whole numbers (HUGEINT for products), each distinct value text read once, a partition at a time."""

# ruff: noqa: S608 - only the words of the law enter the SQL

from __future__ import annotations

from itertools import product
from pathlib import Path

import duckdb
from batching import terms as t
from batching.duckdb_codes import FINDINGS

_SIGNS = ("≥", "≤", ">", "<", "=", ">=", "<=", "≧", "≦", "═")
_PAIRS = {
    first + second: t.MARKS[first] for first, second in product(_SIGNS, _SIGNS) if t.MARKS[first] == t.MARKS[second] and first + second not in t.MARKS
}


def listed(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def holds(column: str, words: tuple[str, ...]) -> str:
    return f"regexp_matches({column}, '{'|'.join(words)}')"


def _tier(names: tuple[str, ...], low: int, high: int, *, inclusive: bool) -> str:
    """The stated score where it lies in the range of a tier."""
    least = f"(w * {low} + 5) // 10"
    most = f"(w * {high} + 5) // 10" if inclusive else f"greatest({least}, (w * {high} + 5) // 10 - 1)"
    return f"            WHEN a_text IN {listed(names)} THEN CASE WHEN s BETWEEN {least} AND {most} THEN s END"


def _mapped(texts: dict[str, str]) -> str:
    return "MAP {" + ", ".join(f"'{key}': '{value}'" for key, value in texts.items()) + "}"


PLAIN = "translate(raw, '０１２３４５６７８９％．，', '0123456789%.,')"
_TIERS = "\n".join(_tier(names, low, high, inclusive=inclusive) for names, low, high, inclusive in t.TIERS)
MONTH_END = "[" + ", ".join(map(str, t.MONTH_END)) + "]"
ROWS = """
CREATE OR REPLACE TEMP TABLE forms AS SELECT file_row_number AS f, * FROM read_parquet('{part}/forms.parquet', file_row_number = true);
CREATE OR REPLACE TEMP TABLE raw AS
SELECT p.f, p.k, level2, name, target, actual, unit_column, reason, criteria, evidence,
    CAST(CAST(weight AS DECIMAL(12, 2)) * 100 AS BIGINT) AS w, CAST(CAST(stated_score AS DECIMAL(12, 2)) * 100 AS BIGINT) AS s,
    length(stated_score) - strpos(stated_score, '.') = 1 AND contains(stated_score, '.') AS coarse
FROM (SELECT f, unnest(range(indicators))::INTEGER AS k FROM forms) p POSITIONAL JOIN read_parquet('{part}/indicators.parquet');
"""
VALUES = f"""
CREATE OR REPLACE TEMP TABLE v AS
WITH texts AS (SELECT raw, {PLAIN} AS text FROM (SELECT target AS raw FROM raw UNION SELECT actual FROM raw) WHERE raw IS NOT NULL),
read AS (
    SELECT raw, text, regexp_extract(text, '{t.NUMBER}', ['first', 'about', 'second', 'whole', 'decimals', 'times', 'unit', 'suffix']) AS n,
        regexp_extract(text, '{t.DATE}', ['year', 'month', 'day', 'end']) AS d,
        CASE WHEN text IN {listed(t.ABSENT)} THEN 'absent' WHEN regexp_matches(text, '{t.PLACEHOLDER}') THEN 'placeholder' END AS word
    FROM texts
),
kinds AS (
    SELECT *, n.first || n.second AS mark, coalesce(word, CASE WHEN d.month <> '' THEN 'date' WHEN n.whole <> '' THEN
        CASE WHEN n.unit = '%' THEN 'percent' ELSE 'quantity' END WHEN text IN {listed(t.GRADE_WORDS)} THEN 'grade' ELSE 'text' END) AS kind
    FROM read
)
SELECT raw, text, kind,
    CASE WHEN kind IN ('percent', 'quantity') THEN
        CASE WHEN mark = '' THEN {_mapped(t.SUFFIXES)}[n.suffix] ELSE {_mapped(t.MARKS | _PAIRS)}[mark] END END AS op,
    mark = '达到' AND n.suffix = '' AS spoken, mark IN {listed(tuple(_PAIRS))} AS doubled, n.about <> '' AS about,
    kind IN ('percent', 'quantity') AND regexp_matches(raw, '{t.GLYPHS}') AS glyph,
    CASE WHEN kind IN ('percent', 'quantity') THEN CAST(replace(n.whole, ',', '') || rpad(n.decimals, 2, '0') AS BIGINT)
        * CASE n.times WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END END AS number,
    CASE WHEN kind IN ('percent', 'quantity') THEN nullif(n.unit, '') END AS unit,
    CASE n.times WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END AS times,
    CASE WHEN kind = 'date' AND d.year <> '' AND (d.day <> '' OR d."end" <> '') THEN CAST(d.year AS INTEGER) * 10000 + CAST(d.month AS INTEGER) * 100
        + CASE WHEN d.day <> '' THEN CAST(d.day AS INTEGER) ELSE {MONTH_END}[CAST(d.month AS INTEGER)] END END AS day
FROM kinds;
CREATE OR REPLACE TEMP TABLE names AS
SELECT name, {holds("name", t.DIRECTION.negative_words)} AND NOT {holds("name", t.EXCUSING)} AS negative, contains(name, '率') AS rate,
    regexp_matches(name, '({"|".join(t.RATE_ENDINGS)})$') AND NOT {holds("name", t.RATE_OPEN)} AS share,
    {holds("name", t.PART_OF_WHOLE)} AS part, {holds("name", t.CONTROL)} AS control, {holds("name", t.OWN_BASE)} AS own
FROM (SELECT DISTINCT name FROM raw);
"""
SCORED = f"""
CREATE OR REPLACE TEMP TABLE r AS
WITH joined AS (
    SELECT raw.*, x.text AS t_text, x.kind AS t_kind, x.op AS t_op, x.number AS t_number, x.unit AS t_unit, x.day AS t_day, x.about,
        x.times AS t_times,
        coalesce(x.doubled OR y.doubled, x.doubled, y.doubled, false) AS doubled, coalesce(x.glyph OR y.glyph, x.glyph, y.glyph, false) AS glyph,
        y.text AS a_text, y.kind AS a_kind, y.op AS a_op, y.number AS a_number, y.unit AS a_unit, y.day AS a_day, y.times AS a_times,
        y.op IS NOT NULL AND NOT y.about AND NOT y.spoken AS signed,
        names.* EXCLUDE (name), contains(level2, '成本') AS cost,
        CASE WHEN unit_column LIKE '万_%' THEN 10000 WHEN unit_column LIKE '亿_%' THEN 100000000 ELSE 1 END AS o_times,
        CASE WHEN unit_column LIKE '万_%' OR unit_column LIKE '亿_%' THEN substr(unit_column, 2) ELSE unit_column END AS o_unit,
        reason IS NULL OR reason IN {listed(tuple(word for word in t.NOTHING if word != chr(92)))} AS silent,
        evidence IS NULL AS bare, evidence IS NULL OR evidence IN ('["无"]', '["/"]') AS unproved
    FROM raw LEFT JOIN v x ON raw.target = x.raw LEFT JOIN v y ON raw.actual = y.raw LEFT JOIN names ON raw.name = names.name
),
united AS (
    SELECT *, coalesce(t_unit, a_unit, o_unit) AS unit, t_unit IS NULL OR a_unit IS NULL OR t_unit = a_unit AS fits,
        coalesce(t_op, CASE WHEN negative OR cost THEN '≤' ELSE '≥' END) AS op,
        t_number * CASE WHEN t_unit IS NOT NULL OR t_times > 1 THEN 1 WHEN a_unit IS NOT NULL THEN a_times ELSE o_times END AS a0,
        a_number * CASE WHEN a_unit IS NOT NULL OR a_times > 1 THEN 1 WHEN t_unit IS NOT NULL THEN t_times ELSE o_times END AS b0,
        CASE WHEN t_unit = '%' AND a_unit IS NULL THEN a_number > 0 AND a_number <= 100 AND t_number > 100
            WHEN a_unit = '%' AND t_unit IS NULL THEN t_number > 0 AND t_number <= 100 AND a_number > 100 ELSE false END AS odd
    FROM joined
),
pairs AS (
    SELECT *, CASE WHEN numeric THEN a0 END AS a, CASE WHEN numeric THEN b0 END AS b,
        CASE WHEN numeric THEN CASE WHEN op IN ('≤', '<') THEN b0 <= a0 ELSE b0 >= a0 END END AS met
    FROM (SELECT *, a0 IS NOT NULL AND b0 IS NOT NULL AND fits AND NOT odd AS numeric FROM united)
),
exact AS (
    SELECT *, CASE WHEN w IS NULL THEN NULL
        WHEN numeric AND t_op IS NULL AND NOT negative AND cost AND rate AND unit = '%' THEN CASE WHEN a = b THEN w END
        WHEN numeric AND a = 0 THEN CASE WHEN op IN ('≥', '>') OR b <= 0 THEN w ELSE 0 END
        WHEN numeric AND op IN ('≤', '<') THEN CASE WHEN greatest(b, 0) <= a THEN w END
        WHEN numeric THEN CASE WHEN b >= a THEN w ELSE CAST((2::HUGEINT * w * greatest(b, 0) + a) // (2::HUGEINT * a) AS BIGINT) END
        WHEN numeric OR NOT fits OR t_kind = 'placeholder' THEN NULL
        WHEN t_kind = 'date' AND a_kind = 'date' THEN CASE WHEN a_day <= t_day THEN w END
        WHEN t_kind = 'grade' AND t_text IN {listed((*t.YES, *t.NO))} AND a_text IN {listed((*t.YES, *t.NO))} THEN
            CASE WHEN (a_text IN {listed(t.YES)}) = (t_text IN {listed(t.YES)}) THEN w ELSE 0 END
        END AS earned
    FROM pairs
),
judged AS (
    SELECT *, CASE WHEN w IS NULL OR numeric OR earned IS NOT NULL OR NOT fits THEN NULL
        WHEN t_kind = 'grade' AND t_text IN {listed((*t.YES, *t.NO))} THEN CASE WHEN s BETWEEN 0 AND w THEN s END
        WHEN t_kind IN ('text', 'grade') AND coalesce(a_kind, 'absent') IN ('text', 'grade', 'absent') THEN CASE
{_TIERS}
        END END AS held
    FROM exact
)
SELECT f, k, w, s, coarse, t_kind, t_text, t_op, t_number, t_unit, t_times, a_kind, a_text, a_number, a_unit, about, doubled, glyph, signed,
    name, criteria, reason, share, part, control, own, unit, op, numeric, a, b, met, silent, bare, unproved,
    earned IS NOT NULL AS formula, coalesce(earned, held) AS score, coalesce(earned, held, greatest(0, least(coalesce(s, 0), w))) AS carried
FROM judged ORDER BY f, k;
"""


def run(data: Path, out: Path) -> int:
    base, rows = duckdb.connect(), 0
    out.mkdir(parents=True, exist_ok=True)
    for index, part in enumerate(t.parts(data)):
        base.execute(ROWS.format(part=part))
        base.execute(VALUES)
        base.execute(SCORED)
        base.execute(FINDINGS.replace("{part}", str(part)))
        for name, query in (
            ("scores", "SELECT score FROM r ORDER BY f, k"),
            ("totals", "SELECT form, total, money FROM totals ORDER BY f"),
            ("findings", "SELECT form, row, code FROM findings"),
        ):
            (out / name).mkdir(exist_ok=True)
            base.execute(f"COPY ({query}) TO '{out / name / f'{index}.parquet'}' (FORMAT parquet)")
        found = base.execute("SELECT count(*) FROM r").fetchone()
        rows += int(found[0]) if found else 0
    base.close()
    return rows


if __name__ == "__main__":
    t.measured(run)
