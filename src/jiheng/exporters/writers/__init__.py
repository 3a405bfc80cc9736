"""Layout → bytes, one file per format. Each writer knows its format and no form."""
