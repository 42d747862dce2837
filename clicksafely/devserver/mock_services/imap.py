"""A real IMAP server (pymap, in memory) behind TLS, in a separate thread."""

import asyncio
import contextlib
import threading
from argparse import Namespace
from collections.abc import AsyncIterator, Coroutine, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Login
from pymap.backend.dict.mailbox import MailboxSet
from pymap.flags import FlagOp
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.parsing.specials.flag import Flag
from pymap.user import Passwords, UserMetadata
from pysasl import SASLAuth
from pysasl.hashing import BuiltinHash

from clicksafely.devserver.mock_services.certificates import HOST, Certificate

USER, PASSWORD = "hotline", "stand-in password"


class _Settings(Config):
    """Settings of pymap that do not scan all installed packages for login methods at every connection."""

    @property
    def tls_auth(self) -> SASLAuth:
        return _ways_to_sign_in()


@cache
def _ways_to_sign_in() -> SASLAuth:
    return SASLAuth.defaults()


class ImapServer:
    """One mailbox, at `port` with TLS and at `plain_port` without (for the proxy). Use as a context manager."""

    def __init__(self, certificate: Certificate, *, port: int = 0, user: str = USER, password: str = PASSWORD) -> None:
        self.port, self.plain_port, self.user, self.password = port, 0, user, password
        self.ca = certificate.ca
        self._certificate = certificate
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="imap stand-in", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    @property
    def url(self) -> str:
        """The value of MAIL_IMAP_URL or EVENTS_MAIL_IMAP_URL."""
        return f"imaps://{self.user}:{self.password.replace(' ', '%20')}@{HOST}:{self.port}/INBOX"

    def append(
        self, *messages: bytes, folder: str = "INBOX", flags: Iterable[bytes] = (), when: datetime | None = None
    ) -> None:
        """Deliver messages to a folder."""
        self._call(self._append(messages, folder, frozenset(Flag(flag) for flag in flags), when or datetime.now(UTC)))

    def messages(self, folder: str = "INBOX") -> list[bytes]:
        """Return the messages of a folder, the oldest first; empty if the folder does not exist."""
        return self._call(self._messages(folder))

    def unread(self, folder: str = "INBOX") -> list[bytes]:
        """Return the unread messages of a folder."""
        return self._call(self._messages(folder, unread=True))

    def flag(self, flag: bytes, folder: str = "INBOX") -> None:
        """Flag every message of a folder, as another client does."""
        self._call(self._flag(flag, folder))

    def empty(self, folder: str = "INBOX") -> None:
        """Delete every message, as another client does."""
        self._call(self._empty(folder))

    def folders(self) -> list[str]:
        """The folders' names, sorted."""
        return self._call(self._folders())

    def _run(self) -> None:
        try:
            asyncio.run(self._serve(), loop_factory=lambda: self._loop)
        except BaseException as error:  # noqa: BLE001 - shown where it was started
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None)
        config = _Settings(
            arguments,
            host=HOST,
            port=0,
            demo_data=False,
            demo_user=self.user,
            demo_password=self.password,
            tls_enabled=False,
            invalid_user_sleep=0.0,
            reject_dnsbl=False,
            # The default of half a million hash rounds per login would take most of a test's time.
            hash_context=BuiltinHash(rounds=1000),
            ssl_context=self._certificate.server_context(),
        )
        config.apply_context()
        self._login = Login(config)
        hashed = await Passwords(config).hash_password(self.password)
        await self._login.demo_user_identity.set(UserMetadata(config, self.user, password=hashed))
        serve = IMAPServer(self._login, config)

        lines: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = asyncio.current_task()
            assert line is not None
            lines.add(line)
            line.add_done_callback(lines.discard)
            with contextlib.suppress(OSError):
                await serve(reader, writer, SocketInfoLocal(writer))
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

        secure = await asyncio.start_server(
            connected, HOST, self.port, ssl=self._certificate.server_context(), limit=2**24
        )
        plain = await asyncio.start_server(connected, HOST, 0, limit=2**24)
        self.port, self.plain_port = (server.sockets[0].getsockname()[1] for server in (secure, plain))
        self._ready.set()
        await self._stop.wait()
        for server in (secure, plain):
            server.close()
            server.close_clients()
        await asyncio.gather(*lines, return_exceptions=True)

    def _call[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    @contextlib.asynccontextmanager
    async def _mailboxes(self) -> AsyncIterator[MailboxSet]:
        async with self._login.demo_user_identity.new_session() as session:
            yield session.mailbox_set

    async def _append(self, messages: Iterable[bytes], folder: str, flags: frozenset[Flag], when: datetime) -> None:
        async with self._mailboxes() as mailboxes:
            mailbox = await mailboxes.get_mailbox(folder)
            for message in messages:
                await mailbox.append(AppendMessage(message, when, flags))

    async def _messages(self, folder: str, *, unread: bool = False) -> list[bytes]:
        async with self._mailboxes() as mailboxes:
            if folder not in [entry.name for entry in (await mailboxes.list_mailboxes()).list()]:
                return []
            mailbox = await mailboxes.get_mailbox(folder)
            found = [message async for message in mailbox.messages()]
            if unread:
                found = [message for message in found if Flag(rb"\Seen") not in message.permanent_flags]
            loaded = [await message.load_content(FetchRequirement.CONTENT) for message in found]
            return [bytes(message) for message in loaded]

    async def _flag(self, flag: bytes, folder: str) -> None:
        async with self._mailboxes() as mailboxes:
            mailbox = await mailboxes.get_mailbox(folder)
            for message in [message async for message in mailbox.messages()]:
                await mailbox.update(message.uid, message, frozenset({Flag(flag)}), FlagOp.ADD)

    async def _empty(self, folder: str) -> None:
        async with self._mailboxes() as mailboxes:
            mailbox = await mailboxes.get_mailbox(folder)
            await mailbox.delete([message.uid async for message in mailbox.messages()])

    async def _folders(self) -> list[str]:
        async with self._mailboxes() as mailboxes:
            return sorted(entry.name for entry in (await mailboxes.list_mailboxes()).list() if entry.exists)
