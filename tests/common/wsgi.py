"""Calls a WSGI application as a server does."""

from io import BytesIO
from typing import NamedTuple
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults


class Answer(NamedTuple):
    """The response; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def environment(
    path: str = "/", *, method: str = "GET", host: str = "localhost", query: str = "", **headers: str
) -> WSGIEnvironment:
    """Return the environment of a request; `headers` are named as in WSGI without `HTTP_`."""
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": host,
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.input": BytesIO(),
        **{f"HTTP_{name}": value for name, value in headers.items()},
    }
    setup_testing_defaults(environ)
    return environ


def ask(app: WSGIApplication, path: str = "/", **request: str) -> Answer:
    """Send one request and read the whole response."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
        started.append((status, headers))
        return lambda data: None

    chunks = app(environment(path, **request), start_response)  # type: ignore[arg-type]
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    [(status, headers)] = started
    assert len({name.lower() for name, _ in headers}) == len(headers), "a header came twice"
    return Answer(int(status[:3]), {name.lower(): value for name, value in headers}, body)
