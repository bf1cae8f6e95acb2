"""Who may see a site: the users that it lists."""
