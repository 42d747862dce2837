"""Proxy between an IMAP client and a real server, over TLS, that simulates faulty servers and connections."""

import asyncio
import re
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Self

from clicksafely.devserver.mock_services.certificates import HOST, Certificate
from clicksafely.devserver.mock_services.imap import ImapServer

_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")
_TAG = re.compile(rb"(\S+) ")
_LIMIT = 2**24

Change = Callable[[bytes], AsyncIterator[bytes]]


class _Cut(Exception):
    """The connection breaks."""


class Meddler:
    """Use as a context manager. `fault_count` counts the triggered faults, `commands` are those of the client."""

    def __init__(self, server: ImapServer, certificate: Certificate) -> None:
        self.fault_count = 0
        self.commands: list[bytes] = []
        self.port = 0
        self._server = server
        self._certificate = certificate
        self._refused: list[tuple[re.Pattern[bytes], bytes | None]] = []
        self._changed: list[tuple[re.Pattern[bytes], Change]] = []
        self._swallowed: list[re.Pattern[bytes]] = []
        self._lines: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="meddler", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    @property
    def url(self) -> str:
        """The value of MAIL_IMAP_URL."""
        return self._server.url.replace(f":{self._server.port}/", f":{self.port}/")

    def behave(self) -> None:
        """Remove all faults."""
        self._refused, self._changed, self._swallowed = [], [], []

    def refuse(self, command: bytes, answer: bytes) -> None:
        """Respond to matching commands instead of the server: `refuse(rb"UID MOVE", b"NO [OVERQUOTA] full")`."""
        self._refused.append((re.compile(command), answer))

    def cut_at(self, command: bytes) -> None:
        """Break the connection instead of passing a matching command on."""
        self._refused.append((re.compile(command), None))

    def rewrite(self, line: bytes, instead: bytes, *, swallow: bool = False) -> None:
        """Rewrite matching lines of the server with `re.sub`; the literal that follows is kept, or dropped."""
        pattern = re.compile(line)

        async def changed(data: bytes) -> AsyncIterator[bytes]:
            yield pattern.sub(instead, data)

        self._changed.append((pattern, changed))
        if swallow:
            self._swallowed.append(pattern)

    def cut_after(self, line: bytes, count: int) -> None:
        """Break the connection this many bytes after a matching line."""

        async def cut(data: bytes) -> AsyncIterator[bytes]:
            yield data + b"x" * count
            raise _Cut

        self._changed.append((re.compile(line), cut))

    def hang_at(self, line: bytes) -> None:
        """Stop sending at a matching line."""

        async def hang(data: bytes) -> AsyncIterator[bytes]:
            await self._stop.wait()
            yield data

        self._changed.append((re.compile(line), hang))

    def drip_at(self, line: bytes) -> None:
        """Send one byte at a time, without end, from a matching line on."""

        async def drip(data: bytes) -> AsyncIterator[bytes]:
            yield data
            while True:
                await asyncio.sleep(0.02)
                yield b"x"

        self._changed.append((re.compile(line), drip))

    def _run(self) -> None:
        asyncio.run(self._serve(), loop_factory=lambda: self._loop)

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        listening = await asyncio.start_server(
            self._connected, HOST, 0, ssl=self._certificate.server_context(), limit=_LIMIT
        )
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listening.close()
        listening.close_clients()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _connected(self, from_client: StreamReader, to_client: StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        from_server, to_server = await asyncio.open_connection(HOST, self._server.plain_port, limit=_LIMIT)
        ways = [
            asyncio.create_task(self._answer(from_server, to_client)),
            asyncio.create_task(self._forward_commands(from_client, to_client, to_server)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
            with suppress(asyncio.CancelledError, OSError, EOFError, _Cut):
                await way
        for end in (to_client, to_server):
            end.transport.abort()
            with suppress(OSError):
                await end.wait_closed()

    async def _answer(self, reader: StreamReader, client: StreamWriter) -> None:
        while line := await reader.readline():
            change = next((change for pattern, change in self._changed if pattern.search(line)), None)
            if change is None:
                client.write(line)
            else:
                self.fault_count += 1
                async for part in change(line):
                    client.write(part)
                    await client.drain()
            if literal := _LITERAL.search(line):
                content = await reader.readexactly(int(literal[1]))
                if not any(pattern.search(line) for pattern in self._swallowed):
                    client.write(content)
            await client.drain()

    async def _forward_commands(self, reader: StreamReader, client: StreamWriter, server: StreamWriter) -> None:
        while line := await reader.readline():
            self.commands.append(line)
            refused = [answer for pattern, answer in self._refused if pattern.search(line)]
            if not refused:
                server.write(line)
                await server.drain()
                continue
            self.fault_count += 1
            if refused[0] is None:
                raise _Cut
            tag = _TAG.match(line)
            client.write((tag[1] if tag else b"*") + b" " + refused[0] + b"\r\n")
            await client.drain()
