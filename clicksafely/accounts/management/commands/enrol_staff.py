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
            made = enrolment.enrol_staff(username=options["username"], role=options["role"], now=timezone.now())
        except enrolment.NameTaken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Account:            {made.username} ({options['role']})")
        self.stdout.write(f"First password:     {made.password}")
        self.stdout.write(f"Authenticator app:  {made.otpauth}")
        self.stdout.write("Recovery codes, each for one use:")
        for code in made.recovery_codes:
            self.stdout.write(f"  {code}")
        self.stdout.write(
            "This is shown once. Hand it over in person; the password must be changed after the first sign-in."
        )
