"""An app for its command alone: it has no models."""

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "clicksafely.monitoring"
    label = "monitoring"
