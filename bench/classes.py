"""P7: thirty classes of thirty pupils answer within ten seconds and poll every three, against an empty view."""

import asyncio
import random
import statistics
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from bench.environment import BenchEnvironment
from bench.figures import Figure
from bench.load import BenchError, say

CLASSES, PUPILS = 30, 30
ANSWER_SECONDS, POLL_SECONDS, LASTS_SECONDS = 10.0, 3.0, 12.0
ROUNDS = 3
BAR_MS = 300.0


@dataclass
class Client:
    """A phone: one connection, the last ETag, and the response times (seconds)."""

    host: str
    port: int
    taken: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    tag: str = ""
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: str = "") -> dict[str, str]:
        """The headers of the response. Statuses other than 200, 303 and 304 are added to `refused`."""
        began = time.monotonic()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        if self.tag and method == "GET":
            lines.append(f"If-None-Match: {self.tag}")
        if method == "POST":
            lines += ["Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded"]
            lines.append(f"Content-Length: {len(body)}")
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in head[1:])}
        await reader.readexactly(int(headers.get("content-length", 0)) if status != 304 else 0)
        self.taken.append(time.monotonic() - began)
        if status not in {200, 303, 304}:
            self.refused.append(status)
        return headers

    def close(self) -> None:
        """Close the connection."""
        if self._streams:
            self._streams[1].close()


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Medians of three rounds: the 95th percentile of all requests, and a check that every answer is saved."""
    rounds = [_round(environment, number) for number in range(1, ROUNDS + 1)]
    ours, floors = (statistics.median(each[place] for each in rounds) for place in (0, 1))
    least = min(each[2] for each in rounds)
    total = CLASSES * PUPILS
    what = f"{total} pupils answer in {ANSWER_SECONDS:.0f} s, 95th percentile; the floor asks an empty view as often"
    return [
        Figure(
            "P7",
            what,
            round(ours, 1),
            "ms",
            round(floors, 1),
            round(ours / floors, 3),
            f"<= {BAR_MS:g} ms",
            ours <= BAR_MS,
        ),
        Figure("P7", "answers kept", least, "", float(total), least / total, "= floor", least == total),
    ]


def _round(environment: BenchEnvironment, number: int) -> tuple[float, float, int]:
    classes = _open_classes()
    ours = asyncio.run(_play(environment.portal, classes))
    saved_answers = _close_classes()
    floor = asyncio.run(_play_floor(environment.floor))
    say(f"  round {number}: {ours:.0f} ms, floor {floor:.0f} ms, {saved_answers} answers kept")
    return ours, floor, saved_answers


def _open_classes() -> dict[str, list[str]]:
    """Codes of started classes with the keys of their pupils, created directly because of the limit on joins per network."""
    from django.utils import timezone  # noqa: PLC0415 - the settings are known only now

    from awareness.quizzes.live import services  # noqa: PLC0415
    from awareness.quizzes.live.models import Pace  # noqa: PLC0415
    from awareness.quizzes.models import Quiz  # noqa: PLC0415
    from awareness.quizzes.selectors import find_quiz  # noqa: PLC0415

    first = Quiz.objects.filter(entries__question__kind="single", entries__order=1).first()
    quiz = find_quiz(first.slug) if first else None
    if quiz is None:
        raise BenchError("There is no quiz that begins with a single choice.")
    classes = {}
    for _each in range(CLASSES):
        session = services.open_class(quiz=quiz, pace=Pace.TEACHER, now=timezone.now()).session
        services.start_class(session=session)
        classes[session.code] = [services.join_class(session=session, now=timezone.now()) for _pupil in range(PUPILS)]
    return classes


def _close_classes() -> int:
    from django.utils import timezone  # noqa: PLC0415 - the settings are known only now

    from awareness.quizzes.live import services  # noqa: PLC0415
    from awareness.quizzes.live.models import ClassAnswer, ClassSession  # noqa: PLC0415

    saved_answers = ClassAnswer.objects.count()
    for session in ClassSession.objects.values_list("pk", flat=True):
        services.erase_class(session_id=session, now=timezone.now())
    return saved_answers


async def _play(url: str, classes: dict[str, list[str]]) -> float:
    parts = urlsplit(url)
    host, port = str(parts.hostname), int(parts.port or 80)
    pupils = [(Client(host, port), code, key) for code, keys in classes.items() for key in keys]
    boards = [(Client(host, port), code) for code in classes]
    await asyncio.gather(
        *(_pupil(client, code, key) for client, code, key in pupils),
        *(_poll(client, f"/sr/class/{code}/board/") for client, code in boards),
    )
    return _percentile([*(client for client, _code, _key in pupils), *(client for client, _code in boards)])


async def _play_floor(url: str) -> float:
    parts = urlsplit(url)
    clients = [Client(str(parts.hostname), int(parts.port or 80)) for _each in range(CLASSES * (PUPILS + 1))]
    await asyncio.gather(*(_poll(client, "/empty/", extra=1) for client in clients))
    return _percentile(clients)


async def _pupil(client: Client, code: str, key: str) -> None:
    query = urlencode({"p": key})
    answering = asyncio.create_task(_poll(client, f"/sr/class/{code}/version/?{query}"))
    other = Client(client.host, client.port, client.taken, client.refused)
    await asyncio.sleep(random.uniform(0, ANSWER_SECONDS))  # noqa: S311 - spread, not secret
    await other.ask("POST", f"/sr/class/{code}/?{query}", urlencode({"position": 0, "answer": random.randrange(3)}))  # noqa: S311
    other.close()
    await answering


async def _poll(client: Client, path: str, extra: int = 0) -> None:
    await asyncio.sleep(random.uniform(0, POLL_SECONDS))  # noqa: S311
    ends = time.monotonic() + LASTS_SECONDS - POLL_SECONDS
    while time.monotonic() < ends:
        headers = await client.ask("GET", path)
        client.tag = headers.get("etag", client.tag)
        if extra:
            extra -= 1
            await client.ask("GET", path)
        await asyncio.sleep(POLL_SECONDS)
    client.close()


def _percentile(clients: list[Client]) -> float:
    """In milliseconds. Raises BenchError if a request was refused."""
    refused = [status for client in clients for status in client.refused]
    if refused:
        raise BenchError(f"{len(refused)} requests were refused: {sorted(set(refused))}")
    taken = [seconds for client in clients for seconds in client.taken]
    return statistics.quantiles(taken, n=20)[18] * 1000
