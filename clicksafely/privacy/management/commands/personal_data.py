"""Prints what is kept of one person, for that person, or erases it on their wish: docs/privacy.md."""

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
    help = "Print as JSON what is kept of one person, or erase it. What the person proves it by is asked for, never an argument."

    def add_arguments(self, parser: Any) -> None:
        """Whose, by whom, and what for."""
        parser.add_argument("kind", choices=sorted(DATA_SUBJECTS))
        parser.add_argument(
            "--by", required=True, metavar="USERNAME", help="the member of staff who has seen to who asks"
        )
        parser.add_argument("--erase", action="store_true", help="erase instead of printing")

    def handle(self, *args: Any, **options: Any) -> None:
        """JSON on the output, or a sentence about what was erased."""
        kind, subject = options["kind"], DATA_SUBJECTS[options["kind"]]
        actor = User.objects.filter(username=options["by"], is_active=True).first()
        if actor is None:
            raise CommandError("There is no active account of that name.")
        # Not an argument: those are seen by everybody on the machine, and kept by shells.
        proof = getpass(f"{subject.proof}: ") if sys.stdin.isatty() else sys.stdin.readline()
        row = subject.find(proof.strip())
        if row is None:
            raise CommandError(f"Nothing is kept under this {subject.proof}.")
        now = timezone.now()
        try:
            if options["erase"]:
                left = erase_person(kind=kind, row=row, actor=actor, now=now)
                self.stdout.write(RETENTION_REASONS[left] if left else "Erased.")
            else:
                given = export_person(kind=kind, row=row, actor=actor, now=now)
                self.stdout.write(json.dumps(given, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        except PermissionDenied as error:
            raise CommandError(f"{actor.username} may not do this: it needs {subject.permission}.") from error
        except SealError as error:
            raise CommandError(
                "It cannot be opened here: run this at the staff door, where the private keys are."
            ) from error
