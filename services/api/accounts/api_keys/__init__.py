"""API keys: what scripts log in with."""
