# Tasks of the project; `./test` sets everything up and runs `just check` and `just tests`.

# format, lint, types, imports, docs
check:
    ruff format --check src tests benchmarks
    ruff check src tests benchmarks
    mypy
    lint-imports
    NO_MKDOCS_2_WARNING=1 mkdocs build --quiet --strict --site-dir build/site

# every test, with branch coverage of the core
tests:
    pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

# put formatting and simple lint right
fix:
    ruff format src tests benchmarks
    ruff check --fix src tests benchmarks

# long property runs
nightly:
    HYPOTHESIS_PROFILE=nightly JIHENG_NIGHTLY=1 pytest -n 2

# mutation testing of the scoring rules (not in CI)
mutants:
    uvx mutmut run
