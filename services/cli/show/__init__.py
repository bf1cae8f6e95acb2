"""Showing what the API answered: tables for people, JSON and CSV for programs."""
