"""How far the counting in advance is, and having it done anew."""
