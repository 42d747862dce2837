"""Command that exports or erases one person's data on request (docs/privacy.md)."""

import json
import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.crypto.sealing import SealError
from clicksafely.privacy.data_subjects import DATA_SUBJECTS
from clicksafely.privacy.erase import RETENTION_REASONS, erase_person
from clicksafely.privacy.export import export_person


class Command(BaseCommand):
    help = (
        "Export one person's data as JSON, or erase it. The proof of identity is read from standard input, "
        "never from an argument."
    )

    def add_arguments(self, parser: Any) -> None:
        """Add the kind of person, the acting member of staff, and the erase flag."""
        parser.add_argument("kind", choices=sorted(DATA_SUBJECTS))
        parser.add_argument(
            "--by",
            required=True,
            metavar="USERNAME",
            help=("user name of the member of staff who has verified the person"),
        )
        parser.add_argument("--erase", action="store_true", help="erase instead of printing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write JSON, or one sentence about the erasure, to standard output."""
        kind, subject = options["kind"], DATA_SUBJECTS[options["kind"]]
        actor = User.objects.filter(username=options["by"], is_active=True).first()
        if actor is None:
            raise CommandError("There is no active account with this user name.")
        # Not an argument: process lists and shell histories expose arguments.
        proof = getpass(f"{subject.proof}: ") if sys.stdin.isatty() else sys.stdin.readline()
        row = subject.find(proof.strip())
        if row is None:
            raise CommandError(f"No data is stored under this {subject.proof}.")
        now = timezone.now()
        try:
            if options["erase"]:
                reason = erase_person(kind=kind, row=row, actor=actor, now=now)
                self.stdout.write(RETENTION_REASONS[reason] if reason else "Erased.")
            else:
                exported_data = export_person(kind=kind, row=row, actor=actor, now=now)
                self.stdout.write(json.dumps(exported_data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        except PermissionDenied as error:
            raise CommandError(f"{actor.username} may not do this: {subject.permission} is required.") from error
        except SealError as error:
            raise CommandError(
                "Decryption failed. Run this where the private keys are: in the environment of the staff process."
            ) from error
