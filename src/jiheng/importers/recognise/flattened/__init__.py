"""Forms that have lost their table: a cell a line, columns by blanks, or text run together, rebuilt as tables before they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jiheng.domain.document import Document, Paragraph, Table
from jiheng.importers.recognise.flattened.atoms import Shape, atoms_of, fields_of, literal
from jiheng.importers.recognise.flattened.sections import Sections
from jiheng.importers.recognise.flattened.vocabulary import Meaning, Vocabulary, vocabulary_of
from jiheng.rulebook.labels import Labels

FEWEST_LABELS = 4
FEWEST_FOUND = 4
MOST_PARAGRAPHS = 5_000
MOST_ATOMS = 20_000


def rebuilt(document: Document, labels: Labels) -> Document:
    """The document with its flattened runs of paragraphs as tables; the very same document where there are none.

    Every rebuilt cell carries the line and the literal text it came from. What cannot be told with certainty stays a paragraph.
    """
    words = vocabulary_of(labels)
    if any(isinstance(block, Table) and _is_form(block, words) for block in document.blocks):
        return document
    blocks: list[Paragraph | Table] = []
    run: list[Paragraph] = []
    for block in [*document.blocks, None]:
        if isinstance(block, Paragraph):
            run.append(block)
            continue
        blocks.extend(_rebuilt(run, words))
        run = []
        if block is not None:
            blocks.append(block)
    return document if tuple(blocks) == document.blocks else replace(document, blocks=tuple(blocks))


def _is_form(table: Table, words: Vocabulary) -> bool:
    known: set[Meaning] = set()
    for cell in table.cells:
        if cell.text and _telling(meaning := words.meaning(cell.text)):
            known.add(meaning)
            if len(known) >= 3:
                return True
    return False


def _telling(meaning: Meaning) -> bool:
    return bool(meaning.pointer or meaning.column or meaning.amount)


def _rebuilt(run: Sequence[Paragraph], words: Vocabulary) -> Sequence[Paragraph | Table]:
    if not run or len(run) > MOST_PARAGRAPHS:
        return run
    shape = shape_of(run, words)
    if shape is None:
        return run
    atoms = atoms_of(run, shape, words)
    if len(atoms) > MOST_ATOMS:
        return run
    sections = Sections(atoms, words, shape)
    sections.read()
    return sections.builder.finished() if sections.found >= FEWEST_FOUND else run


def shape_of(run: Sequence[Paragraph], words: Vocabulary) -> Shape | None:
    """How a run of paragraphs lost its table, None where it holds no form."""
    parts = {
        Shape.CELLS: [[block.text] for block in run],
        Shape.FIELDS: [found for block in run if len(found := [text for _, text in fields_of(literal(block))]) > 1],
        Shape.BLANKS: [found for block in run if len(found := block.text.split()) > 1],
    }
    counts = {kind: len({m for line in lines for text in line if (m := words.meaning(text)).known}) for kind, lines in parts.items()}
    shape = max(counts, key=lambda kind: (counts[kind], -kind))
    glued = len({m for block in run for label in words.inside(block.text) if (m := words.meaning(label)).known})
    if glued > 2 * counts[shape] and glued >= FEWEST_LABELS:
        return Shape.RUN
    return shape if counts[shape] >= FEWEST_LABELS else None


__all__ = ["rebuilt"]
