from __future__ import annotations

import pytest

from jiheng.errors import PackInvalidError
from jiheng.rulebook import Rulebook
from jiheng.rulebook.labels import Template

LABELS = "fields:\n  /project_name: [项目名称]\ncolumns:\n  target: [年度指标值]\namounts:\n  allotted: [实际下达]\nwords:\n  total: [合计, 总分]\n"


def test_the_lexicon_of_import_is_read_from_data(own_rulebook: Rulebook) -> None:
    (own_rulebook.directory / "labels.yaml").write_text(LABELS, encoding="utf-8")
    (own_rulebook.directory / "templates.yaml").write_text("templates:\n  - {id: t, kind: project, all_of: [项目名称]}\n", encoding="utf-8")
    labels = own_rulebook.labels
    assert (labels.fields, labels.words) == ({"/project_name": ("项目名称",)}, {"total": ("合计", "总分")})
    assert labels.templates == (Template("t", "project", ("项目名称",)),)


def test_a_template_with_an_unknown_key_is_refused(own_rulebook: Rulebook) -> None:
    (own_rulebook.directory / "labels.yaml").write_text(LABELS, encoding="utf-8")
    (own_rulebook.directory / "templates.yaml").write_text("templates:\n  - {id: t, kind: project, some_of: []}\n", encoding="utf-8")
    with pytest.raises(PackInvalidError, match="不认识的键“some_of”"):
        _ = own_rulebook.labels
