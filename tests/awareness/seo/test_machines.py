"""Sitemap, robots.txt and security.txt, checked against sitemaps.org, RFC 9309 and RFC 9116."""

import urllib.robotparser
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from awareness.search.models import SearchEntry
from awareness.seo import sitemap as site_map
from awareness.seo.views import expiry
from awareness.topics.models import Topic
from tests.awareness.pages.test_pages import NAMES
from tests.awareness.search.conftest import NOW

pytestmark = pytest.mark.usefixtures("corpus")

SM = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
SITE = "https://klik.example.org"


@pytest.fixture(autouse=True)
def _at_home(settings: LazySettings) -> None:
    settings.SITE_URL = SITE


def urls(client: Client, path: str = "/sitemap.xml") -> dict[str, ElementTree.Element]:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert response.headers["Cache-Control"].startswith("public")
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own file
    assert root.tag == f"{SM}urlset"
    entries = [(element.findtext(f"{SM}loc") or "", element) for element in root]
    assert len({loc for loc, _element in entries}) == len(entries)
    return dict(entries)


def alternates(element: ElementTree.Element) -> dict[str, str]:
    return {link.attrib["hreflang"]: link.attrib["href"] for link in element.iter(LINK)}


def test_every_public_page_is_on_the_map_with_its_languages(client: Client) -> None:
    assert set(NAMES) - set(site_map.page_names()) == {"search"}
    entries = urls(client)
    for code, home in (("sr", "/sr/"), ("sr-latn", "/sr-latn/"), ("en", "/en/")):
        assert alternates(entries[f"{SITE}{home}"]) == {
            "sr-Cyrl": f"{SITE}/sr/",
            "sr-Latn": f"{SITE}/sr-latn/",
            "en": f"{SITE}/en/",
            "x-default": f"{SITE}/sr/",
        }
        assert f"{SITE}/{code}/report/" in entries
        assert not [
            loc for loc in entries if "/search/" in loc or "/status/" in loc or "/case/" in loc or "admin" in loc
        ]


def test_every_page_on_the_map_answers(client: Client) -> None:
    SearchEntry.objects.exclude(kind="topic", url_kwargs__slug="phishing").delete()
    Topic.objects.create(slug="phishing", title_sr="Пецање", title_en="Phishing", summary_sr="x", published_at=NOW)
    assert f"{SITE}/en/topics/phishing/" in urls(client)
    for loc in urls(client):
        assert client.get(loc.removeprefix(SITE)).status_code == 200, loc


def test_a_record_is_on_the_map_in_the_languages_it_is_written_in(client: Client) -> None:
    SearchEntry.objects.filter(title="Netiquette").delete()
    SearchEntry.objects.filter(kind="topic", url_kwargs__slug="privacy").update(
        published_at=timezone.now() + timedelta(days=1)
    )
    entries = urls(client)
    both = entries[f"{SITE}/sr-latn/topics/phishing/"]
    assert both.findtext(f"{SM}lastmod") == "2026-03-01"
    assert set(alternates(both)) == {"sr-Cyrl", "sr-Latn", "en", "x-default"}
    assert set(alternates(entries[f"{SITE}/sr/topics/netiquette/"])) == {"sr-Cyrl", "sr-Latn", "x-default"}
    assert f"{SITE}/en/topics/netiquette/" not in entries
    assert f"{SITE}/sr/topics/privacy/" not in entries


def test_an_entry_without_a_page_is_left_out(client: Client) -> None:
    before = set(urls(client))
    SearchEntry.objects.filter(url_kwargs__slug="privacy").update(url_name="page-of-an-older-release")
    gone = {f"{SITE}/{code}/topics/privacy/" for code in ("sr", "sr-latn", "en")}
    assert set(urls(client)) == before - gone
    assert gone < before


def test_many_records_are_on_several_files(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = set(urls(client))
    monkeypatch.setattr(site_map.PublicSitemap, "limit", 60)
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own file
    assert root.tag == f"{SM}sitemapindex"
    files = [loc.text or "" for loc in root.iter(f"{SM}loc")]
    assert files[:2] == [f"{SITE}/sitemap-pages.xml?p=1", f"{SITE}/sitemap-pages.xml?p=2"]
    assert files[2:] == [f"{SITE}/sitemap-records.xml?p={page}" for page in (1, 2)]
    parts = [set(urls(client, file.removeprefix(SITE))) for file in files]
    assert set().union(*parts) == whole
    assert sum(map(len, parts)) == len(whole)
    for absent in ("records.xml?p=3", f"pages.xml?p={10**30}", "pages.xml?p=0", "pages.xml?p=x", "other.xml"):
        assert client.get(f"/sitemap-{absent}").status_code == 404


def test_robots_leave_the_private_alone(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(response.content.decode().splitlines())
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]
    for closed in ("/admin/", "/sr/report/case/", "/en/report/status/", "/sr/search/?q=x", "/api/reports/"):
        assert not rules.can_fetch("anybot", closed), closed
    for path in ("/", "/sr/", "/en/report/", "/sr-latn/topics/phishing/", "/static/css/site.css"):
        assert rules.can_fetch("anybot", path), path


@pytest.mark.parametrize(
    ("setting", "contacts"),
    [
        ([], [f"{SITE}/en/contact/"]),
        (["https://example.org/report", "a@example.org"], ["https://example.org/report", "mailto:a@example.org"]),
    ],
)
def test_a_weakness_can_be_reported(
    client: Client, settings: LazySettings, setting: list[str], contacts: list[str]
) -> None:
    settings.SECURITY_CONTACT = setting
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = [tuple(line.split(": ", 1)) for line in response.content.decode().splitlines()]
    assert [value for name, value in fields if name == "Contact"] == contacts
    [expires] = [value for name, value in fields if name == "Expires"]
    assert timedelta(days=120) < datetime.fromisoformat(expires) - timezone.now() < timedelta(days=365)
    assert ("Canonical", f"{SITE}/.well-known/security.txt") in fields


def test_it_is_valid_for_five_to_six_months() -> None:
    for month in range(1, 13):
        now = datetime(2026, month, 28, 23, tzinfo=UTC)
        assert timedelta(days=150) < expiry(now) - now < timedelta(days=190), month
