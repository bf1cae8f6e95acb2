"""Import of access logs: a client of the API that turns log lines into page views.

file -> lines -> fields -> page views only -> events with ids -> sorted by time -> batches -> API
"""
