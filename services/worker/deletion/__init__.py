"""Deletes data for good: beyond a site's data retention, of deleted sites, and expired data on Redis' disk."""
