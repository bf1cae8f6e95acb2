"""Printing API responses: tables for people, JSON and CSV for scripts."""
