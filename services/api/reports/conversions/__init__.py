"""Conversions: counts how many visitors reach a site's goals, and each step of its funnels."""
