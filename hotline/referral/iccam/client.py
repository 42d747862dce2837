"""Client of the ICCAM API, version 3, over HTTPS: sign-in, calls and error handling."""

import json
import re
import ssl
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils import timezone

from hotline.models import IccamRule
from hotline.referral.iccam import exceptions, rules
from hotline.referral.iccam.config import Config
from hotline.referral.iccam.schemas import (
    Content,
    Listing,
    NewReport,
    read_content,
    read_id,
    read_listing,
    read_report_contents,
)

if TYPE_CHECKING:
    import httpx2

# Seconds: for a connection, for each read, for the whole response.
CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 5.0, 10.0, 30.0
MAX_RESPONSE_BYTES = 4 * 1024 * 1024
# ICCAM's limit for lists.
MAX_LISTED = 200
# A token is renewed this many seconds before it expires; a token without an expiry time is used for half an hour.
MARGIN, DEFAULT_LIFETIME = 60, 1800
MAX_WAIT = 6 * 3600
_SECONDS = re.compile(r"\d{1,19}")


@dataclass(frozen=True)
class Tokens:
    """Tokens of a sign-in; `until` is a time of the monotonic clock."""

    bearer: str
    refresh: str
    until: float


# Keyed by address and user name. Each process signs in for itself; tokens are not stored.
_tokens: dict[tuple[str, str], Tokens] = {}


class Iccam:
    """A context manager for the connection. Every call may raise an `IccamError`.

    TLS is verified and our certificate is presented on every call. Redirects are not followed. A response is JSON of
    bounded size, or an error. Calls are not retried here, because ICCAM may have processed them. The caller queries
    ICCAM first.
    """

    def __init__(self, config: Config) -> None:
        import httpx2  # noqa: PLC0415 - 6 MB of every worker, most of which never talk to ICCAM

        self.config = config
        self._http = httpx2.Client(
            base_url=config.url,
            verify=config.tls,
            follow_redirects=False,
            # Only the proxy and the certificate authority of the settings are used.
            trust_env=False,
            # Uncompressed: a small compressed response could expand to a large one.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "NetPatrola"},
        )

    def __enter__(self) -> "Iccam":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def post_report(self, report: NewReport) -> int:
        """Post a report; returns its id."""
        return read_id(self._call("POST", "rest/reports", report.as_json()))

    def report_contents(self, report_id: int) -> dict[str, int]:
        """{address: content id} of a report."""
        return read_report_contents(self._call("GET", f"rest/Reports/{report_id}"))

    def content(self, content_id: int) -> Content:
        """Return the current state of a content item."""
        return read_content(self._call("GET", f"rest/Content/{content_id}"))

    def listed(self, kind: str, *, most: int = MAX_LISTED) -> Listing:
        """Content assigned to us; `kind` is "unassessed" or "unactioned"."""
        return read_listing(self._call("GET", f"rest/Content/{kind}?{urlencode({'maxResults': most})}"))

    def find_report(self, reference: str) -> int | None:
        """Return the id of the report posted under `reference`, if its content is still listed for us; otherwise None."""
        for kind in ("unactioned", "unassessed"):
            for listed in self.listed(kind).entries:
                if listed.report_reference == reference:
                    return listed.report_id
        return None

    def assess(self, content: Content, assessment: Any) -> None:
        """Post an assessment. Raises RuleForbids without a request if a rule of ICCAM forbids it."""
        _allow(rules.rule_against_assessment(content, country=self.config.country))
        self._call("PUT", f"rest/Content/{content.content_id}/assessment", dict(assessment))

    def act(self, content: Content, action: int, *, now: str) -> None:
        """Post an action, done `now` (UTC with Z). Raises RuleForbids."""
        _allow(rules.rule_against_action(content, country=self.config.country))
        body = {"actionType": action, "analystName": self.config.user, "actionDate": now, "reason": ""}
        self._call("POST", f"rest/Content/{content.content_id}/actions", body)

    def rehost(self, content: Content, *, ip: str, country: str) -> None:
        """Update the hosting of the content. Raises RuleForbids."""
        _allow(rules.rule_against_action(content, country=self.config.country))
        query = urlencode({"newIpAddress": ip, "newCountryCode": country})
        self._call("PUT", f"rest/Content/{content.content_id}/url/hosting?{query}")

    def assign(self, content: Content, *, country: str) -> None:
        """Assign the content to the hotline of another country. Raises RuleForbids."""
        _allow(rules.rule_against_action(content, country=self.config.country))
        query = urlencode({"newCountryCode": country})
        self._call("PUT", f"rest/Content/{content.content_id}/assigned-country?{query}")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        tokens = self._present_tokens()
        try:
            return self._send(method, path, body, bearer=tokens.bearer)
        except exceptions.SignInRefused:
            # Sign in again once: a token may expire early.
            tokens = self._renewed(tokens)
        return self._send(method, path, body, bearer=tokens.bearer)

    def _present_tokens(self) -> Tokens:
        tokens = _tokens.get(self._key)
        if tokens is None:
            return self._sign_in()
        return tokens if tokens.until > time.monotonic() else self._renewed(tokens)

    def _renewed(self, tokens: Tokens) -> Tokens:
        if tokens.refresh:
            body = {"bearerToken": tokens.bearer, "refreshToken": tokens.refresh}
            try:
                return self._keep(self._send("POST", "Authentication/refresh", body))
            except (exceptions.SignInRefused, exceptions.IccamRequestRejected):
                pass
        return self._sign_in()

    def _sign_in(self) -> Tokens:
        _tokens.pop(self._key, None)
        body = {"username": self.config.user, "password": self.config.password}
        try:
            return self._keep(self._send("POST", "Authentication", body))
        except exceptions.IccamRequestRejected as error:
            raise exceptions.SignInRefused(status=error.status) from error

    def _keep(self, answer: object) -> Tokens:
        bearer = answer.get("bearerToken") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(bearer, str) or not bearer.isascii():
            raise exceptions.UnreadableResponse("no token")
        lifetime = answer.get("bearerTokenExpiresIn")
        seconds = lifetime if isinstance(lifetime, int) and lifetime > 0 else DEFAULT_LIFETIME
        tokens = Tokens(
            bearer, str(answer.get("refreshToken") or ""), time.monotonic() + max(seconds - MARGIN, seconds / 2)
        )
        _tokens[self._key] = tokens
        return tokens

    @property
    def _key(self) -> tuple[str, str]:
        return self.config.url, self.config.user

    def _send(self, method: str, path: str, body: object = None, *, bearer: str = "") -> Any:
        import httpx2  # noqa: PLC0415 - as above

        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        # Some servers require a Content-Length on requests without a body.
        timeout = httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        content = {} if body is None and method == "GET" else {"json": body if body is not None else {}}
        try:
            with self._http.stream(method, path, headers=headers, timeout=timeout, **content) as response:  # type: ignore[arg-type]
                text = _body(response)
        except httpx2.DecodingError as error:
            raise exceptions.UnreadableResponse("wrong encoding") from error
        except httpx2.RequestError as error:
            raise _transport(error) from error
        return _answer(response, text)


