"""Checks of the configuration before anything is started: each failure is one line that names the variable and the remedy."""

import errno
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis

from clicksafely.common.crypto import keyring

CONNECT_SECONDS = 5
DEFAULT_PORT = 8000
LAST_PORT = 65535


class LaunchError(Exception):
    """The reason the portal cannot run, in one line."""


def read_port(text: str) -> int:
    """Return the port of PORT; raises LaunchError unless it is a number from 1 to 65535."""
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= LAST_PORT):
        raise LaunchError(
            f"PORT={text} is not a port: use a number from 1 to {LAST_PORT}, such as PORT={DEFAULT_PORT}."
        )
    return int(text)


def check_address(host: str, port: int) -> None:
    """Raise LaunchError unless a server can listen at HOST and PORT; the message names the variable that is wrong."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return
        except UnicodeError:
            code, reason = None, "not a name"
        except OSError as error:
            code, reason = error.errno, str(error.strerror)
    if code in (errno.EADDRINUSE, errno.EACCES):
        other = port + 1 if code == errno.EADDRINUSE and port < LAST_PORT else DEFAULT_PORT
        raise LaunchError(f"Port {port} cannot be used ({reason}): try `make run PORT={other}`.")
    raise LaunchError(f"HOST={host} is not an address of this machine ({reason}): use 127.0.0.1, or 0.0.0.0 for all.")


def check_key_rings(folder: Path) -> None:
    """Raise LaunchError if a key ring of the folder is missing or damaged."""
    for name, read in (("public.json", keyring.read_public), ("private.json", keyring.read_private)):
        path = folder / name
        try:
            path.stat()  # `read_private` accepts a missing file
            rings = read(path)
        except FileNotFoundError:
            problem = "is missing"
        except OSError as error:
            problem = f"cannot be read ({error.strerror})"
        except keyring.KeyRingError:
            problem = "is damaged"
        else:
            if all(rings.get(ring) for ring in keyring.RINGS):
                continue
            problem = "is damaged"
        raise LaunchError(
            f"The key ring {path} {problem}: restore it from the backup of the keys; without it no report can be opened."
        )


def check_database(url: str) -> None:
    """Raise LaunchError unless a PostgreSQL server accepts the connection of DATABASE_URL."""
    if urlsplit(url).scheme not in ("postgres", "postgresql", "pgsql"):
        raise LaunchError("DATABASE_URL must have the form postgresql://user:password@host:5432/database.")
    try:
        psycopg2.connect(url.replace("pgsql://", "postgresql://", 1), connect_timeout=CONNECT_SECONDS).close()
    except (psycopg2.Error, UnicodeError, ValueError) as error:
        raise LaunchError(f"DATABASE_URL does not work: {_first_line(error)}") from error


def check_broker(url: str) -> None:
    """Raise LaunchError unless Valkey or Redis responds at REDIS_URL."""
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
        ) as client:
            client.ping()
    except ValueError as error:
        raise LaunchError("REDIS_URL must have the form redis://host:6379/0 or unix:///path?db=0.") from error
    except redis.RedisError as error:
        raise LaunchError(f"REDIS_URL does not work: {_first_line(error)}") from error


def check_var_folder(var_dir: Path) -> None:
    """Raise LaunchError unless files can be written in VAR_DIR, on a disk with space for them."""
    probe = var_dir / f".writable-{os.getpid()}"
    try:
        probe.write_bytes(bytes(64 * 1024))
        probe.unlink()
    except OSError as error:
        probe.unlink(missing_ok=True)
        raise LaunchError(f"VAR_DIR cannot be used: {error.strerror} ({var_dir}).") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
