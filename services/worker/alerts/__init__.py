"""Alerts and reports: what is worth telling, and telling it, once each."""
