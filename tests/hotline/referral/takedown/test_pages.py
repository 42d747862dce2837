"""Tests of notice pages for analysts, and of templates and settings for supervisors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.models import ContentItem, NonSendingDay, Notice, NoticeTemplate
from hotline.referral.takedown.plan import plan_notices
from tests.clients.staff import Person, signed_in
from tests.factories.notices import ABUSE, HOUR, OWNER, contact, due_item, make_notice, run, sent_notice
from tests.hotline.review.conftest import make_case, make_item

pytestmark = pytest.mark.django_db
# One less on days without a day off until the next step.
NOTICE_QUERIES = 22
LIST_QUERIES = 8


@pytest.fixture(autouse=True)
def _media_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def ana() -> Person:
    return english(signed_in("ana", "analyst"))


@pytest.fixture
def vera() -> Person:
    return english(signed_in("vera", "supervisor"))


def english(person: Person) -> Person:
    person.client.cookies["lang"] = "en"
    return person


def page(person: Person, address: str) -> str:
    answer = person.client.get(f"/admin/hotline/{address}")
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
    assert "[N-…] Obaveštenje o nezakonitom sadržaju" in html
    assert "&quot;xarf_version&quot;: &quot;4.2.0&quot;" in html
    assert "Net Patrola" not in html.partition('<pre class="letter"')[2]
    assert (sink.tried, Notice.objects.count()) == ([], 0)
    event = AuditEvent.objects.get(action="address.opened", actor_id=ana.user.pk)
    assert (event.subject_id, event.data) == (item.reports.get().pk, {"item": item.pk})


def test_a_preview_of_a_case_of_a_colleague_shows_nothing(ana: Person, vera: Person) -> None:
    contact()
    item = due_item()
    item.reports.update(claimed_by=vera.user, claimed_until=timezone.now() + HOUR)
    status, html = post(ana, f"{case_of(item)}notice-preview/{item.pk}/")
    assert (status, item.canonical in html) == (302, False)
    assert not AuditEvent.objects.filter(action="address.opened").exists()


def test_a_preview_is_evidence_that_no_script_changes(ana: Person) -> None:
    ana.client.cookies["lang"] = "sr-latn"
    contact(language="sr")
    item = due_item("https://www.example.org/ђ")
    html = preview_of(ana, item)
    assert "https://www.example.org/ђ" in html
    assert "Тачне адресе" in html


@pytest.mark.parametrize("role", ["analyst", "supervisor"])
def test_preview_without_a_contact_has_a_hint_per_role(role: str) -> None:
    person = english(signed_in("person", role))
    html = preview_of(person, due_item())
    assert "No notice can be created" in html
    assert ("add a contact of its host" in html) == (role == "supervisor")
    assert ("A supervisor can add a contact" in html) == (role == "analyst")


def test_second_reviewer_sees_no_preview(ana: Person) -> None:
    item = due_item()
    ContentItem.objects.update(state="in_second_review")
    assert ana.client.post(f"/admin/hotline/{case_of(item)}notice-preview/{item.pk}/").status_code == 404


def test_the_case_shows_the_states_of_its_notices(ana: Person, sink: SmtpSink) -> None:
    contact()
    item = due_item()
    notice = sent_notice(item)
    html = page(ana, case_of(item))
    assert notice.reference in html
    assert "sent, no answer yet" in html
    assert "Notice sent: first notice" in html
    assert f"notice-preview/{item.pk}/" in html


def test_case_without_a_contact_links_to_the_register(vera: Person) -> None:
    item = due_item()
    run()
    html = page(vera, case_of(item))
    assert "the register of abuse contacts has no contact" in html
    assert "/admin/hotline/abusecontact/" in html


def test_my_work_lists_notices_to_review_and_delayed_ones(ana: Person, sink: SmtpSink) -> None:
    notices = [make_notice(item, make_case(item)) for item in (make_item(), make_item(), make_item())]
    well, stuck, waiting = notices
    soon = timezone.now() + HOUR
    Notice.objects.filter(pk=well.pk).update(state="sent", waiting=False, due_at=soon)
    Notice.objects.filter(pk=stuck.pk).update(state="sent", waiting=False, due_at=soon, attempts=3, error="deferred")
    html = page(ana, "desk/")
    assert [notice.reference in html for notice in (well, stuck, waiting)] == [False, True, True]
    assert "the mail server requests a later attempt" in html


def test_a_notice_is_read_and_acted_on(ana: Person, sink: SmtpSink) -> None:
    contact()
    contact("domain", "example.org", OWNER)
    item = due_item("https://www.example.org/a")
    notice = sent_notice(item)
    html = page(ana, f"notices/{notice.pk}/")
    for shown in (ABUSE, str(notice.messages.get().message_id), "Notify the next contact"):
        assert shown in html
    assert item.canonical not in html
    assert item.canonical in messages_of(ana, notice)
    event = AuditEvent.objects.get(action="address.opened", actor_id=ana.user.pk)
    assert (event.subject_id, event.data) == (item.reports.get().pk, {"item": item.pk})
    assert post(ana, f"notices/{notice.pk}/act/", act="next")[0] == 302
    following = Notice.objects.latest("pk")
    assert following.reference in page(ana, f"notices/{notice.pk}/")
    assert notice.reference in page(ana, f"notices/{following.pk}/")
    status, html = post(ana, f"notices/{notice.pk}/act/", act="next")
    assert (status, "The case has changed in the meantime" in html) == (422, True)


def test_manual_notice_shows_form_address_and_text(ana: Person) -> None:
    contact(email="", form_address="https://abuse.example.net/form")
    item = due_item("https://www.example.org/a")
    run()
    notice = Notice.objects.get()
    html = messages_of(ana, notice)
    assert 'href="https://abuse.example.net/form"' in html
    assert item.canonical in html.partition("<pre")[2]
    assert post(ana, f"notices/{notice.pk}/act/", act="sent")[0] == 302
    assert "sent, no answer yet" in page(ana, case_of(item))


def test_an_answer_is_opened_on_purpose_and_counted(ana: Person) -> None:
    case = make_case()
    notice = make_notice(case.items.get(), case)
    address = f"notices/{notice.pk}/"
    assert "marker-answer" not in page(ana, address)
    status, html = post(ana, f"{address}reply/{notice.replies.get().pk}/")
    assert (status, "marker-answer уклоњено" in html) == (200, True)
    assert AuditEvent.objects.filter(action="notice.reply_opened", actor_id=ana.user.pk).count() == 1
    assert "1 / 40" in page(ana, "desk/")
    assert "Answer to a notice opened" in page(ana, f"case/{case.pk}/")


def test_an_answer_without_its_key_shows_a_message(ana: Person, settings: Settings, tmp_path: Path) -> None:
    case = make_case()
    notice = make_notice(case.items.get(), case)
    settings.SEALING_PRIVATE_KEYS = tmp_path / "nothing.json"
    status, html = post(ana, f"notices/{notice.pk}/reply/{notice.replies.get().pk}/")
    assert (status, "cannot be decrypted" in html) == (422, True)


def test_without_a_mail_server_the_notice_shows_a_message(ana: Person, settings: Settings) -> None:
    contact()
    due_item()
    run()
    settings.MAIL_SMTP_URL = ""
    html = page(ana, f"notices/{Notice.objects.get().pk}/")
    assert "No mail server is set up" in html
    assert "Mark as sent by hand" in html


def test_unknown_variables_are_named_and_the_input_stays(vera: Person) -> None:
    template = NoticeTemplate.objects.get(kind="first", group="csam", language="en")
    status, html = post(
        vera, f"noticetemplate/{template.pk}/change/", subject="x {{ refrence }}", body="{{ adresses }} marker"
    )
    assert status == 200
    assert "There is no variable {{ refrence }}. Did you mean {{ reference }}?" in html
    assert "There is no variable {{ adresses }}. Did you mean {{ addresses }}?" in html
    assert "{{ adresses }} marker</textarea>" in html
    template.refresh_from_db()
    assert "marker" not in template.body


def test_a_valid_template_is_saved_and_previewed(vera: Person) -> None:
    template = NoticeTemplate.objects.get(kind="first", group="csam", language="en")
    address = f"noticetemplate/{template.pk}/change/"
    assert post(vera, address, subject="[{{ reference }}]", body="marker\r\n{{ addresses }}")[0] == 302
    html = page(vera, address)
    assert "[N-2026-000042]\n\nmarker\nhttps://www.example.org/a\n" in html
    event = AuditEvent.objects.get(action="notice_template.changed")
    assert event.data == {"fields": ["body", "subject"]}


def test_changes_of_non_sending_days_are_audited(vera: Person) -> None:
    assert post(vera, "nonsendingday/add/", day="2026-05-01", note="")[0] == 302
    day = NonSendingDay.objects.get()
    assert post(vera, f"nonsendingday/{day.pk}/delete/", post="yes")[0] == 302
    events = (
        AuditEvent.objects.filter(action__startswith="non_sending_day").order_by("id").values_list("action", flat=True)
    )
    assert list(events) == ["non_sending_day.saved", "non_sending_day.removed"]


@pytest.mark.parametrize("pieces", [1, 12])
def test_the_number_of_queries_of_the_pages(
    pieces: int,
    ana: Person,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(pieces):
        case = make_case()
        make_notice(case.items.get(), case)
    contact()
    items = [due_item() for _ in range(pieces)]
    run()
    notice = Notice.objects.get(state="planned")
    assert notice.entries.count() == len(items)
    for kind in ["repeat"] * pieces:
        notice.messages.create(kind=kind, began_at=notice.created_at, sent_at=notice.created_at)
    page(ana, "notice/"), page(ana, f"notices/{notice.pk}/")
    with django_assert_num_queries(LIST_QUERIES):
        page(ana, "notice/")
    with django_assert_max_num_queries(NOTICE_QUERIES):
        page(ana, f"notices/{notice.pk}/")


def test_a_notice_is_found_by_its_number(ana: Person) -> None:
    case = make_case()
    notice = make_notice(case.items.get(), case)
    assert notice.reference in page(ana, f"notice/?q={notice.reference}")
    assert notice.reference not in page(ana, "notice/?q=N-2026-999999").partition("<main")[2].partition("result")[2]
    assert "0 " in page(ana, "notice/?q=x")


def waiting_notice() -> Notice:
    """A planned notice that has an hour to wait."""
    contact()
    due_item("https://www.example.org/a", at=timezone.now())
    plan_notices(now=timezone.now())
    return Notice.objects.get()


def test_a_supervisor_sends_a_waiting_notice_after_a_confirmation(vera: Person) -> None:
    notice = waiting_notice()
    assert f'href="/admin/hotline/notices/{notice.pk}/#send-now"' in page(vera, case_of(notice.entries.get().item))
    shown = page(vera, f"notices/{notice.pk}/")
    # The button is in a closed <details> that names the recipient.
    assert '<details id="send-now">' in shown
    assert f"The message goes to {ABUSE} within a minute" in shown
    status, _body = post(vera, f"notices/{notice.pk}/send-now/")
    notice.refresh_from_db()
    assert (status, notice.any_day) == (302, True)
    assert AuditEvent.objects.get(action="notice.send_now").actor_id == vera.user.pk
    # Pressed again, for example by the browser's Back.
    assert post(vera, f"notices/{notice.pk}/send-now/")[0] == 422
    assert AuditEvent.objects.filter(action="notice.send_now").count() == 1
    assert "Notice to be sent at once" in page(vera, case_of(notice.entries.get().item))


def test_an_analyst_sees_the_delay_of_a_notice_and_cannot_send_it(ana: Person) -> None:
    notice = waiting_notice()
    for address in (case_of(notice.entries.get().item), f"notices/{notice.pk}/"):
        shown = page(ana, address)
        assert "Waits until" in shown
        assert "send-now" not in shown
    assert post(ana, f"notices/{notice.pk}/send-now/")[0] == 403
    notice.refresh_from_db()
    assert not notice.any_day


def test_sending_at_once_needs_post(vera: Person) -> None:
    notice = waiting_notice()
    assert vera.client.get(f"/admin/hotline/notices/{notice.pk}/send-now/").status_code == 302
    notice.refresh_from_db()
    assert not notice.any_day
