"""Dossier → Layout: what stands where on the paper, before any file format. ``model`` holds the values, the other files build them."""
