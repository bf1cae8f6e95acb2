"""What happens on a site right now."""
