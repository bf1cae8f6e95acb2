"""API surfaces of other products, for clients that people already have."""
