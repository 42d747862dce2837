"""The report of sources that are due for a check: help lines twice a year, other records once a year."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from awareness.publishing.models import CheckedRecord
from awareness.publishing.selectors import checks_due
from awareness.topics.models import HelpLine, RemovalService, Topic
from clicksafely.common.staff import home
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("menu_counts")]
REPORT = "/admin/source-checks/"
CHECKED = [model for model in apps.get_models() if issubclass(model, CheckedRecord)]


@pytest.fixture
def now() -> datetime:
    """All records were checked now."""
    now = timezone.now()
    for model in CHECKED:
        model._default_manager.update(checked_on=timezone.localdate(now))
    home.forget_homes()
    return now


def listed_urls(person: Person) -> set[str]:
    """Return the URLs of the records in the report."""
    page = PageReader(person.client.get(REPORT).content.decode())
    return {link["href"] for link in page.all("a") if link.get("href", "").endswith("/change/")}


def address(record: CheckedRecord) -> str:
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/change/"


def test_a_help_line_is_checked_twice_a_year_and_a_topic_once(now: datetime) -> None:
    today = timezone.localdate(now)
    half, whole = today - timedelta(days=184), today - timedelta(days=366)
    line, service = HelpLine.objects.order_by("pk")[0], RemovalService.objects.order_by("pk")[0]
    topic, never, fresh = Topic.objects.order_by("pk")[:3]
    for record, day in ((line, half), (service, half), (topic, whole), (never, None), (fresh, half)):
        type(record)._default_manager.filter(pk=record.pk).update(checked_on=day)
    editor = signed_in("edita", "editor")
    assert listed_urls(editor) == {address(record) for record in (line, service, topic, never)}
    HelpLine.objects.filter(pk=line.pk).update(checked_on=today)
    assert listed_urls(editor) == {address(record) for record in (service, topic, never)}


@pytest.mark.parametrize("hour", [9, 23])
def test_a_check_is_due_by_the_day_in_belgrade(hour: int) -> None:
    """At 23:30 UTC the next day has begun in Belgrade."""
    now = datetime(2026, 12, 2, hour, 30, tzinfo=UTC)
    today = timezone.localdate(now)
    line, other = HelpLine.objects.order_by("pk")[:2]
    HelpLine.objects.filter(pk=line.pk).update(checked_on=today - timedelta(days=184))
    HelpLine.objects.filter(pk=other.pk).update(checked_on=today - timedelta(days=183))
    due = HelpLine.objects.filter(checks_due(HelpLine, now))
    assert line in due
    assert other not in due


def test_an_author_sees_only_records_that_an_author_may_change(now: datetime) -> None:
    HelpLine.objects.update(checked_on=None)
    Topic.objects.filter(slug="phishing").update(checked_on=None)
    assert listed_urls(signed_in("ana", "author")) == {address(Topic.objects.get(slug="phishing"))}


def test_the_home_page_counts_the_records_and_leads_to_the_report(now: datetime) -> None:
    HelpLine.objects.filter(slug__in=("police", "nadel")).update(checked_on=None)
    Topic.objects.filter(slug="phishing").update(checked_on=None)
    editor = signed_in("edita", "editor")
    editor.client.cookies["lang"] = "en"
    page = editor.client.get("/admin/").content.decode()
    assert f'<a href="{REPORT}"><b>3</b> <span>Sources due for a check</span>' in page
