"""Bots: a site's overrides and settings, limits of behavior, and a model that scores visitors."""
