"""Authentication: passwords, access tokens, refresh tokens and second factors."""
