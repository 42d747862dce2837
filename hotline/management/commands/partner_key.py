"""`manage.py partner_key`: creates an API key for a reporting partner."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hotline.intake.api.partner_services import LabelTaken, make_key
from hotline.models import Partner


class Command(BaseCommand):
    help = "Create an API key for a reporting partner and print it once. Supervisors create keys in the staff site."

    def add_arguments(self, parser: Any) -> None:
        """Add the partner and the label."""
        parser.add_argument("partner", help="the partner's name")
        parser.add_argument("--label", default="command line", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print only the key."""
        try:
            partner = Partner.objects.get(name=options["partner"])
        except Partner.DoesNotExist as error:
            names = ", ".join(Partner.objects.values_list("name", flat=True)) or "there is none"
            raise CommandError(f"No partner has this name. Partners: {names}.") from error
        try:
            key = make_key(partner=partner, label=options["label"][:60], actor=None, now=timezone.now())
        except LabelTaken as error:
            raise CommandError(
                f"A valid key with the label {options['label']} already exists. Use another --label."
            ) from error
        self.stdout.write(key)
