"""Engines: who does the units of a job. ``port`` says what an engine is; ``local`` is this machine, ``cluster`` is Ray; ``choice`` picks one."""
