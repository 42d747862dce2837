"""Unwraps addresses from the redirect links of mail gateways and social networks. Pure."""

import base64
import binascii
import re
import string
from urllib.parse import parse_qs, unquote

_ROUNDS = 4
_WEB = re.compile(r"https?://", re.IGNORECASE)
_LINK = re.compile(
    r"https?://(?:www\.)?(?P<host>[\w.-]{1,253})(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?", re.IGNORECASE
)
# Host, path, and the parameter that contains the address.
_PARAMETERS = (
    (re.compile(r"(?:[\w-]+\.)*safelinks\.protection\.(?:outlook|office365)\.(?:com|us)"), re.compile(r"/.*|"), "url"),
    (re.compile(r"linkprotect\.cudasvc\.com"), re.compile(r"/url"), "a"),
    (re.compile(r"urldefense\.proofpoint\.com"), re.compile(r"/v1/url"), "u"),
    (re.compile(r"google\.(?:com|rs|[a-z]{2}|com?\.[a-z]{2})"), re.compile(r"/url"), "q"),
    (re.compile(r"google\.(?:com|rs|[a-z]{2}|com?\.[a-z]{2})"), re.compile(r"/url"), "url"),
    (re.compile(r"(?:lm?|m)\.facebook\.com"), re.compile(r"/l\.php"), "u"),
    (re.compile(r"l\.(?:instagram|messenger|threads)\.(?:com|net)"), re.compile(r"/?(?:l\.php)?"), "u"),
    (re.compile(r"youtube\.com"), re.compile(r"/redirect"), "q"),
    (re.compile(r"vk\.com"), re.compile(r"/away\.php"), "to"),
    (re.compile(r"steamcommunity\.com"), re.compile(r"/linkfilter/?"), "u"),
    (re.compile(r"steamcommunity\.com"), re.compile(r"/linkfilter/?"), "url"),
    (re.compile(r"duckduckgo\.com"), re.compile(r"/l/?"), "uddg"),
)
_DEFENSE_2 = re.compile(r"https?://urldefense\.proofpoint\.com/v2/url\?(?:[^#]*?&)?u=([^&#]+)", re.IGNORECASE)
_DEFENSE_2_CODES = str.maketrans("-_", "%/")
_DEFENSE_3 = re.compile(r"https?://urldefense\.(?:com|us)/v3/__(.+?)__;([\w-]*)(?:!|$)", re.IGNORECASE)
_MARK = re.compile(r"\*(?:\*(.))?")
# The number of characters for each mark (Proofpoint's own decoder: URL Defense, version 3).
_RUNS = {
    character: length
    for length, character in enumerate(f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_", start=2)
}


def unwrap(address: str) -> str:
    """Return the inner address if `address` is a known wrapper, else `address`.

    The report is about the inner address. The wrapper may identify the reporter, because Safe Links contains the
    recipient's mailbox.
    """
    for _round in range(_ROUNDS):
        inside = _inside(address)
        if inside is None:
            break
        address = inside
    return address


def _inside(address: str) -> str | None:
    link = _LINK.match(address)
    if link is None:
        return None
    if match := _DEFENSE_3.match(address):
        inside = _undefend(match[1], match[2])
    elif match := _DEFENSE_2.match(address):
        inside = unquote(match[1].translate(_DEFENSE_2_CODES))
    else:
        inside = _parameter(link["host"].lower(), link["path"] or "", link["query"] or "")
    return inside if _WEB.match(inside) else None


def _parameter(host: str, path: str, query: str) -> str:
    for hosts, paths, name in _PARAMETERS:
        if (
            hosts.fullmatch(host)
            and paths.fullmatch(path)
            and (values := parse_qs(query.replace("&amp;", "&")).get(name))
        ):
            return values[0]
    return ""


def _undefend(inside: str, code: str) -> str:
    """Decode version 3, which replaces unusual characters by marks and appends them in base64."""
    try:
        taken = iter(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode())
    except (binascii.Error, ValueError):
        return ""

    def put_back(mark: re.Match[str]) -> str:
        return "".join(next(taken, "*") for _number in range(_RUNS.get(mark[1], 1) if mark[1] else 1))

    return _MARK.sub(put_back, inside)
