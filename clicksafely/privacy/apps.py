"""An app for its commands alone: it has no models."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "clicksafely.privacy"
    label = "privacy"
