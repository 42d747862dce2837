"""One mailbox on an IMAP server (RFC 3501, RFC 4315, RFC 6851), with time and size limits and error codes."""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any, Self

from imap_tools import AND, BaseMailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.utils import encode_folder

from clicksafely.common.mail.errors import MailboxErrorCode, MailboxUnreadable, classify_connection_error
from clicksafely.common.mail.imap_settings import ImapSettings

# Timeouts of a silent connection and of one command.
SILENCE_SECONDS = 30
COMMAND_SECONDS = 60
FETCH_CHUNK_BYTES = 1024 * 1024
# Overhead that a server may add to a requested part.
_SLACK = 64 * 1024
_SIZES_AT_ONCE = 500
_HEAD = 64 * 1024

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_QUOTED = re.compile(rb'BODY\[(?:HEADER)?\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')
# RFC 5530: failures other than a wrong password.
_NOT_NOW = re.compile(rb"\[(?:UNAVAILABLE|INUSE|LIMIT|CONTACTADMIN)\b", re.IGNORECASE)


@dataclass(frozen=True)
class FetchedMessage:
    """A message, or its start if it exceeds the limit (`size` is then the server's claim)."""

    data: bytes
    whole: bool
    size: int


class _Client(imaplib.IMAP4_SSL):
    """Rejects literals larger than any request: the server may send a wrong size."""

    def read(self, size: int) -> bytes:
        if size > FETCH_CHUNK_BYTES + _SLACK:
            raise self.abort("literal too large")
        return super().read(size)


class _Connection(BaseMailBox):
    def __init__(self, address: ImapSettings, context: ssl.SSLContext) -> None:
        self._address = address
        self._context = context
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        host, port = self._address.host, self._address.port
        return _Client(host, port, ssl_context=self._context, timeout=SILENCE_SECONDS)


