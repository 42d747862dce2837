"""An app for its commands alone: it has no models."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "clicksafely.backup"
    label = "backup"
