"""Prints the present second-factor code of a demonstration account."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clicksafely.common.demo import staff_accounts


class Command(BaseCommand):
    help = "Print the second-factor code with which a demonstration account can sign in now."

    def add_arguments(self, parser: Any) -> None:
        """Whose code."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """The code alone on the output, how long it lasts beside it on the error output."""
        try:
            code = staff_accounts.current_otp_code(options["username"], now=datetime.now(UTC))
        except staff_accounts.DemoAccountNotFound as error:
            raise CommandError(str(error)) from error
        self.stdout.write(code)
