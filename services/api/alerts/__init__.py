"""Alerts of a site and their deliveries. The worker checks and sends them."""
