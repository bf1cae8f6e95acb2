"""Alerts: what somebody wants to be told of a site, and where to. The worker looks and tells."""
