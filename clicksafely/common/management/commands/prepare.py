"""Makes an installation ready to serve: what `make run` and a release do before the processes start."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from psycopg2.errors import LockNotAvailable

from clicksafely.common.demo.registry import demo_parts
from clicksafely.common.models import AuditEvent

# Whoever waits for a table in use holds up everybody who comes after, reporters too.
LOCK_SECONDS = 10


class Command(BaseCommand):
    help = "Compile catalogues, migrate, load the seed content, collect changed static files and, with DEMO=true, load accounts and data once."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """One flag."""
        parser.add_argument("--no-data", action="store_true", help="leave the demonstration data out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step leaves alone what is done."""
        call_command("compile_catalogues")
        self._migrate()
        # Before anybody is let in: who was erased after the backup that this database may come from is forgotten again.
        if "replay_erasures" in get_commands():
            call_command("replay_erasures")
        call_command("load_content")
        self.collect_static()
        if settings.DEMO:
            self._refuse_real_data()
            call_command("demo_accounts")
            if not options["no_data"]:
                self._load_data()
        # What migrations and imports wrote past the services.
        if "reindex" in get_commands():
            call_command("reindex", missing=True)

    def _migrate(self) -> None:
        """Beside a portal that is at work: a migration that cannot have its table soon gives up, and is tried again by hand."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
        try:
            call_command("migrate", interactive=False, verbosity=1)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                f"A table was in use for more than {LOCK_SECONDS} s (a backup, a long query), so that a migration gave up and was taken back. "
                "Run this again in a minute."
            ) from error
        finally:
            connection.close()

    def collect_static(self) -> None:
        """Collect only when a file came, went or changed: compressing them all takes seconds."""
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
        """Raise CommandError where the database was in use before a demonstration was begun in it."""
        if not self._stamp.exists() and AuditEvent.objects.exists():
            raise CommandError(
                "DEMO=true, but this database was used before: a demonstration needs a database of its own. "
                "Set DATABASE_URL to an empty one or DEMO to false; `make reset` erases the local one."
            )
        self._stamp.touch(mode=0o600)

    @property
    def _stamp(self) -> Path:
        return Path(settings.VAR_DIR) / "demo-data-loaded"

    def _load_data(self) -> None:
        """Each part once, also one that came with a later release."""
        stamp = self._stamp
        loaded = stamp.read_text().split()
        for part in demo_parts():
            if part.name not in loaded:
                call_command("load_demo", part.name)
                loaded.append(part.name)
                stamp.write_text(" ".join(loaded))
