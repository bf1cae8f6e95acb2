"""The people who may log in, as administrators manage them."""
