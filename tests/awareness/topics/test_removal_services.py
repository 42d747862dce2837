"""Picture removal services: editable rows, shown with topics about threats and intimate pictures."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from awareness.publishing.services import save_record
from awareness.topics.models import RemovalService, Topic
from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.page_reader import PageReader

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEED_ADDRESSES = ["https://takeitdown.ncmec.org/", "https://stopncii.org/"]
SHOWN_ON = (
    "help/",
    "topics/sexting-blackmail/",
    "topics/csam/",
    "topics/deepfakes/",
    "report/",
    "report/?about=me",
    "report/csam/?about=me",
)

pytestmark = pytest.mark.django_db


def services_on(client: Client, path: str) -> list[str]:
    page = PageReader(client.get(path).content.decode())
    return [link["href"] for link in page.all("a", rel="external noopener noreferrer")]


def test_both_services_are_shown_only_where_a_picture_is_threatened_or_spread(client: Client) -> None:
    for path in SHOWN_ON:
        assert services_on(client, f"/sr-latn/{path}") == SEED_ADDRESSES, path
    for path in ("topics/phishing/", "report/hate-speech/", ""):
        assert services_on(client, f"/en/{path}") == [], path


def test_pages_request_nothing_from_them(client: Client) -> None:
    page = PageReader(client.get("/en/help/").content.decode())
    addresses = [attributes.get("src", "") for _tag, attributes in page.elements] + [
        link["href"] for link in page.all("link")
    ]
    assert not any("ncmec" in address or "stopncii" in address for address in addresses)


def test_change_of_an_editor_is_shown_and_audited(client: Client) -> None:
    editor = User.objects.create_user("editor")
    service = RemovalService.objects.get(slug="stopncii")
    service.url = "https://service.example.org/"
    save_record(record=service, actor=editor, now=NOW)
    assert services_on(client, "/en/report/csam/?about=me")[1] == "https://service.example.org/"
    assert AuditEvent.objects.get().action == "topics.removalservice.published"
    service.active = False
    save_record(record=service, actor=editor, now=NOW)
    assert services_on(client, "/en/report/csam/?about=me") == SEED_ADDRESSES[:1]


def test_an_editor_chooses_the_topics(client: Client) -> None:
    topic = Topic.objects.get(slug="predators")
    assert services_on(client, "/en/topics/predators/") == []
    topic.removal_services = True
    save_record(record=topic, actor=User.objects.create_user("editor"), now=NOW)
    assert services_on(client, "/en/topics/predators/") == SEED_ADDRESSES
