"""Bringing in what a web server has logged: a pure client of the API.

file -> lines -> fields -> pages only -> event with an id of its own -> in order of time -> batches -> API
"""
