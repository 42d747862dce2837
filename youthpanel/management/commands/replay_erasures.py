"""Command that erases members again if a restored backup contains them; site preparation stops if it fails."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils import timezone
from psycopg2.errors import InsufficientPrivilege

from clicksafely.common.crypto.sealing import NoPrivateKey
from youthpanel.members import erasure
from youthpanel.members.erasure_log import ErasureLogDamaged, ErasureLogUnwritable


class Command(BaseCommand):
    help = "Erase every member of the youth panel who is on the erasure log and is in the database again."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--complete-list",
            action="store_true",
            help="add erased members that the erasure log lacks; use this only if the database is certainly the newest copy",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with code 1 if the members to erase cannot be determined."""
        try:
            forgotten = erasure.replay_erasures(now=timezone.now())
            missing = erasure.unlogged_erased_members()
            if missing and options["complete_list"]:
                erasure.restore_log_entries(missing)
                self.stdout.write(f"Added {len(missing)} erased members to the erasure log.")
                missing = []
        except ErasureLogDamaged as error:
            raise CommandError(
                f"The erasure log is damaged: {error}. Replace it with the newest intact copy."
            ) from error
        except (NoPrivateKey, ProgrammingError) as error:
            if isinstance(error, ProgrammingError) and not isinstance(error.__cause__, InsufficientPrivilege):
                raise
            raise CommandError(
                "The restored backup contains members who were erased. Their names must be removed from texts, but "
                "cannot be decrypted here. "
                "Run `manage.py replay_erasures` where the private keys are (in the staff process), then start again."
            ) from error
        except ErasureLogUnwritable as error:
            raise CommandError(f"The erasure log cannot be written: {error}") from error
        if missing:
            raise CommandError(
                f"{len(missing)} members are erased in the database but missing in the erasure log "
                f"{settings.PANEL_ERASURE_LOG}. The log was lost or is an old copy. "
                "Restore the newest copy, or, if there is none, run `manage.py replay_erasures --complete-list`."
            )
        if forgotten:
            self.stdout.write(f"Erased {forgotten} members of the youth panel again.")
