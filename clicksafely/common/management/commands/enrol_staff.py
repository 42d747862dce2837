"""Makes an account for a member of staff and shows once what is needed to sign in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clicksafely.common.staff import enrolment
from clicksafely.common.staff.roles import ROLES


class Command(BaseCommand):
    help = "Make a staff account; print its first password, the address for the authenticator app and the recovery codes, once."

    def add_arguments(self, parser: Any) -> None:
        """Who, and for what."""
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=[role.code for role in ROLES])

    def handle(self, *args: Any, **options: Any) -> None:
        """Everything on the output, nothing in a file."""
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
            "This is shown once. Hand it over in person; the password is to be changed after the first signing in."
        )
