"""Exports of a site's visits and events to a file for analysis or for another install, and imports of such files."""
