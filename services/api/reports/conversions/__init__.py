"""How many visitors reached the goals of a site, and how far they came in its funnels."""
