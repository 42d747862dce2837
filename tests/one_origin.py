"""One address for the public and the staff server of a test portal, as a browser test has one base URL."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

STAFF_PATHS = (b"/admin", b"/metrics")
_HEAD_LIMIT = 1 << 17


@contextlib.contextmanager
def one_origin(*, public_port: int, staff_port: int, port: int) -> Iterator[None]:
    """Serve `port` on the loopback interface: paths of the staff site from `staff_port`, all others from `public_port`.

    One request a connection: a proxy in front of both sites on two host names, as in production, would need no more.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                head = await reader.readuntil(b"\r\n\r\n")
                await _relay(head, reader, writer)
        finally:
            writer.close()

    async def end() -> None:
        server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        # Transports that were closed above end in the next turn of the loop.
        await asyncio.sleep(0)

    async def _relay(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        is_staff = request.split(b" ")[1].startswith(STAFF_PATHS)
        headers = [line for line in lines if not line.lower().startswith(b"connection:")]
        answer, question = await asyncio.open_connection("127.0.0.1", staff_port if is_staff else public_port)
        question.write(b"\r\n".join([request, *headers, b"Connection: close", b"", b""]))
        sending = asyncio.ensure_future(_pump(reader, question))
        try:
            await _pump(answer, writer)
        finally:
            sending.cancel()
            question.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", port, limit=_HEAD_LIMIT))
    thread.start()
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(1 << 16):
        target.write(chunk)
        await target.drain()
