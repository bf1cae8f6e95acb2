"""Goals: pages to view or events to trigger. ``services.api.reports.conversions`` counts how often they are reached."""
