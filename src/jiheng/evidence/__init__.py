"""Ledgers: tables of records → a measured actual value with the cells it came from."""
