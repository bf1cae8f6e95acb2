"""The API as the commands use it: one login kept on disk, requests, and refusals in plain words."""

from services.cli.client.client import Client, route

__all__ = ["Client", "route"]
