"""Insights of a site: the forecast of its next days, anomalies of the past ones, and a summary.

A worker that ingests imports only ``services.worker.insights.runs``. It starts ``python -m services.worker.insights``
as a separate process, so that the memory and processor time of the models are freed when it exits.
"""
