"""ICCAM over HTTPS: signing in, the calls of version 3, and what may go wrong with each.

TLS is verified and our certificate shown at every call; tokens live in this process's memory; no redirect is followed; an answer is JSON of a
bounded size, or an error. A call that may have been heard is not repeated here: whoever calls looks first what ICCAM has.
"""

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
    import httpx

# Seconds: for a connection, for each piece of an answer, for all of it.
CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 5.0, 10.0, 30.0
LARGEST_ANSWER = 4 * 1024 * 1024
# ICCAM lists so many at most.
MOST_LISTED = 200
# A token is renewed so many seconds before it ends; one whose end is not told lasts half an hour.
MARGIN, DEFAULT_LIFETIME = 60, 1800
LONGEST_WAIT = 6 * 3600
_SECONDS = re.compile(r"\d{1,19}")


@dataclass(frozen=True)
class Tokens:
    """What a sign-in gave; `until` is of the monotonic clock."""

    bearer: str
    refresh: str
    until: float


# By address and name. Each process signs in for itself; nothing of it is stored.
_tokens: dict[tuple[str, str], Tokens] = {}


def forget_tokens() -> None:
    """Sign in anew at the next call."""
    _tokens.clear()


class Iccam:
    """A context manager around the connection. Every call raises an `IccamError`."""

    def __init__(self, config: Config) -> None:
        import httpx  # noqa: PLC0415 - 6 MB of every worker, most of which never talk to ICCAM

        self.config = config
        self._http = httpx.Client(
            base_url=config.url,
            verify=config.tls,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            # No proxy and no authority but those that the settings name.
            trust_env=False,
            # Not compressed: a small answer must not become a large one here.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "NetPatrola"},
        )

    def __enter__(self) -> "Iccam":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def post_report(self, report: NewReport) -> int:
        """Make a report; its id."""
        return read_id(self._call("POST", "rest/reports", report.as_json()))

    def report_contents(self, report_id: int) -> dict[str, int]:
        """{address: content id} of a report."""
        return read_report_contents(self._call("GET", f"rest/Reports/{report_id}"))

    def content(self, content_id: int) -> Content:
        """A content item as it is now."""
        return read_content(self._call("GET", f"rest/Content/{content_id}"))

    def listed(self, kind: str, *, most: int = MOST_LISTED) -> Listing:
        """Content assigned to us; `kind` is "unassessed" or "unactioned"."""
        return read_listing(self._call("GET", f"rest/Content/{kind}?{urlencode({'maxResults': most})}"))

    def find_report(self, reference: str) -> int | None:
        """The id of the report that we posted under `reference`, as far as its content still waits with us; None where none is seen."""
        for kind in ("unactioned", "unassessed"):
            for listed in self.listed(kind).entries:
                if listed.report_reference == reference:
                    return listed.report_id
        return None

    def assess(self, content: Content, assessment: Any) -> None:
        """Give an assessment. Raises RuleForbids, without asking, where a rule of ICCAM forbids it."""
        _allow(rules.rule_against_assessment(content, country=self.config.country))
        self._call("PUT", f"rest/Content/{content.content_id}/assessment", dict(assessment))

    def act(self, content: Content, action: int, *, now: str) -> None:
        """Record an action, done `now` (UTC with Z). Raises RuleForbids."""
        _allow(rules.rule_against_action(content, country=self.config.country))
        body = {"actionType": action, "analystName": self.config.user, "actionDate": now, "reason": ""}
        self._call("POST", f"rest/Content/{content.content_id}/actions", body)

    def rehost(self, content: Content, *, ip: str, country: str) -> None:
        """Say where it is hosted now. Raises RuleForbids."""
        _allow(rules.rule_against_action(content, country=self.config.country))
        query = urlencode({"newIpAddress": ip, "newCountryCode": country})
        self._call("PUT", f"rest/Content/{content.content_id}/url/hosting?{query}")

    def assign(self, content: Content, *, country: str) -> None:
        """Hand it to the hotline of another country. Raises RuleForbids."""
        _allow(rules.rule_against_action(content, country=self.config.country))
        query = urlencode({"newCountryCode": country})
        self._call("PUT", f"rest/Content/{content.content_id}/assigned-country?{query}")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        tokens = self._present_tokens()
        try:
            return self._send(method, path, body, bearer=tokens.bearer)
        except exceptions.SignInRefused:
            # Once more: a token may end before its time.
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
        import httpx  # noqa: PLC0415 - as above

        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        # Some servers want a length where there is nothing to say.
        content = {} if body is None and method == "GET" else {"json": body if body is not None else {}}
        try:
            with self._http.stream(method, path, headers=headers, **content) as response:  # type: ignore[arg-type]
                text = _body(response)
        except httpx.DecodingError as error:
            raise exceptions.UnreadableResponse("not in its encoding") from error
        except httpx.RequestError as error:
            raise _transport(error) from error
        return _answer(response, text)


def _allow(rule: IccamRule | None) -> None:
    if rule is not None:
        raise exceptions.RuleForbids(rule)


def _body(response: "httpx.Response") -> bytes:
    """All of it, in time and not too much. Raises Unreadable or Unreachable."""
    end = time.monotonic() + ANSWER_SECONDS
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise exceptions.UnreadableResponse("too large", status=response.status_code)
        if time.monotonic() > end:
            raise exceptions.Unreachable("too slow")
        parts.append(part)
    return b"".join(parts)


def _transport(error: Exception) -> exceptions.IccamError:
    cause: BaseException | None = error
    while cause is not None:
        # A line that is cut looks like this too, and is no quarrel about certificates.
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return exceptions.Untrusted(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return exceptions.Unreachable(type(error).__name__)


def _answer(response: "httpx.Response", text: bytes) -> Any:
    """The JSON of a good answer (None where it is empty). Raises what the status says."""
    status, said = response.status_code, _json(response, text)
    if response.is_success:
        if said is _NOT_JSON:
            raise exceptions.UnreadableResponse("not JSON", status=status)
        return said
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
    if status >= 400 and said is not _NOT_JSON:
        raise exceptions.IccamRequestRejected(status=status)
    # A page of a proxy in between, a redirect: not ICCAM's word.
    raise exceptions.UnreadableResponse("not ICCAM's answer", status=status)


_NOT_JSON = object()


def _json(response: "httpx.Response", text: bytes) -> Any:
    if not text.strip():
        return None
    if "json" not in response.headers.get("content-type", "").lower():
        return _NOT_JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _wait(response: "httpx.Response") -> float | None:
    """Seconds of Retry-After, which may be a date; None where it says nothing that can be read."""
    value = response.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(value) - timezone.now()).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)
