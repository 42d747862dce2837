"""P3: submitting reports, showing the form, and adding a picture to it, against plain crispy forms."""

from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import redis
from PIL import Image, ImageDraw

from bench.environment import BenchEnvironment
from bench.figures import Figure, at_least, at_most
from bench.load import FLOOR_SECONDS, TARGET_SECONDS, BenchError, Target, compare, drive
from clicksafely.common.sandbox.runner import PLACES
from hotline.models import Upload, UploadState

POST_BAR, GET_BAR, PICTURE_BAR, P95_MS = 0.6, 0.7, 0.3, 150.0
AT_ONCE = 16
# As many as pictures are read at once for requests.
PICTURES_AT_ONCE = PLACES
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


def measure(environment: BenchEnvironment) -> list[Figure]:
    """POST of the summary, each state once; GET of the form; POST of the form with a picture."""
    return [*_sending(environment), *_showing(environment), *_with_picture(environment)]


def sending(environment: BenchEnvironment) -> Target:
    """Sends each state that `prime` has prepared once."""
    return Target(environment.portal, "send", "/sr/report/sent/", states=str(_states(environment)))


def prime(environment: BenchEnvironment, count: int) -> None:
    """Empty the queue, then fill in the form until at least `count` states are ready to be sent."""
    redis.Redis.from_url(environment.redis_url).flushdb()
    form = Target(environment.portal, "prime", "/sr/report/csam/", urlencode(WORDS), str(_states(environment)))
    states: list[str] = []
    while len(states) < count:
        for part in _parts(environment):
            part.unlink(missing_ok=True)
        drive(form, seconds=5, connections=AT_ONCE)
        fresh = [line for part in _parts(environment) if part.exists() for line in part.read_text().splitlines()]
        if not fresh:
            raise BenchError("The form returns no summary: see the logs under var/bench.")
        states += fresh
    for number, part in enumerate(_parts(environment)):
        part.write_text("".join(f"{state}\n" for state in states[number::2]))


def _clear(redis_url: str) -> None:
    redis.Redis.from_url(redis_url).flushdb()


def _sending(environment: BenchEnvironment) -> list[Figure]:
    floor = Target(environment.floor, "post", "/entry/", urlencode(ENTRY))
    # Twice the rate of the plain form, so that the states suffice.
    count = int(drive(floor, seconds=FLOOR_SECONDS, connections=AT_ONCE).rate * TARGET_SECONDS * 2)
    result = compare(
        "report sent", sending(environment), floor, connections=AT_ONCE, before=lambda: prime(environment, count)
    )
    return [
        at_least("P3", "report sent (16 at once)", result.rate, result.floor, result.ratio, POST_BAR),
        at_most("P3", "report sent, 95th percentile at 16 at once", result.p95, P95_MS, "ms"),
    ]


def _showing(environment: BenchEnvironment) -> list[Figure]:
    form, bare = Target(f"{environment.portal}/sr/report/csam/"), Target(f"{environment.floor}/same-fields/")
    result = compare("form shown", form, bare)
    return [at_least("P3", "report form shown", result.rate, result.floor, result.ratio, GET_BAR)]


def _with_picture(environment: BenchEnvironment) -> list[Figure]:
    def target(site: str, path: str, fields: dict[str, str]) -> Target:
        body = environment.var_dir / f"picture{path.replace('/', '-')}"
        body.write_bytes(_multipart(fields, small_picture()))
        return Target(site, "picture", path, str(body))

    form = target(
        environment.portal, "/sr/report/cyberbullying/", {**WORDS, "addresses": "https://forum.example.org/1"}
    )
    bare = target(environment.floor, "/picture/", ENTRY)
    result = compare(
        "form with a picture",
        form,
        bare,
        connections=PICTURES_AT_ONCE,
        before=partial(_clear, environment.redis_url),
    )
    waiting = Upload.objects.filter(state=UploadState.WAITING).count()
    if waiting or not Upload.objects.filter(state=UploadState.READY, report=None).exists():
        raise BenchError(f"{waiting} pictures were not read in their request.")
    return [at_least("P3", "report form with a small picture", result.rate, result.floor, result.ratio, PICTURE_BAR)]


def small_picture() -> bytes:
    """A JPEG of 640 x 480 pixels with drawn shapes."""
    image = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(image)
    for place in range(40):
        pen.ellipse((place * 15, place * 11, place * 15 + 90, place * 11 + 70), fill=(place * 6, 90, 255 - place * 6))
    output = BytesIO()
    image.save(output, "JPEG", quality=85)
    return output.getvalue()


def _multipart(fields: dict[str, str], picture: bytes) -> bytes:
    """The parts of a form, without the end."""
    parts = b"".join(
        f'--PART\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    head = (
        b'--PART\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    return parts + head + picture + b"\r\n"


def _states(environment: BenchEnvironment) -> Path:
    return environment.var_dir / "states"


def _parts(environment: BenchEnvironment) -> list[Path]:
    """One file for each thread of wrk."""
    return [_states(environment).with_suffix(f".{number}") for number in (1, 2)]
