"""Dossier to something a person reads: terminal, Markdown, HTML."""
