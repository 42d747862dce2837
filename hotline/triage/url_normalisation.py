"""URL normalisation: one canonical location for each address (or place in an app), shared by all reports. Pure."""

import base64
import hashlib
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import ada_url

from clicksafely.common.invisible_characters import strip_invisible
from clicksafely.common.public_suffixes import public_suffix, registrable_domain
from clicksafely.common.serbian.search_folding import slugify
from hotline.models import LocationKind
from hotline.triage.url_candidates import candidates

MAX_CANONICAL_LENGTH = 2048
MAX_TYPED_LENGTH = 8192
MAX_HANDLE_LENGTH = 64
MAX_HOST_LENGTH, MAX_LABEL_LENGTH = 253, 63

_WEB_SCHEMES = frozenset({"http", "https", "ftp"})
_REFUSED_SCHEME = re.compile(
    r"(?:javascript|vbscript|data|file|blob|mailto|tel|sms|tg|magnet|ed2k|about):\S", re.IGNORECASE
)
_ANY_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30})://", re.IGNORECASE)
_HEAD = re.compile(r"[^/?#\\]*")
# The last run of letters, digits, dots and hyphens: `see:example.org:8080` -> example.org, 8080.
_BARE_HOST = re.compile(r"(?<![\w.-])([\w.-]++)(:\d{1,5})?$")
_MAGNET = re.compile(
    r"magnet:\?(?:[^#\s]*?&)?xt(?:\.\d)?=urn:btih:([0-9a-f]{40}|[a-z2-7]{32})(?![0-9a-z])", re.IGNORECASE
)
_ED2K = re.compile(r"ed2k://\|file\|[^|]*\|(\d{1,16})\|([0-9a-f]{32})\|", re.IGNORECASE)
_ONION = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z2-7]{56}\.onion")
_OLD_ONION = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z2-7]{16}\.onion")
_HANDLE = re.compile(rf"(?=.*\w)[\w.+/#:-]{{1,{MAX_HANDLE_LENGTH}}}")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid|mkt_tok"
    r"|_ga|_gl|_hsenc|_hsmi|vero_id|vero_conv|oly_anon_id|oly_enc_id|wickedid|rb_clickid|s_cid|srsltid)",
    re.IGNORECASE,
)
# Suffixes that usually are file extensions. With a scheme, `www.` or a path they are taken as sites.
_FILE_ENDINGS = frozenset({"zip", "mov", "md", "py", "sh", "pl", "ps"})


class UnreadableReason(StrEnum):
    """Reason for which a word that looks like an address is not accepted."""

    SCHEME = "scheme"  # not on the web, or not an address of content: mailto, javascript, tg
    EMAIL = "email"
    HOST = "host"  # its host cannot exist
    FILE = "file"  # as likely the name of a file
    OLD_ONION = "old_onion"  # version 2 onion services ended in 2021
    TOO_LONG = "too_long"


class NotALocation(ValueError):
    """Raised by `locate`. `why` is None for a plain word."""

    def __init__(self, why: UnreadableReason | None) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Location:
    """One location. `host` is ASCII (punycode), "" for apps and file sharing. `registrable_domain` may be ""."""

    kind: LocationKind
    canonical: str
    host: str = ""
    registrable_domain: str = ""

    @property
    def digest(self) -> bytes:
        """The 32-byte key of the content item: SHA-256 of kind, a colon and the canonical location."""
        return hashlib.sha256(f"{self.kind.value}:{self.canonical}".encode()).digest()

    def as_dict(self) -> dict[str, str]:
        """Return an entry of `Report.locations`."""
        return {"kind": self.kind.value, "canonical": self.canonical}

    @classmethod
    def from_dict(cls, entry: dict[str, Any]) -> "Location":
        """Return the location of an entry of `as_dict`."""
        canonical = entry["canonical"]
        host = ada_url.URL(canonical).hostname
        return cls(LocationKind(entry["kind"]), canonical, host, _domain(host))


@dataclass(frozen=True)
class UnreadableWord:
    """A rejected word, cut to 80 characters, with the reason. str() returns the word."""

    word: str
    why: UnreadableReason

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True)
class Extraction:
    """The distinct results of `extract_locations`, in text order."""

    locations: tuple[Location, ...]
    unreadable: tuple[UnreadableWord, ...]


def extract_locations(text: str) -> Extraction:
    """Return the addresses in the first 200,000 characters of `text`."""
    locations: dict[Location, None] = {}
    unreadable: dict[UnreadableWord, None] = {}
    for word in dict.fromkeys(candidates(text)):
        try:
            locations[locate(word)] = None
        except NotALocation as problem:
            if problem.why is not None:
                shown = word if len(word) <= 80 else f"{word[:79]}…"
                unreadable[UnreadableWord(shown, problem.why)] = None
    return Extraction(tuple(locations), tuple(unreadable))


def app_location(app: str, handle: str) -> Location:
    """Return the location of an app or game: `app:<code>/<handle>`. `handle` is a user, group, channel or server.

    Canonical locations are stored in clear text. A handle is therefore one word of the characters that apps allow in
    names. Group titles and sentences may name a child and stay in the encrypted text. Raises ValueError for them.
    """
    folded = unicodedata.normalize("NFKC", strip_invisible(handle)).casefold()
    # Case folding may undo NFKC. The second round makes the result stable.
    folded = unicodedata.normalize("NFKC", folded).strip().lstrip("@").strip()
    if not _HANDLE.fullmatch(folded):
        raise ValueError("no handle")
    return Location(LocationKind.APP, f"app:{slugify(app, fallback='other')}/{folded}")


