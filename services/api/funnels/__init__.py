"""Funnels: steps that visitors should take one after another."""
