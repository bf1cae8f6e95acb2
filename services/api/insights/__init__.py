"""Forecast, anomalies and key figures, which the worker computes every night."""
