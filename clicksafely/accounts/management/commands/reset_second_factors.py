"""Command that replaces all second factors of a staff account and prints the new ones once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clicksafely.accounts import enrolment
from clicksafely.accounts.models import User


class Command(BaseCommand):
    help = (
        "Remove all second factors of a staff account and end its sessions; print the address for a new authenticator "
        "app and new recovery codes, once. The password stays. Recorded in the audit trail."
    )

    def add_arguments(self, parser: Any) -> None:
        """Add the user name."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print everything; write no file."""
        user = User.objects.filter(username=options["username"], is_staff=True, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active staff account {options['username']}.")
        second_factors = enrolment.reset_second_factors(user=user, now=timezone.now())
        self.stdout.write(f"Account:            {second_factors.username}")
        self.stdout.write(f"Authenticator app:  {second_factors.otpauth}")
        self.stdout.write("Recovery codes, each for one use:")
        for code in second_factors.recovery_codes:
            self.stdout.write(f"  {code}")
        self.stdout.write("This is shown once. Hand it over in person, after you have checked the person's identity.")
