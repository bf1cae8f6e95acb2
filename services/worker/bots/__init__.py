"""Who counts as a program: what a site wants beside what the rules say, and what visitors' behaviour says."""
