"""Events sent by servers: past ones, for example from a log, and current ones."""
