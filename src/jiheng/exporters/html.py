"""The HTML report: one self-contained file, the form as paper with the findings in the margin. The only door to Jinja2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from jiheng import __version__
from jiheng.domain.codec import digest
from jiheng.domain.dossier import Dossier
from jiheng.exporters.paper import lay_out


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("jiheng.exporters", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def page(template: str, **values: object) -> str:
    """A page of one of the templates, every value escaped."""
    return _template(template).render(version=__version__, **values)


def render(dossiers: Sequence[Dossier], law_titles: Mapping[str, str]) -> str:
    """One HTML page for all dossiers; ``law_titles`` gives each pack id its title. Loads nothing from outside."""
    papers = [lay_out(dossier, _law_title(dossier, law_titles)) for dossier in dossiers]
    digests = [digest(dossier) for dossier in dossiers]
    return page("report.html", papers=papers, digests=digests)


def _law_title(dossier: Dossier, titles: Mapping[str, str]) -> str:
    if dossier.scorecard is None:
        return "—"
    pack = dossier.scorecard.rulepack.id
    return titles.get(pack, pack)
