"""Permissions of alerts. A kind of alert has a permission of its own besides (`kinds.AlertKind`)."""

from typing import Final

# The roster, and who was alerted when.
VIEW_ALERTS: Final = "alerts.view_alert"
# Changes of the roster, of channels and rules; test alerts.
MANAGE_DUTY: Final = "alerts.manage_duty"
# Alerted when no one on duty claims an alert.
RECEIVE_ESCALATION: Final = "alerts.receive_escalation"
