"""The users of an install, as administrators manage them."""
