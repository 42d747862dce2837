"""Sender authentication of a message from our receiving server's results (RFC 8601). Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from clicksafely.common.public_suffixes import registrable_domain
from hotline.intake.email.parser import SEVERAL_FROM
from hotline.intake.email.types import ParsedMail

# Longer values were not written by our own mail server.
MAX_VALUE_LENGTH = 8192
_TOKEN = re.compile(
    r"\s+|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<open>\()|(?P<mark>[;=])|(?P<word>[^\s\";=()]+)", re.DOTALL
)
_RESULT = re.compile(r"(?P<method>[a-z0-9-]+)(?:/\d+)?", re.IGNORECASE)


@dataclass
class AuthenticationResult:
    """One result: `dkim=pass` and its properties by name, such as {"header.d": "example.org"}, in lower case."""

    method: str
    value: str
    properties: dict[str, str] = field(default_factory=dict)


def is_authenticated(mail: ParsedMail, *, authserv_id: str) -> bool:
    """Return whether the server `authserv_id` authenticated the domain of `mail.sender`.

    It did so by `dmarc=pass` or an aligned `dkim=pass`. Only the topmost header lines of that server count, up to a
    line of another server or a second `Received`. Forged lines are below the line that our server adds on receipt. For
    each method the topmost line decides.

    The result is False without an id, and for messages with several From lines or addresses. The server may have
    checked any of them.
    """
    domain = _normal(mail.sender.rpartition("@")[2])
    names = [name.lower() for name, _value in mail.headers]
    if not authserv_id or not domain or names.count("from") != 1 or SEVERAL_FROM in mail.notes:
        return False
    lines = list(_believed(names, mail.authentication_results, authserv_id))
    dmarc = next((found for line in lines if (found := _of(line, "dmarc"))), [])
    if dmarc:
        return any(
            result.value == "pass" and _normal(result.properties.get("header.from", "")) == domain for result in dmarc
        )
    dkim = next((found for line in lines if (found := _of(line, "dkim"))), [])
    return any(result.value == "pass" and _aligned(_signer(result), domain) for result in dkim)


def read_results(value: str) -> tuple[str, list[AuthenticationResult]] | None:
    """Return the server's id and its results from one header line, or None if it does not follow the grammar."""
    if len(value) > MAX_VALUE_LENGTH:
        return None
    tokens = _tokens(value)
    if tokens is None:
        return None
    head, *parts = _split(tokens, ";")
    # A version may follow the id.
    if not head or len(head) > 2 or "=" in head:
        return None
    results: list[AuthenticationResult] = []
    for part in parts:
        if not part or part == ["none"]:
            continue
        result = _read_result(part)
        if result is None:
            return None
        results.append(result)
    return head[0].lower(), results


def _believed(names: Sequence[str], values: Sequence[str], authserv_id: str) -> Iterator[list[AuthenticationResult]]:
    place = 0
    for name in names:
        if name == "received" and place:
            return
        if name != "authentication-results":
            continue
        if place >= len(values):
            return
        read = read_results(values[place])
        place += 1
        if read is None or read[0] != authserv_id.lower():
            return
        yield read[1]


def _of(results: Sequence[AuthenticationResult], method: str) -> list[AuthenticationResult]:
    return [result for result in results if result.method == method]


def _signer(result: AuthenticationResult) -> str:
    identity = result.properties.get("header.i", "")
    return _normal(result.properties.get("header.d") or identity.rpartition("@")[2])


def _aligned(signer: str, domain: str) -> bool:
    """Return whether two domains are in relaxed alignment (RFC 7489, 3.1.1): the same organisational domain."""
    return bool(signer) and (signer == domain or _organisation(signer) == _organisation(domain) != "")


@lru_cache(maxsize=1024)
def _organisation(domain: str) -> str:
    # DMARC counts the private part of the list: two customers of one hosting company are not aligned.
    return registrable_domain(domain, private=True)


def _normal(domain: str) -> str:
    domain = domain.strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return ""


def _read_result(part: list[str]) -> AuthenticationResult | None:
    """Parse `dkim = pass header.d = example.org ...`. A property without a value makes the line invalid."""
    method = _RESULT.fullmatch(part[0])
    if method is None or len(part) < 3 or part[1] != "=":
        return None
    result = AuthenticationResult(method["method"].lower(), part[2].lower())
    rest = part[3:]
    while rest:
        if len(rest) < 3 or rest[1] != "=":
            return None
        # The first value counts. The server does not write a second header.d.
        result.properties.setdefault(rest[0].lower(), rest[2].lower())
        rest = rest[3:]
    return result


def _tokens(value: str) -> list[str] | None:
    """Return words, unquoted strings, `;` and `=`. Comments, which may nest, are skipped."""
    found: list[str] = []
    place = 0
    while place < len(value):
        match = _TOKEN.match(value, place)
        if match is None:
            return None
        place = match.end()
        if match["open"]:
            after = _comment_end(value, place)
            if after is None:
                return None
            place = after
        elif match["quoted"]:
            text = re.sub(r"\\(.)", r"\1", match["quoted"][1:-1], flags=re.DOTALL)
            # A quoted separator would be taken for a real one, and no server writes one.
            if text in {";", "="}:
                return None
            found.append(text)
        elif match["mark"] or match["word"]:
            found.append(match[0])
    return found


def _comment_end(value: str, place: int) -> int | None:
    depth = 1
    while place < len(value):
        character = value[place]
        place += 2 if character == "\\" else 1
        depth += {"(": 1, ")": -1}.get(character, 0)
        if not depth:
            return place
    return None


def _split(tokens: Sequence[str], mark: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == mark:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
