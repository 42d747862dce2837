"""Mock ICCAM server, version 3: TLS on loopback, stored data, expiring tokens, the four rules, and faults on request."""

import json
import re
import secrets
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlsplit

from clicksafely.devserver.mock_services.certificates import HOST, Certificate

USER, PASSWORD = "rs-hotline-api", "exchange: 5/6"
COUNTRY = "RS"
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CLASSIFICATIONS, ACTIONS = {1, 2, 4}, {0, 1, 2, 3, 4, 6}
FINAL_ACTIONS = {0, 3, 4, 6}
MEMBERS = {"RS", "DE", "NL", "FR", "US", "GB"}


class Refusal(Exception):
    """An error response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Fault:
    """A replacement for a response.

    `what` is a status, or "html", "nothing", "hang", "cut", "large", "other" (JSON of another shape). `is_executed`: the call is
    executed, and only its response is lost.
    """

    what: int | str
    is_executed: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class IccamServer:
    """A context manager. `faults` are single-use [pattern of "METHOD path", fault] pairs.

    `calls` are the requests with their status.

    `clients` is the authority of client certificates; without it every client is accepted. `token_seconds` is the
    lifetime of a token.
    """

    certificate: Certificate
    clients: Path | None = None
    token_seconds: int = 1800
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    calls: list[tuple[str, str, int]] = field(default_factory=list)
    reports: dict[int, dict[str, Any]] = field(default_factory=dict)
    contents: dict[int, dict[str, Any]] = field(default_factory=dict)
    signed_in: int = 0
    refreshed: int = 0
    # How many requests hide the contents of a new report.
    slow_to_show: int = 0

    def __post_init__(self) -> None:
        self._tokens: dict[str, float] = {}
        self._refresh: set[str] = set()
        self._ids, self._lock, self._released = count(700_001), threading.Lock(), threading.Event()

    def __enter__(self) -> Self:
        self._server = _Server((HOST, 0), _Handler)
        self._server.iccam = self
        context = self.certificate.server_context()
        if self.clients:
            context.load_verify_locations(self.clients)
            context.verify_mode = ssl.CERT_REQUIRED
        # Each connection does its handshake in its own thread, so that a stalled client blocks no other.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self._server.server_address[1]}/"

    @property
    def url_with_password(self) -> str:
        """The value of ICCAM_URL."""
        return self.url.replace("https://", f"https://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@")

    def fail(self, pattern: str, what: int | str, *, is_executed: bool = False, **headers: str) -> None:
        """Misbehave once for a matching call: `fail("POST rest/reports", "nothing", is_executed=True)`."""
        header_items = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.faults.append((pattern.lower(), Fault(what, is_executed, header_items)))

    def expire_tokens(self, *, refresh_too: bool = False) -> None:
        """Expire all tokens."""
        self._tokens.clear()
        if refresh_too:
            self._refresh.clear()

    def partner_reports(
        self,
        address: str,
        *,
        country: str = COUNTRY,
        hosted: str = COUNTRY,
        classification: int | None = None,
        memo: str = "",
        reference: str = "DE-1",
    ) -> int:
        """Return a partner's report of one URL, assigned to `country`; returns its content id."""
        assessment = {"classification": classification, "ageCategorization": 3, "genderCategorization": 2}
        url: dict[str, Any] = {
            "urlString": address,
            "hostingCountryCode": hosted,
            "hotlineReference": reference,
            "memo": memo,
        }
        url |= {"assessment": assessment if classification else None}
        report = self._keep({"hotlineReference": reference, "urls": [url]}, "DE")
        content_id: int = self.reports[report]["contents"][0]
        self.contents[content_id]["assignedCountryCode"] = country
        return content_id

    def content_of(self, address: str) -> dict[str, Any]:
        """Return the newest content of a URL."""
        return [content for content in self.contents.values() if content["url"]["urlString"] == address][-1]

    def fault(self, call: str) -> Fault | None:
        """Return the fault for this call, if any."""
        with self._lock:
            for place, (pattern, fault) in enumerate(self.faults):
                if call.lower().startswith(pattern):
                    del self.faults[place]
                    return fault
        return None

    def answer(self, method: str, target: str, body: Any, bearer: str) -> Any:
        """Return the response as JSON. Raises Refusal."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path.strip("/").lower().split("/")
        with self._lock:
            if path == ["authentication"]:
                return self._sign_in(body)
            if path == ["authentication", "refresh"]:
                return self._renew(body)
            if self._tokens.get(bearer, 0) < time.monotonic():
                raise Refusal(401, "no such token")
            match [method, *path]:
                case ["POST", "rest", "reports"]:
                    return self._new_report(body)
                case ["GET", "rest", "reports", number] if number.isdecimal():
                    return self._report(int(number))
                case ["GET", "rest", "content", number] if number.isdecimal():
                    return self._content(int(number))
                case ["GET", "rest", "content", "unassessed" | "unactioned" as kind]:
                    return self._listed(kind, int(query.get("maxResults", 200)))
                case ["PUT", "rest", "content", number, "assessment"]:
                    return self._assess(self._content(int(number)), body)
                case ["POST", "rest", "content", number, "actions"]:
                    return self._act(self._content(int(number)), body)
                case ["PUT", "rest", "content", number, "url", "hosting"]:
                    return self._rehost(self._content(int(number)), query)
                case ["PUT", "rest", "content", number, "assigned-country"]:
                    return self._assign(self._content(int(number)), query)
        raise Refusal(404, "no such address")

    def _sign_in(self, body: Any) -> dict[str, Any]:
        if body != {"username": USER, "password": PASSWORD}:
            raise Refusal(401, "no such user")
        self.signed_in += 1
        return self._new_tokens()

    def _renew(self, body: Any) -> dict[str, Any]:
        if body.get("refreshToken") not in self._refresh:
            raise Refusal(401, "no such token")
        self._refresh.discard(body["refreshToken"])
        self.refreshed += 1
        return self._new_tokens()

    def _new_tokens(self) -> dict[str, Any]:
        bearer, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._tokens[bearer] = time.monotonic() + self.token_seconds
        self._refresh.add(refresh)
        return {"bearerToken": bearer, "refreshToken": refresh, "bearerTokenExpiresIn": self.token_seconds}

    def _new_report(self, body: Any) -> int:
        if any(report["hotlineReference"] == body["hotlineReference"] for report in self.reports.values()):
            raise Refusal(409, "this hotline reference already exists")
        if not UTC_TIME.fullmatch(body["hotlineReceivedDate"]) or not body["urls"]:
            raise Refusal(400, "a date in UTC and at least one URL are needed")
        for url in body["urls"]:
            if not re.fullmatch(r"https?://\S+", url["urlString"]) or url["hostingCountryCode"] not in MEMBERS:
                raise Refusal(400, "not an address, or not a country")
            if url["assessment"]:
                _check_assessment(url["assessment"])
        return self._keep(body, COUNTRY)

    def _keep(self, body: Any, hotline: str) -> int:
        """Return a new report. Its content belongs to the reporting hotline until it is reassigned."""
        report_id, ids = next(self._ids), []
        for url in body["urls"]:
            content_id = next(self._ids)
            self.contents[content_id] = {
                "contentId": content_id,
                "reportId": report_id,
                "hotlineReference": url["hotlineReference"],
                "assignedCountryCode": hotline,
                "memo": url.get("memo") or None,
                "url": {key: value for key, value in url.items() if key not in {"assessment", "actions", "memo"}},
                "assessments": [url["assessment"]] if url["assessment"] else [],
                "actions": [],
            }
            ids.append(content_id)
        report_fields = {key: value for key, value in body.items() if key != "urls"}
        self.reports[report_id] = report_fields | {
            "reportId": report_id,
            "contents": ids,
            "reportingCountryCode": hotline,
        }
        return report_id

    def _report(self, number: int) -> dict[str, Any]:
        if number not in self.reports:
            raise Refusal(404, "no such report")
        report = self.reports[number]
        shown = report["contents"]
        if self.slow_to_show:
            self.slow_to_show -= 1
            shown = shown[:-1]
        contents = [{"contentId": each, "urlString": self.contents[each]["url"]["urlString"]} for each in shown]
        return {**report, "reportContents": contents}

    def _content(self, number: int) -> dict[str, Any]:
        if number not in self.contents:
            raise Refusal(404, "no such content")
        return self.contents[number]

    def _listed(self, kind: str, most: int) -> list[dict[str, Any]]:
        ours = [content for content in self.contents.values() if content["assignedCountryCode"] == COUNTRY]
        if kind == "unassessed":
            chosen = [content for content in ours if not content["assessments"] and not content["actions"]]
        else:
            chosen = [content for content in ours if content["assessments"] and not _is_final(content)]
        return chosen[: min(most, 200)]

    def _assess(self, content: dict[str, Any], body: Any) -> None:
        _own(content)
        _check_assessment(body)
        if content["actions"]:
            raise Refusal(409, "no assessment once actions exist")
        present = content["assessments"][-1]["classification"] if content["assessments"] else None
        if present == 1:
            raise Refusal(409, "Baseline cannot be reassessed")
        if present is not None and (present != 2 or content["url"]["hostingCountryCode"] != COUNTRY):
            raise Refusal(409, "only National may be overruled, by the hosting country's hotline")
        content["assessments"].append(body)

    def _act(self, content: dict[str, Any], body: Any) -> None:
        _own(content)
        if body["actionType"] not in ACTIONS or not UTC_TIME.fullmatch(body["actionDate"]):
            raise Refusal(400, "no such action, or no date in UTC")
        content["actions"].append(body)

    def _rehost(self, content: dict[str, Any], query: dict[str, str]) -> None:
        _own(content)
        content["url"] |= {
            "hostingCountryCode": query["newCountryCode"],
            "hostingIpAddress": query.get("newIpAddress", ""),
        }

    def _assign(self, content: dict[str, Any], query: dict[str, str]) -> None:
        _own(content)
        if query["newCountryCode"] not in MEMBERS:
            raise Refusal(400, "no member in that country")
        content["assignedCountryCode"] = query["newCountryCode"]


def _own(content: dict[str, Any]) -> None:
    if content["assignedCountryCode"] != COUNTRY:
        raise Refusal(403, "act only on content assigned to your own country")


def _is_final(content: dict[str, Any]) -> bool:
    return any(action["actionType"] in FINAL_ACTIONS for action in content["actions"])


def _check_assessment(body: Any) -> None:
    if body["classification"] not in CLASSIFICATIONS or body["ageCategorization"] not in {1, 2, 3, 4}:
        raise Refusal(400, "no such answer")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    iccam: IccamServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Failed handshakes and lost clients are not errors of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are separate packets. Without this option the body waits for the acknowledgement of the head.
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.request.settimeout(10)
        super().setup()

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def do_PUT(self) -> None:
        self._do()

    def _do(self) -> None:
        iccam = self.server.iccam
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = iccam.fault(f"{self.command} {self.path.lstrip('/')}")
        if fault is None:
            self._say(*self._answer(text))
            return
        status, answer = self._answer(text) if fault.is_executed else (0, None)
        iccam.calls.append((self.command, self.path.lstrip("/"), 0))
        match fault.what:
            case int(code):
                self._send(code, json.dumps({"message": "as told"}).encode(), "application/json", fault.headers)
            case "html":
                self._send(200, b"<!doctype html><title>Sign in</title>", "text/html", ())
            case "other":
                self._send(200, b'{"reportId": "soon", "bearerToken": 5, "contentId": null}', "application/json", ())
            case "large":
                self._send(200, b'"' + b"x" * 5 * 1024 * 1024 + b'"', "application/json", ())
            case "cut":
                self._send(status or 200, json.dumps(answer).encode(), "application/json", (), cut=True)
            case "hang":
                iccam._released.wait(60)
                self._drop()
            case _:
                self._drop()

    def _answer(self, text: bytes) -> tuple[int, Any]:
        bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        try:
            body = json.loads(text) if text else None
            return 200, self.server.iccam.answer(self.command, self.path, body, bearer)
        except Refusal as refusal:
            return refusal.status, {"message": str(refusal)}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return 400, {"message": f"not understood: {error}"}

    def _say(self, status: int, answer: Any) -> None:
        self.server.iccam.calls.append((self.command, self.path.lstrip("/"), status))
        self._send(status, json.dumps(answer).encode(), "application/json; charset=utf-8", ())

    def _send(
        self, status: int, text: bytes, kind: str, headers: tuple[tuple[str, str], ...], *, cut: bool = False
    ) -> None:
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text) + 10 if cut else len(text)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)
        if cut:
            self._drop()

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""
