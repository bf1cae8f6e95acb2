"""Sites: who may see them, how they are made, and what the collector is told of them."""
