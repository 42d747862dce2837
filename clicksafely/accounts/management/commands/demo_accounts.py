"""Command that creates the demonstration accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.accounts import demo_accounts


class Command(BaseCommand):
    help = (
        "Create the demonstration accounts and write them to demo-accounts.json in the var folder. Only with DEMO=true."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent: a second run changes nothing."""
        if not settings.DEMO:
            raise CommandError("Demonstration accounts require DEMO=true.")
        path = settings.VAR_DIR / demo_accounts.FILE
        accounts = demo_accounts.ensure_demo_accounts(path=path)
        self.stdout.write(f"{len(accounts)} demonstration accounts: {path}")
