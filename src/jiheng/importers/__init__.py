"""Two steps in: ``read`` knows formats and no forms, ``recognise`` and ``parse`` know forms and no formats."""

from jiheng.importers.parse import Parsed, parse
from jiheng.importers.reading import read, warm
from jiheng.importers.recognise import Draft, recognise

__all__ = ["Draft", "Parsed", "parse", "read", "recognise", "warm"]
