"""The caller's own account: username, password, sessions and second factor."""
