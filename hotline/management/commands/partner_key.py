"""Makes a key for a reporting partner at the command line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hotline.intake.api.partner_services import LabelTaken, make_key
from hotline.models import Partner


class Command(BaseCommand):
    help = "Print a new key for a reporting partner, this once; supervisors make them in the staff site."

    def add_arguments(self, parser: Any) -> None:
        """Whose key, and what for."""
        parser.add_argument("partner", help="the partner's name")
        parser.add_argument("--label", default="command line", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        """The key alone on the output."""
        try:
            partner = Partner.objects.get(name=options["partner"])
        except Partner.DoesNotExist as error:
            names = ", ".join(Partner.objects.values_list("name", flat=True)) or "there is none"
            raise CommandError(f"No partner has this name. Partners: {names}.") from error
        try:
            key = make_key(partner=partner, label=options["label"][:60], actor=None, now=timezone.now())
        except LabelTaken as error:
            raise CommandError(f"There is a valid key for {options['label']} already: give another --label.") from error
        self.stdout.write(key)
