"""P3: submitting reports and showing the form, against plain crispy forms."""

from pathlib import Path
from urllib.parse import urlencode

import redis

from bench.figures import Figure, at_least, at_most
from bench.ground import Ground
from bench.load import FLOOR_SECONDS, TARGET_SECONDS, BenchError, Target, compare, drive

POST_BAR, GET_BAR, P95_MS = 0.6, 0.7, 150.0
AT_ONCE = 16
WORDS = {
    "what": "Neko je na ovom forumu objavio nečije slike. " * 10,
    "when_seen": "today",
    "contact": "someone@example.org",
    "wants_answer": "on",
    "consent": "on",
}
ENTRY = {
    "category": "fraud",
    "severity": "phishing",
    "subject": "A suspicious link",
    "body": "Neko je na ovom forumu objavio nečije slike. " * 10,
    "address": "https://example.org/x",
    "region": "r7",
    "consent": "on",
}


def measure(ground: Ground) -> list[Figure]:
    """POST of the summary, each state once; GET of the form."""
    return [*_sending(ground), *_showing(ground)]


def sending(ground: Ground) -> Target:
    """Sends each state that `prime` has prepared once."""
    return Target(ground.portal, "send", "/sr/report/sent/", states=str(_states(ground)))


def prime(ground: Ground, wanted: int) -> None:
    """Empty the queue, then fill in the form until at least `wanted` states are ready to be sent."""
    redis.Redis.from_url(ground.redis_url).flushdb()
    form = Target(ground.portal, "prime", "/sr/report/csam/", urlencode(WORDS), str(_states(ground)))
    states: list[str] = []
    while len(states) < wanted:
        for part in _parts(ground):
            part.unlink(missing_ok=True)
        drive(form, seconds=5, connections=AT_ONCE)
        fresh = [line for part in _parts(ground) if part.exists() for line in part.read_text().splitlines()]
        if not fresh:
            raise BenchError("The form returns no summary: see the logs under var/bench.")
        states += fresh
    for number, part in enumerate(_parts(ground)):
        part.write_text("".join(f"{state}\n" for state in states[number::2]))


def _sending(ground: Ground) -> list[Figure]:
    floor = Target(ground.floor, "post", "/entry/", urlencode(ENTRY))
    # Twice the rate of the plain form, so that the states suffice.
    wanted = int(drive(floor, seconds=FLOOR_SECONDS, connections=AT_ONCE).rate * TARGET_SECONDS * 2)
    result = compare("report sent", sending(ground), floor, connections=AT_ONCE, before=lambda: prime(ground, wanted))
    return [
        at_least("P3", "report sent (16 at once)", result.rate, result.floor, result.ratio, POST_BAR),
        at_most("P3", "report sent, 95th percentile at 16 at once", result.p95, P95_MS, "ms"),
    ]


def _showing(ground: Ground) -> list[Figure]:
    form, bare = Target(f"{ground.portal}/sr/report/csam/"), Target(f"{ground.floor}/same-fields/")
    result = compare("form shown", form, bare)
    return [at_least("P3", "report form shown", result.rate, result.floor, result.ratio, GET_BAR)]


def _states(ground: Ground) -> Path:
    return ground.var_dir / "states"


def _parts(ground: Ground) -> list[Path]:
    """One file for each thread of wrk."""
    return [_states(ground).with_suffix(f".{number}") for number in (1, 2)]
