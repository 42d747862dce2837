"""A small WSGI application behind `BodyReception`, for tests of slow bodies. SHORT_LIMITS=1 ends them after a second or two."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from clicksafely.common.http import body_reception
from clicksafely.common.http.body_reception import BodyReception, SlowConnectionCloser

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Return 200 if the body was received, else 503, as the pages of the portal do."""
    missing, status = int(environ.get("CONTENT_LENGTH") or 0), "200 OK"
    try:
        while missing:
            missing -= len(environ["wsgi.input"].read(min(missing, 65536)))
    except OSError:
        status = "503 Service Unavailable"
    start_response(status, [("Content-Length", "0")])
    return [b""]


application = BodyReception(answer)
if os.environ.get("SHORT_LIMITS"):
    body_reception.BODY_SECONDS = 2.0  # type: ignore[misc]
    application._closer = SlowConnectionCloser(1.0)
