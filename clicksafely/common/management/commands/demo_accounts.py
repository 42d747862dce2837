"""Makes the demonstration accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clicksafely.common.demo import staff_accounts


class Command(BaseCommand):
    help = (
        "Make the demonstration accounts and write them to demo-accounts.json in the var folder. Only with DEMO=true."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent: a second run changes nothing."""
        if not settings.DEMO:
            raise CommandError("Demonstration accounts exist only where DEMO=true.")
        path = settings.VAR_DIR / staff_accounts.FILE
        accounts = staff_accounts.ensure_demo_accounts(path=path)
        self.stdout.write(f"{len(accounts)} demonstration accounts: {path}")
