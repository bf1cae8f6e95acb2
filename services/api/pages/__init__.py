"""The pages of the web build: the dashboard, the API reference and the demo site."""
