"""Frozen values of the trade. Imports nothing but the standard library and ``errors``."""
