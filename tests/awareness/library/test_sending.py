"""Downloads: media type, file name, ranges, counting, and security headers."""

import os
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from awareness.library.models import DownloadCount, Resource, ResourceFile
from awareness.library.services import count_download, recount_uses
from tests.factories.library import give_file, make_resource

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(65, 91)) * 40


@pytest.fixture
def file() -> ResourceFile:
    return give_file(make_resource("a"), "Радни лист „1“; x.txt", CONTENT)


def path(file: ResourceFile) -> str:
    return f"/sr/resources/{file.resource.slug}/files/{file.pk}/"


def body(response: object) -> bytes:
    return b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content  # type: ignore[attr-defined]


def downloads(file: ResourceFile) -> int:
    return sum(file.downloads.values_list("count", flat=True))


def test_the_whole_file(client: Client, file: ResourceFile) -> None:
    response = client.get(path(file))
    assert (response.status_code, body(response)) == (200, CONTENT)
    assert {
        name: response.headers[name]
        for name in ("Content-Type", "Content-Length", "Accept-Ranges", "X-Content-Type-Options")
    } == {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(CONTENT)),
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }
    # RFC 6266 with the extended value of RFC 5987.
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%D0%A0%D0%B0%D0%B4%D0%BD%D0%B8%20%D0%BB%D0%B8%D1%81%D1%82%20%E2%80%9E1%E2%80%9C%3B%20x.txt"
    )
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert not response.cookies
    assert downloads(file) == 1


@pytest.mark.parametrize(
    ("range_header", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=1030-9999", 1030, 1039), ("bytes=-40", 1000, 1039), ("bytes=-99999", 0, 1039)],
)
def test_a_range(client: Client, file: ResourceFile, range_header: str, first: int, last: int) -> None:
    response = client.get(path(file), headers={"Range": range_header})
    assert (response.status_code, body(response)) == (206, CONTENT[first : last + 1])
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/1040"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert downloads(file) == (1 if first == 0 else 0)


def test_a_range_behind_the_end(client: Client, file: ResourceFile) -> None:
    for range_header in ("bytes=1040-", "bytes=-0"):
        response = client.get(path(file), headers={"Range": range_header})
        assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */1040")
    assert downloads(file) == 0


def test_an_unsupported_range_gets_the_whole_file(client: Client, file: ResourceFile) -> None:
    for range_header in ("bytes=0-1,5-6", "bytes=9-2", "items=0-1", "bytes=-", f"bytes={'9' * 30}-"):
        response = client.get(path(file), headers={"Range": range_header})
        assert (response.status_code, body(response)) == (200, CONTENT)


def test_head_has_the_length_and_is_not_counted(client: Client, file: ResourceFile) -> None:
    response = client.head(path(file))
    assert (response.status_code, body(response), response.headers["Content-Length"]) == (200, b"", "1040")
    # RFC 9110, 14.2: ranges are for GET alone.
    part = client.head(path(file), headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (200, "1040")
    assert downloads(file) == 0


def test_a_known_etag_gets_304(client: Client, file: ResourceFile) -> None:
    etag = client.head(path(file)).headers["ETag"]
    for header in (etag, f'W/{etag}, "x"', "*"):
        response = client.get(path(file), headers={"If-None-Match": header})
        assert (response.status_code, body(response)) == (304, b"")
    assert body(client.get(path(file), headers={"If-None-Match": '"x"'})) == CONTENT
    assert downloads(file) == 1


def test_a_range_of_another_version_gets_everything(client: Client, file: ResourceFile) -> None:
    etag = client.head(path(file)).headers["ETag"]
    same = client.get(path(file), headers={"Range": "bytes=5-9", "If-Range": etag})
    other = client.get(path(file), headers={"Range": "bytes=5-9", "If-Range": '"old"'})
    assert [body(same), body(other)] == [CONTENT[5:10], CONTENT]


def test_a_file_that_was_made_anew_is_another_version(client: Client, file: ResourceFile) -> None:
    before = client.head(path(file)).headers["ETag"]
    os.utime(file.path, (0, 0))
    response = client.get(path(file), headers={"If-None-Match": before, "Range": "bytes=5-9", "If-Range": before})
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_nothing_else_is_served(client: Client, file: ResourceFile) -> None:
    other = make_resource("b")
    assert client.get(f"/sr/resources/{other.slug}/files/{file.pk}/").status_code == 404
    assert client.post(path(file)).status_code == 405
    file.path.unlink()
    assert [client.get(path(file)).status_code, client.head(path(file)).status_code] == [404, 404]
    assert downloads(file) == 0


def test_counts_are_of_belgrade_days_and_add_up(file: ResourceFile) -> None:
    for day, hour, minute in ((1, 22, 59), (1, 23, 1), (2, 5, 0)):
        count_download(files=[file.pk], now=datetime(2026, 3, day, hour, minute, tzinfo=UTC))
    assert list(DownloadCount.objects.order_by("day").values_list("day", "count")) == [
        (date(2026, 3, 1), 1),
        (date(2026, 3, 2), 2),
    ]
    make_resource("b")
    assert recount_uses() == 1
    assert dict(Resource.objects.values_list("slug", "uses")) == {"a": 3, "b": 0}
    assert recount_uses() == 0
