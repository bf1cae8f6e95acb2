"""Funnels: goals, pages or events that visitors should reach in order."""
