"""What was filtered as bots, by which rule, and what a site wants otherwise."""
