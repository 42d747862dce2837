"""Command that prints the current second-factor code of a demonstration account."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clicksafely.accounts import demo_accounts


class Command(BaseCommand):
    help = "Print a second-factor code with which a demonstration account can sign in now."

    def add_arguments(self, parser: Any) -> None:
        """Add the user name."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code to standard output, and its validity to standard error."""
        try:
            code = demo_accounts.current_otp_code(options["username"], now=datetime.now(UTC))
        except demo_accounts.DemoAccountNotFound as error:
            raise CommandError(str(error)) from error
        self.stdout.write(code)
