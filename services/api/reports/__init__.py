"""Reports: parameters (params) → plan (plan) → counts from rollups or raw rows → metrics of a response (service)."""
