"""How fast one form goes through, against a naive pydantic-and-Decimal loop in the same run.

Uses ../shared/forms/docs/000.txt where it is there, else the project's own example. Prints one JSON object; times are CPU milliseconds.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from pydantic import BaseModel

from jiheng import audit, importers, scoring
from jiheng.cli.intake import settled_rulebook
from jiheng.domain.codec import dumps, evaluation_to_json
from jiheng.pipeline import appraise

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT.parent / "shared" / "forms" / "docs" / "000.txt"
FORM = SEED if SEED.exists() else ROOT / "examples" / "口岸经贸.txt"
NUMBER = re.compile(r"(?P<op>[≥≤><=])?\s*(?P<approx>约)?(?P<number>-?\d+(?:\.\d+)?)(?P<times>[万亿])?(?P<unit>.*)")
TIMES = {None: Decimal(1), "万": Decimal(10) ** 4, "亿": Decimal(10) ** 8}


class NaiveValue(BaseModel):
    raw: str | None = None


class NaiveIndicator(BaseModel):
    name: str | None
    target: NaiveValue
    actual: NaiveValue
    weight: Decimal | None
    stated_score: Decimal | None
    reason: str | None
    evidence: list[str]


class NaiveForm(BaseModel):
    indicators: list[NaiveIndicator]


def naive_number(raw: str | None) -> Decimal | None:
    match = NUMBER.fullmatch(raw or "")
    return Decimal(match["number"]) * TIMES[match["times"]] if match else None


def naive(data: dict[str, object]) -> tuple[Decimal, int]:
    """What a first script would do: validate, score each row, sum, and a handful of checks."""
    form = NaiveForm.model_validate(data)
    total, problems = Decimal(0), 0
    for row in form.indicators:
        target, actual, weight = naive_number(row.target.raw), naive_number(row.actual.raw), row.weight or Decimal(0)
        score = row.stated_score or Decimal(0)
        if target and actual is not None:
            score = min(weight, weight * actual / target).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        total += score
        stated = row.stated_score or Decimal(0)
        checks = (stated != score, stated > weight, stated < 0, not row.evidence, stated < weight and not row.reason, target is None, actual is None)
        problems += sum(checks)
    return total, problems


def cpu_ms(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def start_seconds() -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([str(ROOT / "run"), "appraise", str(FORM), "--format", "json"], capture_output=True, check=False)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="one line")
    parser.add_argument("--forms", type=int, default=1000)
    options = parser.parse_args()
    source, rulebook = FORM.read_bytes(), settled_rulebook()
    dossier = appraise(source, FORM.name, rulebook=rulebook)[0]
    if dossier.evaluation is None or dossier.scorecard is None or dossier.on is None:
        sys.exit("the form could not be read")
    parsed = importers.parse(importers.recognise(importers.read(source, FORM.name), rulebook.labels)[0])
    law = rulebook.pack(dossier.scorecard.rulepack.id)

    def judged() -> object:
        case = scoring.interpret(parsed.evaluation, law, on=dossier.on, fields=parsed.fields)
        return audit.check(case, scoring.score(case), parsed.repairs)

    data = json.loads(json.dumps(evaluation_to_json(dossier.evaluation)))
    one = cpu_ms(lambda: appraise(source, FORM.name, rulebook=rulebook), 100)
    peer = cpu_ms(lambda: naive(data), 300)
    start = time.process_time()
    for _ in range(options.forms):
        for done in appraise(source, FORM.name, rulebook=rulebook):
            dumps(done)
    per_second = options.forms / (time.process_time() - start)
    result = {
        "form": FORM.name,
        "findings": len(dossier.findings),
        "ms_text_to_dossier": round(one, 3),
        "ms_score_and_audit": round(cpu_ms(judged, 200), 3),
        "forms_per_cpu_second": round(per_second, 1),
        "seconds_from_process_start": round(start_seconds(), 3),
        "ms_naive_score_and_7_checks": round(peer, 3),
        "ratio_naive": round(one / peer, 2),
        "rules": len(audit.RULES),
    }
    print(json.dumps(result, ensure_ascii=False, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
