"""Makes the example folders of the invented city 云汀市 anew: ``python examples/make_records.py``. Nothing in them is real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import city_forms
import city_mistakes
import city_records
from making import Table, write_table

HERE = Path(__file__).resolve().parent
CITY = "云汀市"


def make(target: Path) -> None:
    """Write both projects below ``target``."""
    first, second = target / CITY / city_forms.TRADE.name, target / CITY / city_mistakes.PROJECT.name
    project(first, city_forms.TRADE, city_forms.TRADE_BINDINGS, city_records.TABLES)
    project(second, city_mistakes.PROJECT, city_mistakes.BINDINGS, city_mistakes.TABLES)
    (second / "应查出.yaml").write_text(city_mistakes.FOUND, encoding="utf-8")


def project(folder: Path, form: city_forms.Project, bindings: str, tables: Sequence[Callable[[], Table]]) -> None:
    """Write one project: its form, its list of ledgers, its ledgers."""
    ledgers = folder / "台账"
    ledgers.mkdir(parents=True, exist_ok=True)
    (folder / "自评表.txt").write_text(city_forms.form(form), encoding="utf-8")
    (ledgers / "台账.yaml").write_text(bindings, encoding="utf-8")
    for table in tables:
        write_table(ledgers, table())


if __name__ == "__main__":
    make(HERE)
