"""Settings, key rings, folders, and the databases that lie beside them."""

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
    """What `manage.py check` says: secrets, doors, proxies, permissions of secrets and rings, addresses of servers."""
    found = [one for one in checks.run_checks(tags=[TAG]) if not one.is_silenced() and one.level >= checks.WARNING]
    for one in found:
        level = Severity.BROKEN if one.level >= checks.ERROR else Severity.LOOK
        yield CheckResult(level, f"{str(one.msg).rstrip('.')} ({one.id})", str(one.hint or "").rstrip("."))
    if not found:
        yield passed("the settings are in order")


def check_var_folder(now: datetime) -> Iterator[CheckResult]:
    """Nobody else looks into it."""
    mode = stat.S_IMODE(settings.VAR_DIR.stat().st_mode)
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        yield failed(f"every user of the machine can look into {settings.VAR_DIR}", f"chmod o-rw {settings.VAR_DIR}")
    else:
        yield passed(f"{settings.VAR_DIR} is closed to others")


def check_key_rings(now: datetime) -> Iterator[CheckResult]:
    """What is sealed here opens here, ring by ring; the public door only seals."""
    private = keyring.read_private(settings.SEALING_PRIVATE_KEYS)
    for ring in RINGS:
        try:
            sealed = sealing.seal(b"probe", ring=ring, table="doctor", field="probe", row=_PROBE)
            if not private.get(ring):
                yield passed(f"{ring}: seals; no private keys are here")
                continue
            fits = sealing.open_sealed(sealed, ring=ring, table="doctor", field="probe", row=_PROBE) == b"probe"
        except (SealError, OSError, ValueError) as error:
            yield failed(
                f"{ring}: what is sealed here does not open here ({type(error).__name__})",
                "public.json and private.json are not of one making: put the newest of both in their places, from where the rings were rotated last",
            )
            continue
        assert fits  # noqa: S101 - it would not have opened
        yield passed(f"{ring}: seals and opens")


def check_sealed_values(now: datetime) -> Iterator[CheckResult]:
    """The newest few values of every kind open."""
    trial = sealed_values.open_samples()
    if trial.failed:
        yield failed(
            f"{len(trial.failed)} of the newest stored values do not open, the first is {trial.failed[0]}",
            "A key is missing on the private ring: put back the ring of the time when they were stored, and look who writes with another public.json",
        )
    else:
        yield passed(f"{trial.opened} stored values were opened for a trial")


def check_media(now: datetime) -> Iterator[CheckResult]:
    """The media folder takes files and has room."""
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
            f"the media folder {root} does not take files ({error.strerror})",
            "Make it, owned by the group that all parts share; look at its disk and whether it is mounted for writing",
        )
        return
    what = f"{free / 1024**3:.1f} GB are free where the media lie"
    level = Severity.BROKEN if free < FREE_BROKEN else Severity.LOOK if free < FREE_LOOK else Severity.OK
    yield CheckResult(
        level,
        what,
        "Make room: old dumps, `manage.py retention`, hash lists that are not used; or give it a larger disk"
        if level
        else "",
    )


def check_network_databases(now: datetime) -> Iterator[CheckResult]:
    """The databases of countries and networks are not too old; whether they can be read `check` says."""
    for setting in ("MMDB_COUNTRY", "MMDB_ASN"):
        path = getattr(settings, setting)
        if not path:
            yield passed(f"{setting} is not set: cases do not say where content is")
            continue
        try:
            with maxminddb.open_database(path, maxminddb.MODE_FILE) as reader:
                built = datetime.fromtimestamp(reader.metadata().build_epoch, UTC)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError):
            continue  # named among the settings
        if now - built > OLDEST_MMDB:
            yield warning(
                f"{setting} is of {built:%Y-%m-%d}", "Fetch a newer one, lay it beside and move it into its place"
            )
        else:
            yield passed(f"{setting} is of {built:%Y-%m-%d}")
