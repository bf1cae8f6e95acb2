"""The client of the API that the commands share: login, requests and errors."""

from services.cli.client.client import ApiClient, api_path

__all__ = ["ApiClient", "api_path"]
