"""App config for the management commands; the app has no models."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "clicksafely.backup"
    label = "backup"
