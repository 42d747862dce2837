"""The text of a search is not stored in logs, files, Valkey or the database."""

from itertools import cycle
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings

from clicksafely.devserver.server_folders import servers_folder
from tests.live_portal import Site
from tests.stored_data import database_text, file_content, redis_content
from tests.waiting import until

MARKER = "tragpretrage4821"
CYRILLIC = "трагпретраге4821"
SEARCHES = (
    MARKER, f"hoću da se ubijem {MARKER}", f"samoubistvo {MARKER}", f"{CYRILLIC} фишинг", f"tata me tuče {CYRILLIC}",
    f'"{MARKER}', f"{MARKER} " * 30, f"-{MARKER}", f"\x00{MARKER}'",
)  # fmt: skip


def test_nothing_of_a_search_is_left(site: Site, worker_name: str) -> None:
    log_length = len(site.log.getvalue())
    for language, typed in zip(cycle(("sr", "sr-latn", "en")), SEARCHES, strict=False):
        request = Request(  # noqa: S310 - our own server
            f"{site.url}/{language}/search/?q={quote(typed)}",
            headers={"Referer": f"{site.url}/{language}/search/?q={quote(MARKER)}"},
        )
        with urlopen(request, timeout=300) as answer:  # noqa: S310 - our own server
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert MARKER in (page := answer.read().decode()) or CYRILLIC in page
    # Request counters are added up in Valkey every few seconds.
    until(lambda: b"public status 2xx" in redis_content(site.env["REDIS_URL"]), what="the figures of these requests")
    with site.orm():
        rows = database_text().encode()
    # The folder is a link where root runs the tests in a folder that other users may not enter.
    own = [servers_folder(folder).resolve() for folder in (settings.VAR_DIR, settings.VAR_DIR / worker_name)]
    places = {
        "database": rows,
        "valkey": redis_content(site.env["REDIS_URL"]),
        "output": site.log.getvalue()[log_length:].encode(),
        "files": file_content(site.var_dir.rglob("*")),
        "logs": file_content(path for servers in own for path in servers.glob("*.log")),
    }
    assert places["logs"]
    for where, content in places.items():
        for marker in (MARKER, CYRILLIC, quote(CYRILLIC)):
            assert marker.encode() not in content, f"{marker} in {where}"
