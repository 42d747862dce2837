"""The basket in the query string, and the zip bundles."""

import io
import os
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from awareness.library import tasks, zip_bundles
from awareness.library.basket import MAX_RESOURCES, read_basket
from awareness.library.models import Bundle, DownloadCount, Resource
from clicksafely.celery import app
from tests.clients.page_reader import PageReader
from tests.factories.library import NOW, give_file, make_resource, pdf

pytestmark = pytest.mark.django_db
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Record the published tasks in place of a broker."""
    calls: list[Any] = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: calls.append((name, options["kwargs"])))
    return calls


@pytest.fixture
def shelf(sent_tasks: list[Any]) -> None:
    give_file(make_resource("prvi", creator="Ана Анић"), "Лист.pdf", pdf())
    give_file(make_resource("drugi", licence="CC0-1.0", title_en="Second"), "Лист.txt", "Здраво".encode())
    make_resource("prazan")
    make_resource("nacrt", published_at=None)


def request_zip(client: Client, query: str, language: str = "sr") -> Any:
    return client.post(f"/{language}/resources/basket/?{query}", headers=OWN)


def make(client: Client, query: str, language: str = "sr") -> Bundle:
    response = request_zip(client, query, language)
    assert response.status_code == 303
    bundle = Bundle.objects.latest("pk")
    assert response["Location"] == f"/{language}/resources/bundles/{bundle.key}/"
    tasks.make_bundle(bundle_id=bundle.pk)
    bundle.refresh_from_db()
    return bundle


def test_the_basket_is_in_the_address(client: Client, shelf: None) -> None:
    response = client.get("/en/resources/basket/?r=prvi&r=drugi&r=prvi&r=nacrt&r=../x&r=")
    page = PageReader(response.content.decode())
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    links = [link["href"] for link in page.all("a")]
    assert "/en/resources/prvi/?r=prvi&r=drugi&r=nacrt" in links
    assert "/en/resources/basket/?r=drugi&r=nacrt" in links
    assert "/sr/resources/basket/?r=prvi&r=drugi&r=prvi&r=nacrt&r=..%2Fx&r=" in links
    assert "no longer available" in page.text
    assert "2 files" in page.text


def test_an_empty_basket_has_a_message(client: Client) -> None:
    for query in ("", "r=nema", "r=%00", "r=" + "a" * 5000):
        response = client.get(f"/en/resources/basket/?{query}")
        assert response.status_code == 200
        assert "empty" in response.content.decode()


def test_a_basket_has_an_end(client: Client) -> None:
    query = "&".join(f"r=s{number}" for number in range(MAX_RESOURCES + 5))
    response = client.get(f"/en/resources/basket/?{query}")
    assert len(read_basket(response.wsgi_request.GET).slugs) == MAX_RESOURCES


def test_one_zip_with_its_licences_in_the_readers_language(client: Client, shelf: None) -> None:
    bundle = make(client, "r=prvi&r=drugi", "sr-latn")
    assert (bundle.state, bundle.percent) == ("ready", 100)
    response = client.get(f"/sr-latn/resources/bundles/{bundle.key}/file/")
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"] == 'attachment; filename="klikni-bezbedno.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert archive.testzip() is None
    assert archive.namelist() == ["LICENCES.txt", "prvi/Лист.pdf", "drugi/Лист.txt"]
    assert archive.read("drugi/Лист.txt").decode() == "Здраво"
    assert archive.read("prvi/Лист.pdf") == pdf()
    text = archive.read("LICENCES.txt").decode("utf-8-sig")
    assert "https://creativecommons.org/licenses/by/4.0/" in text
    assert "http://testserver/sr-latn/resources/prvi/" in text
    assert "Ana Anić" in text
    assert not re.search("[а-яА-Я]", text)
    assert sorted(DownloadCount.objects.values_list("file__name", "count")) == [("Лист.pdf", 1), ("Лист.txt", 1)]


def test_the_same_wish_is_made_once_and_found_again(
    client: Client,
    shelf: None,
    sent_tasks: list[Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = make(client, "r=prvi&r=drugi")
    assert sent_tasks == [("library.make_bundle", {"bundle_id": first.pk})]
    modified = first.path.stat().st_mtime_ns
    with django_capture_on_commit_callbacks(execute=True):
        again = make(client, "r=prvi&r=drugi")
    assert (again.pk, again.path.stat().st_mtime_ns, len(sent_tasks)) == (first.pk, modified, 1)
    # Other contents or another licence need another bundle.
    give_file(Resource.objects.get(slug="prvi"), "novi.txt", b"x")
    second = make(client, "r=prvi&r=drugi")
    Resource.objects.filter(slug="prvi").update(licence="CC-BY-NC-4.0")
    assert len({first.key, second.key, make(client, "r=prvi&r=drugi").key}) == 3


def test_the_task_may_run_twice_and_at_the_same_time(client: Client, shelf: None) -> None:
    bundle = make(client, "r=prvi")
    assert not zip_bundles.make_bundle(bundle_id=bundle.pk, clock=timezone.now)
    assert not zip_bundles.make_bundle(bundle_id=10**9, clock=timezone.now)
    Bundle.objects.filter(pk=bundle.pk).update(state="waiting", claimed_until=timezone.now() + timedelta(minutes=1))
    assert not zip_bundles.make_bundle(bundle_id=bundle.pk, clock=timezone.now)
    # The worker's lease has expired.
    Bundle.objects.filter(pk=bundle.pk).update(claimed_until=timezone.now() - timedelta(minutes=1))
    assert zip_bundles.make_bundle(bundle_id=bundle.pk, clock=timezone.now)


def test_progress_is_shown_with_and_without_a_script(client: Client, shelf: None) -> None:
    request_zip(client, "r=prvi", "en")
    bundle = Bundle.objects.get()
    Bundle.objects.update(done=bundle.total // 2)
    html = client.get(f"/en/resources/bundles/{bundle.key}/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in html
    page = PageReader(html)
    assert 45 <= int(page.all("progress")[0]["value"]) <= 50
    assert "longer than usual" not in page.text
    response = client.get(f"/en/resources/bundles/{bundle.key}/file/")
    assert (response.status_code, response["Location"]) == (302, f"/en/resources/bundles/{bundle.key}/")
    tasks.make_bundle(bundle_id=bundle.pk)
    html = client.get(f"/en/resources/bundles/{bundle.key}/").content.decode()
    assert "refresh" not in html
    assert f'href="/en/resources/bundles/{bundle.key}/file/"' in html


def test_a_late_bundle_has_a_note_and_is_enqueued_again(client: Client, shelf: None, sent_tasks: list[Any]) -> None:
    request_zip(client, "r=prvi", "en")
    bundle = Bundle.objects.get()
    Bundle.objects.update(requested_at=timezone.now() - timedelta(minutes=2))
    page = PageReader(client.get(f"/en/resources/bundles/{bundle.key}/").content.decode())
    assert "longer than usual" in page.text
    assert "/en/resources/prvi/" in [link["href"] for link in page.all("a")]
    sent_tasks.clear()
    tasks.clean_up_bundles()
    assert sent_tasks == [("library.make_bundle", {"bundle_id": bundle.pk})]


def test_a_full_disk_is_an_error_and_leaves_no_file(client: Client, shelf: None, media: Path) -> None:
    (media / "library-bundles").write_text("a file where the folder should be")
    bundle = make(client, "r=prvi", "en")
    assert bundle.state == "failed"
    assert client.get(f"/en/resources/bundles/{bundle.key}/").status_code == 200
    (media / "library-bundles").unlink()
    # A new request retries it.
    assert make(client, "r=prvi", "en").state == "ready"


def test_a_file_that_is_missing_leaves_no_half_zip(client: Client, shelf: None, media: Path) -> None:
    Resource.objects.get(slug="drugi").files.get().path.unlink()
    assert make(client, "r=prvi&r=drugi").state == "failed"
    assert list((media / "library-bundles").iterdir()) == []


def test_nothing_or_too_much_to_pack(client: Client, shelf: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for query in ("", "r=prazan", "r=nacrt"):
        assert request_zip(client, query).status_code == 422
    monkeypatch.setattr(zip_bundles, "MAX_BUNDLE_BYTES", 10)
    assert request_zip(client, "r=prvi").status_code == 422
    assert not Bundle.objects.exists()


def test_a_cross_site_request_is_refused(client: Client, shelf: None) -> None:
    response = client.post("/sr/resources/basket/?r=prvi", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert client.post("/sr/resources/basket/?r=prvi").status_code == 403
    assert not Bundle.objects.exists()
    token = PageReader(client.get("/sr/resources/basket/?r=prvi").content.decode()).all("input", name="form_token")[0]
    assert client.post("/sr/resources/basket/?r=prvi", {"form_token": token["value"]}).status_code == 303


def test_a_bundle_with_a_withdrawn_resource_is_not_found(client: Client, shelf: None) -> None:
    bundle = make(client, "r=prvi&r=drugi")
    Resource.objects.filter(slug="prvi").update(withdrawn_at=NOW)
    assert client.get(f"/sr/resources/bundles/{bundle.key}/").status_code == 404
    assert client.get(f"/sr/resources/bundles/{bundle.key}/file/").status_code == 404
    assert client.get("/sr/resources/bundles/nema/").status_code == 404


@pytest.mark.real_time
def test_old_ones_and_leftovers_are_swept(client: Client, shelf: None, media: Path) -> None:
    old, young = make(client, "r=prvi"), make(client, "r=drugi")
    Bundle.objects.filter(pk=old.pk).update(used_at=timezone.now() - timedelta(days=8))
    leftover = media / "library-bundles" / f"{'0' * 64}.new"
    leftover.write_bytes(b"x")
    tasks.clean_up_bundles()
    tasks.update_statistics()
    assert (old.path.exists(), young.path.exists(), leftover.exists()) == (False, True, True)
    os.utime(leftover, (0, 0))
    tasks.update_statistics()
    assert not leftover.exists()


def test_the_shelf_has_an_end(client: Client, shelf: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make(client, "r=prvi")
    monkeypatch.setattr(zip_bundles, "MAX_TOTAL_BYTES", first.size + 5)
    second = make(client, "r=drugi")
    assert (first.path.exists(), second.path.exists()) == (False, True)
    assert list(Bundle.objects.all()) == [second]
