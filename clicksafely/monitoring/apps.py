"""An app for its command alone: it has no models."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "clicksafely.monitoring"
    label = "monitoring"
