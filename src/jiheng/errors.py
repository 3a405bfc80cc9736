"""Every error Jiheng raises on purpose, drawn as one tree.

JihengError
├── UnreadableFileError          a source file cannot be read; carries a ``file.*`` finding code
├── RuleBookError
│   ├── PackInvalidError         a pack, form or ledger file breaks its schema; carries file and line
│   ├── PackUnknownError         no pack has that id
│   └── NoPackInForceError       no pack of the place is in force on the date
├── QuantityError
│   └── DimensionMismatchError   two quantities that cannot be compared or added
├── WaiverInvalidError           a waiver names no row, or no treatment
├── DossierInvalidError          JSON that is no dossier of this version
├── DataSetError                 a folder of columns that cannot be read or written; carries a ``columns.*`` code
├── LedgerUnboundError           a binding of a ledger names no row of the form, or several
├── LedgerSourceError            the records of a ledger cannot be fetched: file, database or interface
├── EngineError                  work over many row groups that cannot be carried out; carries an ``engine.*`` code
├── ExportError
│   ├── FormUnknownError         no official form has that id, or none serves the layout
│   ├── WriterMissingError       what a format needs is not installed
│   └── NotAnnotatableError      a file of this format cannot carry comments
└── WorkflowError
    ├── WrongStateError          the action does not exist in this state
    ├── WrongRoleError           the role may not take the action
    └── StaleRevisionError       somebody else has changed the filing meanwhile

Bad user data never surfaces as one of these: the pipeline turns them into findings. Messages are Chinese and say what to do.
"""

from __future__ import annotations

from typing import Any


class JihengError(Exception):
    """Root of the tree; ``str(error)`` is a Chinese sentence fit for a user. It comes whole out of another process."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[JihengError], args: tuple[Any, ...], state: dict[str, Any]) -> JihengError:
    """An error as it was: what it was made of need not be what it says."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class UnreadableFileError(JihengError):
    """A source file that cannot be read; ``code`` is one of the ``file.*`` finding codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RuleBookError(JihengError):
    """Something is wrong with the rule packs or the choice of one."""


class PackInvalidError(RuleBookError):
    """A file of rules (pack, form, ledger, bindings) breaks its schema; the message names file and line."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file} 第 {line} 行：{message}")
        self.file = file
        self.line = line
        self.what = message


class PackUnknownError(RuleBookError):
    """No pack has the requested id."""


class NoPackInForceError(RuleBookError):
    """The place has packs, or none at all, but none is in force on the date."""


class QuantityError(JihengError):
    """A quantity was used in a way its unit forbids."""


class DimensionMismatchError(QuantityError):
    """Two quantities of different dimensions were compared or added."""


class WaiverInvalidError(JihengError):
    """A waiver names a row that does not exist or a treatment the pack does not allow."""


class DossierInvalidError(JihengError):
    """A JSON text is no dossier of a version this program knows."""


class DataSetError(JihengError):
    """A data set of columns that cannot be read or written.

    ``code``: ``columns.`` missing, foreign, newer, misaligned, busy, unwritable or not-installed.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LedgerUnboundError(JihengError):
    """A binding that cannot be given to one row of the form; ``subject`` is what it names."""

    def __init__(self, subject: str, message: str) -> None:
        super().__init__(message)
        self.subject = subject


class LedgerSourceError(JihengError):
    """A source of a ledger's records that cannot be read: which one, what is wrong, what to do. No password stands in it."""

    def __init__(self, source: str, what: str, todo: str) -> None:
        super().__init__(f"台账来源“{source}”{what}。{todo}")
        self.source = source
        self.what = what
        self.todo = todo


class EngineError(JihengError):
    """Work over many row groups that cannot be carried out.

    ``code``: ``engine.`` lost, failed, not-installed, unreachable, foreign, busy or unwritable.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ExportError(JihengError):
    """Something cannot be written."""


class FormUnknownError(ExportError):
    """No official form has the requested id, or none serves the recognised layout."""


class WriterMissingError(ExportError):
    """A format's writer needs a package that is not installed; the message says how to install it."""


class NotAnnotatableError(ExportError):
    """The file's format cannot carry comments; the message names the other way."""


class WorkflowError(JihengError):
    """An action on a filing is not possible."""


class WrongStateError(WorkflowError):
    """The action does not exist in the filing's present state."""


class WrongRoleError(WorkflowError):
    """The acting role may not take this action in this state."""


class StaleRevisionError(WorkflowError):
    """The filing has moved on since the caller last read it."""
