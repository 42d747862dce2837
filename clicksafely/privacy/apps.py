"""App config for the management commands; the app has no models."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "clicksafely.privacy"
    label = "privacy"
