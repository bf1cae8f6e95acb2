"""Alerts and reports: detects incidents, and delivers one message for each by webhook or e-mail."""