def locate(word: str) -> Location:
    """Return the location of one word. Raises NotALocation.

    Rules for the same address:

    - WHATWG parsing (https://url.spec.whatwg.org) normalises the case of scheme and host, IDNA, default port and dot
      segments. User names, passwords, a final dot of the host and an empty query are removed. Percent-encoding follows
      RFC 3986, 6.2.2.
    - Tracking parameters are removed. All others stay in their order, because they may identify the content.
    - The fragment is removed, except `#!...` and `#/...`, which single-page sites use for their pages.
    - `http` and `https` are different addresses. Hosts may serve different content, and a takedown notice needs the
      exact address. An address typed without a scheme gets `https`, an onion service `http`.
    - Accepted are `http`, `https` and `ftp` addresses, and magnet and ed2k links. Only the hash of the latter counts,
      because the names in them are arbitrary.
    """
    if len(word) > MAX_TYPED_LENGTH:
        raise NotALocation(UnreadableReason.TOO_LONG)
    shared = _file_sharing(word)
    if shared:
        return shared
    scheme = _ANY_SCHEME.match(word)
    if _REFUSED_SCHEME.match(word) or (scheme and scheme[1].lower() not in _WEB_SCHEMES):
        raise NotALocation(UnreadableReason.SCHEME)
    location = _web(word if scheme else _with_scheme(word))
    if len(location.canonical) > MAX_CANONICAL_LENGTH:
        raise NotALocation(UnreadableReason.TOO_LONG)
    return location


def _file_sharing(word: str) -> Location | None:
    if magnet := _MAGNET.match(word):
        info_hash = magnet[1].lower()
        if len(info_hash) == 32:
            info_hash = base64.b32decode(info_hash.upper()).hex()
        return Location(LocationKind.URL, f"magnet:?xt=urn:btih:{info_hash}")
    if ed2k := _ED2K.match(word):
        return Location(LocationKind.URL, f"ed2k://|file||{int(ed2k[1])}|{ed2k[2].lower()}|/")
    return None


def _with_scheme(word: str) -> str:
    """Return a bare `example.org/a` with a scheme.

    Raises NotALocation, because most words with a dot are plain words.
    """
    head = _HEAD.match(word)[0]  # type: ignore[index]
    rest = word[len(head) :]
    found = _BARE_HOST.search(head)
    host = found[1].strip(".-_") if found else ""
    if "." not in host:
        raise NotALocation(None)
    last = host.rpartition(".")[2]
    www = host[:4].lower() == "www."
    is_host = _is_ipv4(host) or bool(_domain(host.lower()))
    if "@" in head:
        raise NotALocation(UnreadableReason.EMAIL if is_host else None)
    if not is_host:
        meant = www or (len(rest) > 1 and rest[0] == "/" and last.isalpha() and len(last) > 1)
        raise NotALocation(UnreadableReason.HOST if meant else None)
    if not rest and not www and not found[2]:  # type: ignore[index]
        # "rekao.To je": the end of a sentence without a following space.
        if last.istitle() and host[0].islower():
            raise NotALocation(None)
        if last.lower() in _FILE_ENDINGS:
            raise NotALocation(UnreadableReason.FILE)
    scheme = "http" if last.lower() == "onion" else "https"
    return f"{scheme}://{host}{found[2] or ''}{rest}"  # type: ignore[index]


def _web(address: str) -> Location:
    try:
        url = ada_url.URL(address)
    except ValueError as error:
        raise NotALocation(UnreadableReason.HOST) from error
    name = url.hostname.removesuffix(".")
    host = f"{name}:{url.port}" if url.port else name
    fragment = url.hash if url.hash.startswith(("#!", "#/")) else ""
    canonical = f"{url.protocol}//{host}{_percent(url.pathname)}{_query(url.search)}{_percent(fragment)}"
    if url.host_type == ada_url.HostType.DEFAULT:
        _check_name(name)
    kind = LocationKind.ONION if name.endswith(".onion") else LocationKind.URL
    return Location(kind, canonical, name, _domain(name))


def _query(search: str) -> str:
    parameters = _percent(search[1:]).split("&")
    remaining = [each for each in parameters if each and not _TRACKING.fullmatch(each.partition("=")[0])]
    return f"?{'&'.join(remaining)}" if remaining else ""


def _percent(text: str) -> str:
    return _PERCENT.sub(_one_spelling, text)


def _one_spelling(match: re.Match[str]) -> str:
    if match[1] is None:
        return "%25"
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _check_name(name: str) -> None:
    labels = name.split(".")
    if labels[-1] == "onion" and not _ONION.fullmatch(name):
        raise NotALocation(UnreadableReason.OLD_ONION if _OLD_ONION.fullmatch(name) else UnreadableReason.HOST)
    if len(name) > MAX_HOST_LENGTH or not all(0 < len(label) <= MAX_LABEL_LENGTH for label in labels):
        raise NotALocation(UnreadableReason.HOST)
    if len(labels) == 1 and name != "localhost":
        raise NotALocation(UnreadableReason.HOST)


@lru_cache(maxsize=4096)
def _domain(host: str) -> str:
    """Return the registrable domain of a host in the host's own spelling, or "" for an unknown suffix."""
    if len(host) > MAX_HOST_LENGTH * 2:
        return ""
    return registrable_domain(host)


def is_public_suffix(name: str) -> bool:
    """Return whether `name` (in lower case) is a public suffix, such as `rs` or `co.rs`."""
    return bool(name) and not _domain(name) and public_suffix(name) == name


def _is_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
