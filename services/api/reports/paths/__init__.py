"""Which pages visitors go through, from one to the next."""
