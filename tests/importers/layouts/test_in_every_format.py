"""The same layouts as Word, old Word and PDF files, laid out by LibreOffice: recognition must not notice the format."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from importers.layouts import (
    test_department,
    test_hubei,
    test_label_variants,
    test_mixed,
    test_national,
    test_other,
    test_poverty,
    test_transfer,
    test_yunnan_sichuan,
)
from importers.layouts.forms import Form

FORMS: list[Form] = [
    form
    for module in (
        *(test_department, test_hubei, test_label_variants, test_mixed, test_national),
        *(test_other, test_poverty, test_transfer, test_yunnan_sichuan),
    )
    for form in module.FORMS
]
FILTERS = {"docx": "docx", "doc": "doc", "pdf": "pdf:writer_web_pdf_Export"}


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], bytes]:
    """All forms in one call per format, made when the first of them is asked for."""
    folder = tmp_path_factory.mktemp("forms")
    pages = []
    for number, form in enumerate(FORMS):
        page = folder / f"{number}.html"
        ruled = form.as_html().decode().replace("<table", '<table border="1" style="border-collapse:collapse"')
        page.write_text(ruled.replace("<html>", '<html><head><meta charset="utf-8"></head>', 1), encoding="utf-8")
        pages.append(str(page))

    def one(ending: str, number: int) -> bytes:
        out = folder / ending
        if not out.exists():
            command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--infilter=HTML (StarWriter)"]
            command += ["--convert-to", FILTERS[ending], "--outdir", str(out), *pages]
            subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603 - our own words
        return (out / f"{number}.{ending}").read_bytes()

    return one


@pytest.mark.parametrize("number", range(len(FORMS)), ids=[form.name.partition(":")[0] for form in FORMS])
@pytest.mark.parametrize("ending", list(FILTERS))
@pytest.mark.xdist_group("office")
def test_a_layout_reads_the_same_in_every_format(converted: Callable[[str, int], bytes], ending: str, number: int) -> None:
    assert FORMS[number].wrong_in(converted(ending, number), f"表.{ending}") == []
