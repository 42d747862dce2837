"""Command that creates the secrets and keys of an installation."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.common.crypto.provision import ensure_secrets


class Command(BaseCommand):
    help = (
        "Create what VAR_DIR lacks of secrets-PART.env, a file for each part, and of keys/, the key rings and signing keys. "
        "Nothing is replaced, and neither the database nor the broker is used."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Name the folder."""
        try:
            ensure_secrets(settings.VAR_DIR)
        except OSError as error:
            raise CommandError(f"VAR_DIR cannot be used: {error.strerror} ({settings.VAR_DIR}).") from error
        self.stdout.write(f"{settings.VAR_DIR} has all secrets and keys.")
