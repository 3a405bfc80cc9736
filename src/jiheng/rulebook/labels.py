"""What import knows of forms, as data: labels of fields and columns, wordings, templates. No place or file is named in code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jiheng.rulebook.decoding import Reading, compose


@dataclass(frozen=True, slots=True)
class Template:
    """A known layout: its id, kind of form, label sets that must all be printed, and labels that must not be."""

    id: str
    kind: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Aliases by meaning. Keys of ``fields`` are JSON pointers, of ``columns`` column roles, of ``amounts`` money columns, of ``words`` lexicons."""

    fields: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]
    amounts: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    templates: tuple[Template, ...]

    @classmethod
    def load(cls, directory: Path) -> Labels:
        """The lexicon of a pack directory.

        Raises:
            PackInvalidError: a file breaks its form.
        """
        path = directory / "labels.yaml"
        reading = Reading(path.name, {})
        entries = reading.mapping(compose(path, path.name))
        groups = {key: reading.decode(entries[key], dict[str, tuple[str, ...]]) for key in ("fields", "columns", "amounts", "words")}
        forms = directory / "templates.yaml"
        listed = Reading(forms.name, {})
        templates = listed.decode(listed.mapping(compose(forms, forms.name))["templates"], tuple[Template, ...])
        return cls(templates=templates, **groups)
