"""Tests of notice pages for analysts, and of templates and settings for supervisors."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.models import ContentItem, NonSendingDay, Notice, NoticeTemplate
from hotline.referral.takedown.plan import plan_notices
from tests.clients.staff import Person, signed_in
from tests.factories.notices import ABUSE, HOUR, OWNER, contact, due_item, make_notice, run, sent_notice
from tests.hotline.review.conftest import make_case

pytestmark = pytest.mark.django_db
# One less on days without a day off until the next step.
NOTICE_QUERIES = 22
LIST_QUERIES = 8


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def page(person: Person, place: str) -> str:
    answer = person.client.get(f"/admin/hotline/{place}")
    assert answer.status_code == 200
    return answer.content.decode()


def post(person: Person, address: str, **values: str) -> tuple[int, str]:
    answer = person.client.post(f"/admin/hotline/{address}", values)
    return answer.status_code, answer.content.decode()


def case_of(item: ContentItem) -> str:
    return f"case/{item.reports.get().pk}/"


def preview_of(person: Person, item: ContentItem) -> str:
    status, html = post(person, f"{case_of(item)}notice-preview/{item.pk}/")
    assert status == 200
    return html


def messages_of(person: Person, notice: Notice) -> str:
    status, html = post(person, f"notices/{notice.pk}/messages/")
    assert status == 200
    return html


def test_a_preview_shows_everything_and_sends_nothing(ana: Person, sink: SmtpSink) -> None:
    contact(language="sr-Latn")
    item = due_item("https://www.example.org/Ђ?a=1&b=2", classification="baseline_csam")
    item.referrals.all().delete()
    html = preview_of(ana, item)
    assert ABUSE in html
    assert "https://www.example.org/Ђ?a=1&amp;b=2" in html
    assert "xarf_version" in html
    assert "Net Patrola" not in html.partition('<pre class="letter"')[2]
    assert (sink.tried, Notice.objects.count()) == ([], 0)
    event = AuditEvent.objects.get(action="address.opened", actor_id=ana.user.pk)
    assert (event.subject_id, event.data) == (item.reports.get().pk, {"item": item.pk})


def test_no_preview_without_a_contact_of_a_colleagues_case_or_in_a_second_review(ana: Person, vera: Person) -> None:
    item = due_item()
    preview = f"{case_of(item)}notice-preview/{item.pk}/"
    assert '<pre class="letter"' not in post(ana, preview)[1]
    contact()
    item.reports.update(claimed_by=vera.user, claimed_until=timezone.now() + HOUR)
    status, html = post(ana, preview)
    assert (status, item.canonical in html) == (302, False)
    ContentItem.objects.update(state="in_second_review")
    assert post(ana, preview)[0] == 404


def test_a_notice_is_read_and_acted_on(ana: Person, sink: SmtpSink) -> None:
    contact()
    contact("domain", "example.org", OWNER)
    item = due_item("https://www.example.org/a")
    notice = sent_notice(item)
    html = page(ana, f"notices/{notice.pk}/")
    assert all(shown in html for shown in (ABUSE, str(notice.messages.get().message_id)))
    assert notice.reference in page(ana, case_of(item))
    assert item.canonical not in html
    assert item.canonical in messages_of(ana, notice)
    event = AuditEvent.objects.get(action="address.opened", actor_id=ana.user.pk)
    assert (event.subject_id, event.data) == (item.reports.get().pk, {"item": item.pk})
    assert post(ana, f"notices/{notice.pk}/act/", act="next")[0] == 302
    following = Notice.objects.latest("pk")
    assert following.reference in page(ana, f"notices/{notice.pk}/")
    assert notice.reference in page(ana, f"notices/{following.pk}/")
    assert post(ana, f"notices/{notice.pk}/act/", act="next")[0] == 422


def test_an_answer_is_opened_on_purpose_and_counted(ana: Person) -> None:
    case = make_case()
    notice = make_notice(case.items.get(), case)
    address = f"notices/{notice.pk}/"
    assert "marker-answer" not in page(ana, address)
    status, html = post(ana, f"{address}reply/{notice.replies.get().pk}/")
    assert (status, "marker-answer уклоњено" in html) == (200, True)
    assert AuditEvent.objects.filter(action="notice.reply_opened", actor_id=ana.user.pk).count() == 1
    assert "1 / 40" in page(ana, "desk/")


def test_a_template_is_saved_and_an_invalid_one_stays_in_its_field(vera: Person) -> None:
    template = NoticeTemplate.objects.get(kind="first", group="csam", language="en")
    address = f"noticetemplate/{template.pk}/change/"
    status, html = post(vera, address, subject="x {{ refrence }}", body="{{ adresses }} marker")
    assert (status, "{{ adresses }} marker</textarea>" in html) == (200, True)
    template.refresh_from_db()
    assert "marker" not in template.body
    assert post(vera, address, subject="[{{ reference }}]", body="marker\r\n{{ addresses }}")[0] == 302
    assert "[N-2026-000042]\n\nmarker\nhttps://www.example.org/a\n" in page(vera, address)
    assert AuditEvent.objects.get(action="notice_template.changed").data == {"fields": ["body", "subject"]}


def test_the_number_of_queries_of_the_pages(ana: Person, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(12):
        case = make_case()
        make_notice(case.items.get(), case)
    contact()
    items = [due_item() for _ in range(12)]
    run()
    notice = Notice.objects.get(state="planned")
    assert notice.entries.count() == len(items)
    for kind in ["repeat"] * 12:
        notice.messages.create(kind=kind, began_at=notice.created_at, sent_at=notice.created_at)
    page(ana, "notice/"), page(ana, f"notices/{notice.pk}/")
    with django_assert_max_num_queries(LIST_QUERIES):
        page(ana, "notice/")
    with django_assert_max_num_queries(NOTICE_QUERIES):
        page(ana, f"notices/{notice.pk}/")


def waiting_notice() -> Notice:
    """A planned notice that has an hour to wait."""
    contact()
    due_item("https://www.example.org/a", at=timezone.now())
    plan_notices(now=timezone.now())
    return Notice.objects.get()


def test_a_supervisor_sends_a_waiting_notice_after_a_confirmation(vera: Person) -> None:
    notice = waiting_notice()
    assert f'href="/admin/hotline/notices/{notice.pk}/#send-now"' in page(vera, case_of(notice.entries.get().item))
    assert '<details id="send-now">' in page(vera, f"notices/{notice.pk}/")
    assert vera.client.get(f"/admin/hotline/notices/{notice.pk}/send-now/").status_code == 302
    notice.refresh_from_db()
    assert not notice.any_day
    status, _body = post(vera, f"notices/{notice.pk}/send-now/")
    notice.refresh_from_db()
    assert (status, notice.any_day) == (302, True)
    assert AuditEvent.objects.get(action="notice.send_now").actor_id == vera.user.pk
    # Pressed again, for example by the browser's Back.
    assert post(vera, f"notices/{notice.pk}/send-now/")[0] == 422
    assert AuditEvent.objects.filter(action="notice.send_now").count() == 1


def test_an_analyst_cannot_send_a_waiting_notice(ana: Person) -> None:
    notice = waiting_notice()
    for address in (case_of(notice.entries.get().item), f"notices/{notice.pk}/"):
        assert "send-now" not in page(ana, address)
    assert post(ana, f"notices/{notice.pk}/send-now/")[0] == 403
    notice.refresh_from_db()
    assert not notice.any_day


def test_changes_of_non_sending_days_are_audited(vera: Person) -> None:
    assert post(vera, "nonsendingday/add/", day="2026-05-01", note="")[0] == 302
    day = NonSendingDay.objects.get()
    assert post(vera, f"nonsendingday/{day.pk}/delete/", post="yes")[0] == 302
    events = (
        AuditEvent.objects.filter(action__startswith="non_sending_day").order_by("id").values_list("action", flat=True)
    )
    assert list(events) == ["non_sending_day.saved", "non_sending_day.removed"]
