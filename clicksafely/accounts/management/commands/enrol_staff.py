"""Command that creates a staff account and prints its sign-in data once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clicksafely.accounts import enrolment
from clicksafely.common.staff.roles import ROLES


class Command(BaseCommand):
    help = (
        "Create a staff account; print its first password, the address for the authenticator app and the "
        "recovery codes, once."
    )

    def add_arguments(self, parser: Any) -> None:
        """Add the account's data."""
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=[role.code for role in ROLES])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print everything; write no file."""
        try:
            account = enrolment.enrol_staff(username=options["username"], role=options["role"], now=timezone.now())
        except enrolment.NameTaken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Account:            {account.username} ({options['role']})")
        self.stdout.write(f"First password:     {account.password}")
        self.stdout.write(f"Authenticator app:  {account.otpauth}")
        self.stdout.write("Recovery codes, each for one use:")
        for code in account.recovery_codes:
            self.stdout.write(f"  {code}")
        self.stdout.write(
            "This is shown once. Hand it over in person; the password must be changed after the first sign-in."
        )
