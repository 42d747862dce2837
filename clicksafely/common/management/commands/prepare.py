"""Command that prepares an installation: run by `make run` and by a release before the processes start."""

import hashlib
import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from clicksafely.common.crypto import key_rotation, secret_fingerprints
from clicksafely.common.demo.registry import demo_parts
from clicksafely.common.models import AuditEvent

# A migration that waits for a lock blocks all later queries of that table, including reports.
LOCK_SECONDS = 10


class Command(BaseCommand):
    help = (
        "Compile catalogues, migrate, load the seed content, collect changed static files and, with "
        "DEMO=true, load accounts and data once."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """Add `--no-data` and `--combined-roles`."""
        parser.add_argument("--no-data", action="store_true", help="skip the demonstration data")
        parser.add_argument("--combined-roles", action="store_true", help="also `grant_roles --combined`")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step skips finished work."""
        call_command("compile_catalogues")
        self._migrate()
        if options["combined_roles"]:
            call_command("grant_roles", combined=True, stdout=io.StringIO())
        self._refuse_other_secrets()
        if settings.DEMO:
            self._refuse_real_data()
        # Before users have access: repeat the erasures since the backup that this database may come from.
        if "replay_erasures" in get_commands():
            call_command("replay_erasures")
        call_command("load_content")
        self.collect_static()
        if settings.DEMO:
            call_command("demo_accounts")
            if not options["no_data"]:
                self._load_data()
        # What migrations and imports wrote past the services.
        if "reindex" in get_commands():
            call_command("reindex", missing=True)

    def _migrate(self) -> None:
        """Migrate while the portal runs: a migration that cannot lock its table soon fails, and the administrator repeats it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
        try:
            call_command("migrate", interactive=False, verbosity=1)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                f"A table was in use for more than {LOCK_SECONDS} s (a backup, a long query); a migration was rolled back. "
                "Run this again in a minute."
            ) from error
        finally:
            connection.close()

    def _refuse_other_secrets(self) -> None:
        """Raise CommandError if the secrets or key rings of this process are not those of the database."""
        if different := secret_fingerprints.record_fingerprints(now=timezone.now()):
            raise CommandError(secret_fingerprints.describe_difference(different))
        # Reads every sealed column: with `make run` only, where new rings would be created beside an old database.
        if not settings.PART and (missing := key_rotation.missing_keys(key_rotation.key_ids_in_use())):
            raise CommandError(
                f"Not the key rings of this database: {', '.join(missing)} are missing. Bring the folder `keys` back from "
                "the safe, or erase the local database with `make reset`."
            )

    def collect_static(self) -> None:
        """Collect only if a file was added, removed or changed: compressing all takes seconds."""
        digest = hashlib.sha256()
        for finder in get_finders():
            for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
                digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}\n".encode())
        stamp = settings.STATIC_ROOT / ".collected"
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        call_command("collectstatic", interactive=False, clear=settings.STATIC_ROOT.exists(), verbosity=0)
        stamp.write_text(digest.hexdigest())
        self.stdout.write("Collected the static files")

    def _refuse_real_data(self) -> None:
        """Raise CommandError if the database was in use before its demonstration was started."""
        if not self._stamp.exists() and AuditEvent.objects.exists():
            raise CommandError(
                "DEMO=true, but this database was used before: a demonstration requires its own database. Set "
                "DATABASE_URL to an empty one or DEMO to false; `make reset` erases the local one."
            )
        self._stamp.touch(mode=0o600)

    @property
    def _stamp(self) -> Path:
        return Path(settings.VAR_DIR) / "demo-data-loaded"

    def _load_data(self) -> None:
        """Load each part once, including parts added by a later release."""
        stamp = self._stamp
        loaded = stamp.read_text().split()
        for part in demo_parts():
            if part.name not in loaded:
                call_command("load_demo", part.name)
                loaded.append(part.name)
                stamp.write_text(" ".join(loaded))
