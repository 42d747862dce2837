"""Country and network of IP addresses, from MMDB files that the administrator supplies."""

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

# Parts of database types of all providers: "GeoLite2-Country", "DBIP-ASN-Lite", "ipinfo country_asn.mmdb".
_TYPES = {
    NetworkFile.COUNTRY: ("country", "city", "enterprise", "location"),
    NetworkFile.ASN: ("asn", "isp", "enterprise"),
}
MAX_ORGANISATION_LENGTH = 200
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
    """A database file cannot be used; `problem` is the reason."""

    def __init__(self, problem: NetworkFileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class FileCondition:
    """Condition of a file; `built_at` (UTC) is the build time of the loaded version, None without one."""

    problem: NetworkFileProblem | None
    built_at: datetime | None


def read_file(path: Path, kind: NetworkFile) -> maxminddb.Reader:
    """Return a reader of the file in memory. Raises FileError.

    A memory-mapped file that is overwritten or truncated would crash the process.
    """
    try:
        reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
        # Metadata is at the end of a file, so a file with a missing middle can open. The probes then fail.
        for probe in ("0.0.0.0", "255.255.255.255"):  # noqa: S104 - looked up, not listened on
            reader.get(probe)
    except FileNotFoundError:
        raise FileError(NetworkFileProblem.MISSING) from None
    except OSError as error:
        raise FileError(NetworkFileProblem.UNREADABLE) from error
    except Exception as error:  # a damaged file raises various exceptions
        raise FileError(NetworkFileProblem.BROKEN) from error
    if not any(word in reader.metadata().database_type.lower() for word in _TYPES[kind]):
        raise FileError(NetworkFileProblem.WRONG_KIND)
    return reader


class DatabaseFile:
    """One file, reloaded after changes. While a new version is broken, the earlier one stays in use. Thread-safe."""

    def __init__(self, kind: NetworkFile, path: Path) -> None:
        self.kind = kind
        self.path = path
        self.condition = FileCondition(None, None)
        self._reader: maxminddb.Reader | None = None
        self._last_stamp: tuple[int, ...] | None = ()
        self._lock = Lock()

    def refresh(self) -> bool:
        """Reload the file if it has changed, log a problem once, and return whether it had changed."""
        with self._lock:
            stamp = self._stamp()
            if stamp == self._last_stamp:
                return False
            self._last_stamp = stamp
            problem = None
            try:
                self._reader = read_file(self.path, self.kind)
            except FileError as error:
                problem = error.problem
                logger.error(
                    "Cannot use the network database %s (%s); %s.",
                    self.path,
                    problem.value,
                    "the earlier version stays in use" if self._reader else "its data is missing",
                )
            self.condition = FileCondition(problem, self._built_at())
            return True

    def record(self, ip: str) -> Mapping[str, Any]:
        """Return the record of an address; empty without one."""
        if self._reader is None:
            return {}
        try:
            found = self._reader.get(ip)
        except Exception:  # a damaged file raises various exceptions
            if self.condition.problem is None:
                logger.exception("The network database %s is damaged.", self.path)
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
    """The configured files; either may be missing."""

    country: DatabaseFile | None
    asn: DatabaseFile | None

    @property
    def files(self) -> list[DatabaseFile]:
        """Return the configured files."""
        return [file for file in (self.country, self.asn) if file]

    def locate(self, ip: str) -> HostAddress:
        """Return the data of an address (IPv4 or IPv6, in any notation)."""
        special = special_of(ip)
        country = self.country.record(ip) if self.country else {}
        network = self.asn.record(ip) if self.asn else {}
        return HostAddress(ip, _country(country), _asn(network), _organisation(network), special)


def special_of(ip: str) -> str:
    """Return the kind of a non-public address (`SpecialAddress`); empty for a public address."""
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
            return "".join(filter(str.isprintable, value))[:MAX_ORGANISATION_LENGTH]
    return ""
