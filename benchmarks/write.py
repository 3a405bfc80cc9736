"""How fast forms are written, against peers in the same run: openpyxl, docxtpl, WeasyPrint. Prints one JSON object; times are CPU milliseconds.

The forms are invented in the benchmark itself; nothing outside the repository is read.
"""

from __future__ import annotations

import argparse
import json

from writing.docx import bench_docx
from writing.pdf import bench_pdf
from writing.xlsx import bench_xlsx


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="one line")
    options = parser.parse_args()
    result = {**bench_xlsx(), **bench_docx(), **bench_pdf()}
    print(json.dumps(result) if options.json else json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
