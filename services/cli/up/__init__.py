"""The one-machine edition: servers and services as child processes of one supervisor."""
