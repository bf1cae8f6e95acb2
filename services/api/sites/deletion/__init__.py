"""Deletions of sites: asked for here, done in the background by the worker, watched here."""
