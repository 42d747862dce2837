"""App config for the management command; the app has no models."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "clicksafely.monitoring"
    label = "monitoring"
