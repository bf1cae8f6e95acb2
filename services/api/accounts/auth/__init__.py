"""Who calls: passwords, access tokens, refresh tokens."""
