"""Accounts: authentication, the caller's profile, users, API keys and request signatures."""
