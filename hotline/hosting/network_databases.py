"""Country and network of addresses, from database files (MMDB) that the operator supplies; without a file nothing is known.

The files are read whole into memory: one that is overwritten in place or cut short must never take the process down with it.
"""

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import maxminddb

from hotline.models import HostAddress, NetworkFile, NetworkFileProblem, SpecialAddress

logger = logging.getLogger(__name__)

# What the type of a database has in it, whoever made it: "GeoLite2-Country", "DBIP-ASN-Lite", "ipinfo country_asn.mmdb".
_TYPES = {
    NetworkFile.COUNTRY: ("country", "city", "enterprise", "location"),
    NetworkFile.ASN: ("asn", "isp", "enterprise"),
}
LONGEST_ORGANISATION = 200
_PRIVATE = [
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
]


class FileError(Exception):
    """A database file cannot be used: `problem` says why."""

    def __init__(self, problem: NetworkFileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class FileCondition:
    """How a file is: `built_at` (UTC) is of the reading in use, None where there is none."""

    problem: NetworkFileProblem | None
    built_at: datetime | None


def read_file(path: Path, kind: NetworkFile) -> maxminddb.Reader:
    """A reader of the whole file, held in memory. Raises FileError."""
    try:
        reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
        # Metadata stand at the end of a file, so that one whose middle is gone may open; most of it is then out of place.
        for probe in ("0.0.0.0", "255.255.255.255"):  # noqa: S104 - looked up, not listened on
            reader.get(probe)
    except FileNotFoundError:
        raise FileError(NetworkFileProblem.MISSING) from None
    except OSError as error:
        raise FileError(NetworkFileProblem.UNREADABLE) from error
    except Exception as error:  # a broken file makes the reader fail in any way
        raise FileError(NetworkFileProblem.BROKEN) from error
    if not any(word in reader.metadata().database_type.lower() for word in _TYPES[kind]):
        raise FileError(NetworkFileProblem.WRONG_KIND)
    return reader


class DatabaseFile:
    """One file, read again when it has changed; while a new one is broken the earlier reading goes on being used. Thread-safe."""

    def __init__(self, kind: NetworkFile, path: Path) -> None:
        self.kind = kind
        self.path = path
        self.condition = FileCondition(None, None)
        self._reader: maxminddb.Reader | None = None
        self._seen: tuple[int, ...] | None = ()
        self._lock = Lock()

    def refresh(self) -> bool:
        """Look whether the file has changed, read it if so, and say once in the log what is wrong; whether it had changed."""
        with self._lock:
            seen = self._stamp()
            if seen == self._seen:
                return False
            self._seen = seen
            problem = None
            try:
                self._reader = read_file(self.path, self.kind)
            except FileError as error:
                problem = error.problem
                logger.error(
                    "The database of networks %s cannot be used (%s); %s.",
                    self.path,
                    problem.value,
                    "the earlier one goes on being used" if self._reader else "nothing is known from it",
                )
            self.condition = FileCondition(problem, self._built_at())
            return True

    def record(self, ip: str) -> Mapping[str, Any]:
        """What the file has on an address; empty where it has nothing."""
        if self._reader is None:
            return {}
        try:
            found = self._reader.get(ip)
        except Exception:  # a file that is broken in the middle fails in any way
            if self.condition.problem is None:
                logger.exception("The database of networks %s is broken in the middle.", self.path)
                self.condition = FileCondition(NetworkFileProblem.BROKEN, self.condition.built_at)
            return {}
        return found if isinstance(found, dict) else {}

    def _built_at(self) -> datetime | None:
        return datetime.fromtimestamp(self._reader.metadata().build_epoch, UTC) if self._reader else None

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


@dataclass(frozen=True)
class Networks:
    """The files that are configured; either may be missing."""

    country: DatabaseFile | None
    asn: DatabaseFile | None

    @property
    def files(self) -> list[DatabaseFile]:
        """Those that are there."""
        return [file for file in (self.country, self.asn) if file]

    def locate(self, ip: str) -> HostAddress:
        """What is known of an address (of either family, in any spelling)."""
        special = special_of(ip)
        country = self.country.record(ip) if self.country else {}
        network = self.asn.record(ip) if self.asn else {}
        return HostAddress(ip, _country(country), _asn(network), _organisation(network), special)


def special_of(ip: str) -> str:
    """What an address is that is not one of the public internet (`Special`); empty for public ones."""
    address = ipaddress.ip_address(ip)
    inner = getattr(address, "ipv4_mapped", None) or address
    if inner.is_loopback or inner.is_unspecified:
        return SpecialAddress.LOOPBACK.value
    if inner.is_global and not inner.is_multicast:
        return ""
    return (
        SpecialAddress.PRIVATE.value if any(inner in network for network in _PRIVATE) else SpecialAddress.RESERVED.value
    )


def _country(record: Mapping[str, Any]) -> str:
    """MaxMind and DB-IP: {"country": {"iso_code": ...}}; IPinfo: {"country": ...} or {"country_code": ...}."""
    for name in ("country", "country_code", "registered_country"):
        value = record.get(name)
        code = value.get("iso_code") if isinstance(value, dict) else value
        if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha():
            return code.upper()
    return ""


def _asn(record: Mapping[str, Any]) -> int | None:
    value = record.get("autonomous_system_number", record.get("asn"))
    if isinstance(value, str):
        digits = value.upper().removeprefix("AS")
        value = int(digits) if digits.isdecimal() and len(digits) <= 10 else None
    return value if isinstance(value, int) and 0 < value < 2**32 else None


def _organisation(record: Mapping[str, Any]) -> str:
    for name in ("autonomous_system_organization", "as_name", "name"):
        value = record.get(name)
        if isinstance(value, str):
            return "".join(filter(str.isprintable, value))[:LONGEST_ORGANISATION]
    return ""
