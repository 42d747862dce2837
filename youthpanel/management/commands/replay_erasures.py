"""Forgets again whom a restored backup has brought back; what prepares the site runs it, and the site stays closed where it fails."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clicksafely.common.crypto.sealing import NoPrivateKey
from youthpanel.members import erasure
from youthpanel.members.erasure_log import ErasureLogDamaged
from youthpanel.members.exceptions import ErasureLogUnwritable


class Command(BaseCommand):
    help = "Forget every member of the youth panel who is on the list of erasures and is known again."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """What to do about a list that was lost."""
        parser.add_argument(
            "--complete-list",
            action="store_true",
            help="put erased members that the list has lost back on it, where it is certain that the database is the newest one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where it cannot be known whom to forget."""
        try:
            forgotten = erasure.replay_erasures(now=timezone.now())
            missing = erasure.unlogged_erased_members()
            if missing and options["complete_list"]:
                erasure.restore_log_entries(missing)
                self.stdout.write(f"Put {len(missing)} erased members back on the list.")
                missing = []
        except ErasureLogDamaged as error:
            raise CommandError(
                f"The list of erasures is damaged: {error}. Put the newest whole copy of it there."
            ) from error
        except NoPrivateKey as error:
            raise CommandError(
                "A restored backup has brought back members who were erased, and their names, which have to be taken out of texts, cannot be read "
                "here. Run `manage.py replay_erasures` where the private keys are (the staff door), then start again."
            ) from error
        except ErasureLogUnwritable as error:
            raise CommandError(f"The list of erasures cannot be written: {error}") from error
        if missing:
            raise CommandError(
                f"{len(missing)} members are erased in the database and are not on the list {settings.PANEL_ERASURE_LOG}: it was lost, or an old copy "
                "was put there. Put the newest one there, or, where there is none, run `manage.py replay_erasures --complete-list`."
            )
        if forgotten:
            self.stdout.write(f"Forgot {forgotten} members of the youth panel again.")