def _allow(rule: IccamRule | None) -> None:
    if rule is not None:
        raise exceptions.RuleForbids(rule)


def _body(response: "httpx2.Response") -> bytes:
    """Return the response body within the limits of time and size. Raises UnreadableResponse or Unreachable."""
    end = time.monotonic() + ANSWER_SECONDS
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MAX_RESPONSE_BYTES:
            raise exceptions.UnreadableResponse("too large", status=response.status_code)
        if time.monotonic() > end:
            raise exceptions.Unreachable("too slow")
        parts.append(part)
    return b"".join(parts)


def _transport(error: Exception) -> exceptions.IccamError:
    cause: BaseException | None = error
    while cause is not None:
        # A dropped connection also raises SSLError; it is no certificate error.
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return exceptions.Untrusted(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return exceptions.Unreachable(type(error).__name__)


def _answer(response: "httpx2.Response", text: bytes) -> Any:
    """Return the JSON of a successful response (None if empty). Raises the error for the status."""
    status, data = response.status_code, _json(response, text)
    if response.is_success:
        if data is _NOT_JSON:
            raise exceptions.UnreadableResponse("not JSON", status=status)
        return data
    kinds: dict[int, type[exceptions.IccamError]] = {
        401: exceptions.SignInRefused,
        408: exceptions.Unreachable,
        409: exceptions.Conflict,
        429: exceptions.IccamRateLimited,
    }
    if status in kinds:
        raise kinds[status](status=status, wait=_wait(response))
    if status >= 500:
        raise exceptions.IccamServerError(status=status, wait=_wait(response))
    if status >= 400 and data is not _NOT_JSON:
        raise exceptions.IccamRequestRejected(status=status)
    # A proxy's error page or a redirect: the response is not from ICCAM.
    raise exceptions.UnreadableResponse("not ICCAM's response", status=status)


_NOT_JSON = object()


def _json(response: "httpx2.Response", text: bytes) -> Any:
    if not text.strip():
        return None
    if "json" not in response.headers.get("content-type", "").lower():
        return _NOT_JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _wait(response: "httpx2.Response") -> float | None:
    """Seconds of Retry-After, which may be a date; None if it cannot be read."""
    value = response.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), MAX_WAIT)
    try:
        seconds = (parsedate_to_datetime(value) - timezone.now()).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), MAX_WAIT)
