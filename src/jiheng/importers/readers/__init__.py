"""importers/readers."""
