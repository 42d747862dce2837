"""Doctor checks of settings, key rings, folders and network databases."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import maxminddb
from django.conf import settings
from django.core import checks

from clicksafely.backup import sealed_values
from clicksafely.common.checks import TAG
from clicksafely.common.crypto import keyring, sealing
from clicksafely.common.crypto.keyring import RINGS
from clicksafely.common.crypto.sealing import SealError
from clicksafely.monitoring.doctor.results import CheckResult, Severity, failed, passed, warning

FREE_LOOK: Final = 2 * 1024**3
FREE_BROKEN: Final = 256 * 1024**2
OLDEST_MMDB: Final = timedelta(days=60)
_PROBE: Final = UUID(int=0)


def check_settings(now: datetime) -> Iterator[CheckResult]:
    """Run `manage.py check`: secrets, processes, proxies, permissions of secrets and rings, addresses of servers."""
    found = [one for one in checks.run_checks(tags=[TAG]) if not one.is_silenced() and one.level >= checks.WARNING]
    for one in found:
        level = Severity.BROKEN if one.level >= checks.ERROR else Severity.LOOK
        yield CheckResult(level, f"{str(one.msg).rstrip('.')} ({one.id})", str(one.hint or "").rstrip("."))
    if not found:
        yield passed("the settings are valid")


def check_var_folder(now: datetime) -> Iterator[CheckResult]:
    """Check that the var folder is closed to other users."""
    mode = stat.S_IMODE(settings.VAR_DIR.stat().st_mode)
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        yield failed(f"every user of the machine can access {settings.VAR_DIR}", f"chmod o-rw {settings.VAR_DIR}")
    else:
        yield passed(f"{settings.VAR_DIR} is closed to others")


def check_key_rings(now: datetime) -> Iterator[CheckResult]:
    """Check, ring by ring, that values sealed here can be opened here; the public process only seals."""
    private = keyring.read_private(settings.SEALING_PRIVATE_KEYS)
    for ring in RINGS:
        try:
            sealed = sealing.seal(b"probe", ring=ring, table="doctor", field="probe", row=_PROBE)
            if not private.get(ring):
                yield passed(f"{ring}: can seal; no private keys are available here")
                continue
            fits = sealing.open_sealed(sealed, ring=ring, table="doctor", field="probe", row=_PROBE) == b"probe"
        except (SealError, OSError, ValueError) as error:
            yield failed(
                f"{ring}: a value sealed here cannot be opened here ({type(error).__name__})",
                (
                    "public.json and private.json do not match: install the newest pair, from the machine of the "
                    "last rotation"
                ),
            )
            continue
        assert fits  # noqa: S101 - opening would have failed
        yield passed(f"{ring}: seals and opens")


def check_sealed_values(now: datetime) -> Iterator[CheckResult]:
    """Check that the newest values of every sealed column can be opened."""
    trial = sealed_values.open_samples()
    if trial.failed:
        yield failed(
            f"{len(trial.failed)} of the newest sealed values cannot be opened, the first is {trial.failed[0]}",
            (
                "The private ring lacks a key: restore the ring of that time, and find the process that uses "
                "another public.json"
            ),
        )
    else:
        yield passed(f"{trial.opened_count} sealed values were opened as a test")


def check_media(now: datetime) -> Iterator[CheckResult]:
    """Check that the media folder is writable and has free space."""
    root = Path(settings.MEDIA_ROOT)
    try:
        root.mkdir(mode=0o770, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root) as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
        free = shutil.disk_usage(root).free
    except OSError as error:
        yield failed(
            f"the media folder {root} is not writable ({error.strerror})",
            ("Create it, owned by the group shared by all parts; check the disk and whether it is mounted for writing"),
        )
        return
    what = f"{free / 1024**3:.1f} GB are free on the disk of the media folder"
    level = Severity.BROKEN if free < FREE_BROKEN else Severity.LOOK if free < FREE_LOOK else Severity.OK
    yield CheckResult(
        level,
        what,
        "Free space: old dumps, `manage.py retention`, unused hash lists; or use a larger disk" if level else "",
    )


def check_network_databases(now: datetime) -> Iterator[CheckResult]:
    """Check the age of the databases of countries and networks; `check` tests whether they can be read."""
    for path in (settings.MMDB_COUNTRY, settings.MMDB_ASN):
        if not path:
            yield passed("MMDB_DIR is not set: cases do not show the location of content")
            continue
        try:
            with maxminddb.open_database(path, maxminddb.MODE_FILE) as reader:
                built = datetime.fromtimestamp(reader.metadata().build_epoch, UTC)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError):
            continue  # reported by the check of settings
        if now - built > OLDEST_MMDB:
            yield warning(
                f"{Path(path).name} is of {built:%Y-%m-%d}",
                "Download a newer file next to it and move it into its place",
            )
        else:
            yield passed(f"{Path(path).name} is of {built:%Y-%m-%d}")
