"""Alerts to the people on duty: kinds, duty roster, escalation, e-mail and webhooks."""
