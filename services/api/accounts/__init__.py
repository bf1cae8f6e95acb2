"""Accounts: login, profiles, users, API keys and request signatures."""
