"""API keys, with which scripts authenticate."""
