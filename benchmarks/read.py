"""How fast files become Documents, against the libraries people use for it, in one run; and whole forms with the sandbox on.

Uses ../shared/forms/docs where it is there, else files made from the project's own example. Prints one JSON object: CPU milliseconds, ratios.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import docx as python_docx
import openpyxl
import pdfplumber
import xlsxwriter

from jiheng.cli.intake import settled_rulebook
from jiheng.domain.codec import dumps
from jiheng.importers.readers import docx, pdf, scan, xlsx
from jiheng.importers.sandbox import default_sandbox
from jiheng.pipeline import appraise

ROOT = Path(__file__).resolve().parents[1]
FORMS = ROOT.parent / "shared" / "forms" / "docs"
TEXT_FORMATS = ("xlsx", "docx", "html", "pdf", "txt")


def corpus(ending: str) -> list[bytes]:
    found = sorted(path for path in FORMS.glob(f"*.{ending}") if ".scan." not in path.name) if FORMS.exists() else []
    return [path.read_bytes() for path in found] or [own(ending)]


def own(ending: str) -> bytes:
    """The project's example in another format, where the corpus is absent."""
    rows = [line.split("\t") for line in (ROOT / "examples" / "口岸经贸.txt").read_text(encoding="utf-8").splitlines()]
    out = io.BytesIO()
    if ending == "xlsx":
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
        return out.getvalue()
    if ending == "docx":
        document = python_docx.Document()
        table = document.add_table(len(rows), max(map(len, rows)))
        for index, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(index, column).text = text
        document.add_paragraph("")
        document.save(out)
        return out.getvalue()
    if ending == "html":
        return (ROOT / "examples" / "口岸经贸.html").read_bytes()
    if ending == "txt":
        return (ROOT / "examples" / "口岸经贸.txt").read_bytes()
    sys.exit("a pdf needs the corpus in ../shared")


def with_openpyxl(source: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(source))
    cells = 0
    for sheet in book.worksheets:
        cells += len(sheet.merged_cells.ranges)
        for row in sheet.iter_rows():
            cells += sum(cell.value is not None and cell.number_format is not None for cell in row)
    return cells


def with_python_docx(source: bytes) -> int:
    document = python_docx.Document(io.BytesIO(source))
    in_tables = sum(len(cell.text) for table in document.tables for row in table.rows for cell in row.cells)
    return in_tables + sum(len(paragraph.text) for paragraph in document.paragraphs)


def with_pdfplumber(source: bytes) -> int:
    with pdfplumber.open(io.BytesIO(source)) as document:
        return sum(len(page.extract_tables()) for page in document.pages)


def cpu_ms(work: Callable[[bytes], object], sources: list[bytes], rounds: int) -> float:
    """Median over the rounds of the CPU milliseconds per file."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for source in sources:
            work(source)
        times.append((time.process_time() - start) * 1000 / len(sources))
    return statistics.median(times)


def ratios() -> dict[str, object]:
    contests: Iterable[tuple[str, Callable[[bytes], object], str, Callable[[bytes], object]]] = (
        ("xlsx", xlsx.read, "openpyxl", with_openpyxl),
        ("docx", docx.read, "python_docx", with_python_docx),
        ("pdf", pdf.read, "pdfplumber", with_pdfplumber),
    )
    found: dict[str, object] = {}
    for ending, ours, peer, theirs in contests:
        sources = corpus(ending)
        ours(sources[0])
        theirs(sources[0])
        mine, other = cpu_ms(ours, sources, 5), cpu_ms(theirs, sources, 2)
        found |= {f"ms_{ending}": round(mine, 2), f"ms_{peer}": round(other, 2), f"ratio_{peer}": round(other / mine, 1)}
    return found


def scans(pages: int) -> dict[str, object]:
    """Wall seconds per scanned page, the models loaded."""
    sources = sorted(FORMS.glob("*.scan.pdf")) if FORMS.exists() else []
    if not sources:
        return {"seconds_per_scanned_page": None}
    read = 0
    scan.read(sources[-1].read_bytes())
    start = time.perf_counter()
    for path in sources:
        reading = scan.read(path.read_bytes())
        read += max((cell.anchor.page or 1) for block in reading.blocks if hasattr(block, "cells") for cell in block.cells)
        if read >= pages:
            break
    return {"seconds_per_scanned_page": round((time.perf_counter() - start) / read, 2), "scanned_pages": read}


def through(forms: int) -> dict[str, object]:
    """Forms of five formats in equal parts to dossiers as JSON, readers behind the sandbox; CPU of this process and its workers together."""
    rulebook = settled_rulebook()
    by_ending = {ending: corpus(ending) for ending in TEXT_FORMATS}
    queue = [(ending, by_ending[ending][index % len(by_ending[ending])]) for index in range(forms // len(TEXT_FORMATS)) for ending in TEXT_FORMATS]
    for ending in TEXT_FORMATS:
        appraise(by_ending[ending][0], f"表.{ending}", rulebook=rulebook)
    start, wall = cpu_of_all(), time.perf_counter()
    for ending, source in queue:
        for dossier in appraise(source, f"表.{ending}", rulebook=rulebook):
            dumps(dossier)
    here, elapsed = time.process_time() - start[0], time.perf_counter() - wall
    default_sandbox().close()
    workers = cpu_of_all()[1] - start[1]
    return {
        "forms": len(queue),
        "forms_per_cpu_second": round(len(queue) / (here + workers), 1),
        "forms_per_second_one_after_another": round(len(queue) / elapsed, 1),
    }


def cpu_of_all() -> tuple[float, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), children.ru_utime + children.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="one line")
    parser.add_argument("--forms", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=4)
    options = parser.parse_args()
    result = {**ratios(), **through(options.forms), **scans(options.pages)}
    print(json.dumps(result, ensure_ascii=False, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
