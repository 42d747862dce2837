"""Command that adds a key to a ring and re-seals stored values; later it removes the old keys."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import key_rotation, keyring
from clicksafely.common.crypto.keyring import RINGS, Ring

# A form sealed to the old key may not be committed yet.
KEPT_AFTER_ROTATION = timedelta(hours=1)
NO_KEYS = "This process cannot use the key rings: run it in the environment of the staff process."


class Command(BaseCommand):
    help = (
        "Add a key to a ring and re-seal all values stored under it. Then copy the new files to every process "
        "that has its own copy and, at least an hour later, run it again with --drop-old. After an "
        "interruption, start it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the ring and `--drop-old`."""
        parser.add_argument("--ring", required=True, choices=RINGS)
        parser.add_argument(
            "--drop-old",
            action="store_true",
            help="add no key; remove the older keys from the ring once no value is sealed to them",
        )

    def handle(self, *args: Any, ring: Ring, drop_old: bool, **options: Any) -> None:
        """Exit with 1 if a value could not be opened or old keys had to stay."""
        try:
            with keyring.lock_key_rings(settings.SEALING_PRIVATE_KEYS):
                keys = self._keys(ring)
                if drop_old:
                    self._finish(ring, keys)
                else:
                    self._add_key(ring, keys)
                    self._reseal(ring)
        except BlockingIOError as error:
            raise CommandError("Another rotation is running.") from error
        except FileNotFoundError as error:
            raise CommandError(f"{NO_KEYS} ({error})") from error

    def _keys(self, ring: Ring) -> list[dict[str, str]]:
        try:
            keys = keyring.read_entries(settings.SEALING_PRIVATE_KEYS)[ring]
            if keyring.read_public(settings.SEALING_PUBLIC_KEYS)[ring][-1][0].hex() != keys[-1]["id"]:
                # Interrupted between the two files: values must be re-sealed to the newest key before an older one is removed.
                keyring.remove_keys(ring, set(), **_paths())
        except (OSError, ValueError, LookupError) as error:
            raise CommandError(f"{NO_KEYS} ({error})") from error
        return keys

    def _finish(self, ring: Ring, keys: list[dict[str, str]]) -> None:
        if len(keys) == 1:
            self.stdout.write(f"The ring {ring} has one key, {keys[0]['id']}: there is no old key to remove.")
            return
        late = key_rotation.count_stale(ring)
        self._reseal(ring)
        if late:
            # Values that a process seals to a removed key could never be opened.
            raise CommandError(
                f"{late} values were sealed to the old keys since the last run, so these stay. "
                "Make sure that every process has the new public.json, then run this again."
            )
        self._drop_old(ring, keys)

    def _add_key(self, ring: Ring, keys: list[dict[str, str]]) -> None:
        if len(keys) > 1:
            self.stdout.write(f"The ring {ring} has more than one key: an earlier rotation continues, no key is added.")
            return
        key_id = keyring.add_key(ring, **_paths())
        audit_log.record(
            action="keys.added", subject=None, actor=None, data={"ring": ring, "key": key_id}, now=timezone.now()
        )
        self.stdout.write(f"The ring {ring} has a new key, {key_id}.")

    def _reseal(self, ring: Ring) -> None:
        total = key_rotation.count_stale(ring)
        ending = "\r" if self.stdout.isatty() else "\n"
        result = key_rotation.reseal(
            ring,
            progress=lambda tried: self.stdout.write(f"Re-sealing {min(tried, total)} of {total} ...", ending=ending),
        )
        for table, primary_key, error in result.failed:
            self.stderr.write(f"{table} {primary_key} could not be opened: {error}")
        self.stdout.write(f"{result.done} re-sealed, {len(result.failed)} could not be opened.")
        if result.failed:
            raise CommandError("Values that could not be opened are unchanged; the old keys must stay too.")

    def _drop_old(self, ring: Ring, keys: list[dict[str, str]]) -> None:
        *old, newest = keys
        free_at = datetime.fromisoformat(newest["created"]) + KEPT_AFTER_ROTATION
        if timezone.now() < free_at:
            raise CommandError(
                f"The old keys stay until {free_at:%Y-%m-%d %H:%M} UTC: values just sealed to them may still arrive."
            )
        keyring.remove_keys(ring, {key["id"] for key in old}, **_paths())
        data = {"ring": ring, "keys": [key["id"] for key in old]}
        audit_log.record(action="keys.removed", subject=None, actor=None, data=data, now=timezone.now())
        self.stdout.write(f"The ring {ring} keeps {newest['id']}; removed: {', '.join(key['id'] for key in old)}.")


def _paths() -> dict[str, Path]:
    return {"public_path": settings.SEALING_PUBLIC_KEYS, "private_path": settings.SEALING_PRIVATE_KEYS}