class ImapMailbox:
    """A mailbox with an open folder; use as a context manager. Every method raises MailboxUnreadable."""

    def __init__(self, address: ImapSettings, *, ca_file: str = "") -> None:
        self._address = address
        self._ca_file = ca_file
        # RFC 3501, 2.3.1.1: UIDs of another value refer to other messages.
        self.uid_validity = 0
        self._connection: _Connection
        self._overdue = False

    def __enter__(self) -> Self:
        try:
            context = ssl.create_default_context(cafile=self._ca_file or None)
        except OSError:
            raise MailboxUnreadable(MailboxErrorCode.SETTINGS) from None
        try:
            self._connection = _Connection(self._address, context)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxUnreadable(classify_connection_error(error)) from None
        try:
            self._enter()
        except MailboxUnreadable:
            self._hang_up()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(MailboxUnreadable), self._bounded():
            self._client.logout()
        self._hang_up()

    def uids(self) -> list[int]:
        """Return the UIDs of all messages in the folder, including those marked as deleted, ascending."""
        with self._bounded():
            return sorted(int(uid) for uid in self._connection.uids("ALL", charset=None) if uid.isdigit())

    def uids_above(self, uid: int) -> list[int]:
        """Return the UIDs above this one, ascending."""
        with self._bounded():
            # Without matches, a server returns the last message (RFC 3501, 6.4.8).
            found = self._connection.uids(f"UID {uid + 1}:*", charset=None)
            return sorted(int(each) for each in found if each.isdigit() and int(each) > uid)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the sizes reported by the server, in bytes."""
        sizes: dict[int, int] = {}
        for some in batched(uids, _SIZES_AT_ONCE):
            for line in self._fetch(_joined(some), "(UID RFC822.SIZE)"):
                uid, size = (pattern.search(_text_of(line)) for pattern in (_UID, _SIZE))
                if uid and size:
                    sizes[int(uid[1])] = int(size[1])
        return sizes

    def fetch(
        self, uid: int, *, declared: int, limit: int, progress: Callable[[], None] = lambda: None
    ) -> FetchedMessage | None:
        """Fetch a message in parts without marking it as read; None if it no longer exists.

        Returns only the first part of a message that is, or is reported to be, larger than `limit` bytes. `declared` is the reported
        size: if right, it saves the last request. `progress` is called before every further part.
        """
        pieces: list[bytes] = []
        total = 0
        while not pieces or (pieces[-1] and (len(pieces[-1]) >= FETCH_CHUNK_BYTES or total < declared)):
            if total > limit or (declared > limit and total >= FETCH_CHUNK_BYTES):
                return FetchedMessage(pieces[0], whole=False, size=max(total, declared))
            if pieces:
                progress()
            piece = self._part(uid, "", offset=total, size=FETCH_CHUNK_BYTES)
            if piece is None:
                return None
            pieces.append(piece)
            total += len(piece)
        if declared and not total:
            raise MailboxUnreadable(MailboxErrorCode.NONSENSE)
        if total > limit:
            return FetchedMessage(pieces[0], whole=False, size=total)
        return FetchedMessage(b"".join(pieces), whole=True, size=total)

    def head(self, uid: int) -> bytes | None:
        """Return the first 64 KB of a message's header without marking it as read; None if it no longer exists."""
        return self._part(uid, "HEADER", offset=0, size=_HEAD)

    def holds(self, uid: int) -> bool:
        """Return whether the message is still in the folder."""
        with self._bounded():
            return str(uid) in self._connection.uids(f"UID {uid}", charset=None)

    def remove(self, uids: Collection[int], *, taken: Collection[int]) -> None:
        """Delete messages permanently.

        `taken` are all that may be deleted. A server without UIDPLUS expunges every message marked as deleted. Nothing
        is therefore deleted while a user has marked another message.
        """
        chosen = _joined(uids)
        with self._bounded():
            self._ask(MailboxErrorCode.REMOVAL, "STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in self._client.capabilities:
                self._ask(MailboxErrorCode.REMOVAL, "EXPUNGE", chosen)
                return
            marked = {int(uid) for uid in self._connection.uids("DELETED", charset=None)}
            if marked <= set(taken) and self._client.expunge()[0] != "OK":
                raise MailboxUnreadable(MailboxErrorCode.REMOVAL)

    def move(self, uids: Collection[int], folder: str, *, taken: Collection[int]) -> None:
        """Move messages to a folder, created if missing; `taken` as in `remove`."""
        chosen, name = _joined(uids), encode_folder(folder)
        with self._bounded(otherwise=MailboxErrorCode.FULL):
            if not self._connection.folder.exists(folder):
                self._connection.folder.create(folder)
            if "MOVE" in self._client.capabilities:
                self._ask(MailboxErrorCode.FULL, "MOVE", chosen, name)
                return
            self._ask(MailboxErrorCode.FULL, "COPY", chosen, name)
        self.remove(uids, taken=taken)

    @contextmanager
    def other_folder(self, folder: str) -> Iterator[bool]:
        """Work in another folder; yields whether it exists."""
        with self._bounded():
            exists = self._connection.folder.exists(folder)
            if exists:
                self._connection.folder.set(folder)
        yield exists
        if exists:
            with self._bounded():
                self._connection.folder.set(self._address.folder)

    def older_than(self, day: date) -> list[int]:
        """Return the messages of the current folder that arrived before `day`."""
        with self._bounded():
            return [int(uid) for uid in self._connection.uids(AND(date_lt=day), charset=None)]

    @property
    def _client(self) -> imaplib.IMAP4:
        return self._connection.client

    def _enter(self) -> None:
        with self._bounded():
            user, password = self._address.user, self._address.password
            plain = (user + password).isascii()
            try:
                (self._connection.login if plain else self._connection.login_utf8)(user, password, None)
            except MailboxLoginError as error:
                server_text = error.command_result[1][0] if error.command_result[1] else b""
                raise MailboxUnreadable(
                    MailboxErrorCode.BUSY if _NOT_NOW.search(server_text or b"") else MailboxErrorCode.LOGIN
                ) from None
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                raise MailboxUnreadable(MailboxErrorCode.LOGIN) from None
            # Many servers list all capabilities only after login.
            capabilities = self._client.capability()[1][0] or b""
            self._client.capabilities = tuple(capabilities.decode(errors="replace").upper().split())
            try:
                self._connection.folder.set(self._address.folder)
            except (MailboxFolderSelectError, imaplib.IMAP4.readonly):
                raise MailboxUnreadable(MailboxErrorCode.FOLDER) from None
            validity = self._client.response("UIDVALIDITY")[1][0]
            self.uid_validity = int(validity) if validity and validity.isdigit() else 0

    def _part(self, uid: int, section: str, *, offset: int, size: int) -> bytes | None:
        """Return bytes of a section of a message ("" is all of it); None if the message no longer exists."""
        name = f"BODY[{section}]"
        for line in self._fetch(str(uid), f"(UID BODY.PEEK[{section}]<{offset}.{size}>)"):
            found = _UID.search(_text_of(line))
            if found and int(found[1]) != uid:
                continue
            if isinstance(line, tuple) and name.encode() in line[0]:
                return bytes(line[1])
            if quoted := _QUOTED.search(_text_of(line)):
                return re.sub(rb"\\(.)", rb"\1", quoted[1])
            if f"{name} NIL".encode() in _text_of(line) or f"{name}<{offset}> NIL".encode() in _text_of(line):
                return b""
        return None

    def _fetch(self, uids: str, what: str) -> list[Any]:
        """Return the lines of the response.

        The list is empty if the server refuses, as it may for a deleted message (RFC 2180, 4.1).
        """
        with self._bounded():
            kind, lines = self._client.uid("FETCH", uids, what)
        return [line for line in lines if line] if kind == "OK" else []

    def _ask(self, otherwise: MailboxErrorCode, *command: str | bytes) -> None:
        if self._client.uid(*command)[0] != "OK":  # type: ignore[arg-type]
            raise MailboxUnreadable(otherwise)

    @contextmanager
    def _bounded(self, otherwise: MailboxErrorCode = MailboxErrorCode.NONSENSE) -> Iterator[None]:
        """Convert failures to codes, and close a connection that is too slow."""
        timer = threading.Timer(COMMAND_SECONDS, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except MailboxUnreadable:
            raise
        except (TimeoutError, OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
            raise MailboxUnreadable(self._why(error, otherwise)) from None
        finally:
            timer.cancel()

    def _why(self, error: Exception, otherwise: MailboxErrorCode) -> MailboxErrorCode:
        if self._overdue or isinstance(error, TimeoutError):
            return MailboxErrorCode.TIMEOUT
        if isinstance(error, OSError | imaplib.IMAP4.abort):
            return MailboxErrorCode.NONSENSE if "literal" in str(error) else MailboxErrorCode.BROKEN
        return otherwise

    def _cut(self) -> None:
        self._overdue = True
        with suppress(OSError):
            # Not SSLSocket's own method, which would wait for the reading thread.
            socket.socket.shutdown(self._client.sock, socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            self._client.shutdown()


def _joined(uids: Collection[int]) -> str:
    return ",".join(str(uid) for uid in sorted(uids))


def _text_of(line: Any) -> bytes:
    """Return the line of a response without its literal."""
    return line[0] if isinstance(line, tuple) else bytes(line)
