"""E-mail in the staff site: unprocessed messages, details of reports by e-mail, and problems of the mailbox."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.generated_messages import make_messages
from hotline.intake.email.labels import NOTES, REASONS, note_in_words, reason_in_words
from hotline.intake.email.parser import read_message
from hotline.intake.email.selectors import mailbox_trouble
from hotline.intake.email.services import ingest_message
from hotline.intake.email.unprocessed import AlreadyHandled, dismiss_mails, handle_mail
from hotline.models import IncomingMail, MailboxError, MailboxState, Report
from hotline.review.claims import claim_case
from hotline.review.welfare import daily_exposure
from hotline.triage.services import triage_report
from tests.clients.staff import Person, signed_in
from tests.factories.mail import SENDER, bounce, message, with_picture
from tests.hotline.review.conftest import NOW, make_case, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/hotline/incomingmail/"
TEXT = "neka reč koju niko ne sme da vidi bez potrebe"


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


@pytest.fixture
def entry() -> IncomingMail:
    """A message without header lines."""
    return ingest_message(raw=TEXT.encode(), now=NOW)


def address(mail: IncomingMail, act: str = "") -> str:
    return f"{LIST}{mail.pk}/{act or 'change/'}"


def held(raw: bytes, person: Person) -> Report:
    """The case of a message, held by this person."""
    report = ingest_message(raw=raw, now=NOW).report
    assert report is not None
    triage_report(report_id=report.pk, now=NOW)
    claim_case(report_id=report.pk, actor=person.user, now=timezone.now())
    return Report.objects.get(pk=report.pk)


def actions(name: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=name))


# --- What could not be read ---


def test_a_message_is_opened_on_purpose_and_that_is_logged_and_counted(
    ana: Person, entry: IncomingMail, settings: Settings
) -> None:
    own, settings.SEALING_PRIVATE_KEYS = settings.SEALING_PRIVATE_KEYS, Path("/nowhere/private.json")
    answer = ana.client.post(address(entry, "open/"))
    assert (answer.status_code, TEXT in answer.content.decode()) == (422, False)
    settings.SEALING_PRIVATE_KEYS = own
    page = ana.client.get(address(entry)).content.decode()
    assert TEXT not in page
    assert str(reason_in_words("no_headers")) in page
    assert actions("mail.opened") == []
    response = ana.client.post(address(entry, "open/"))
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    assert TEXT in response.content.decode()
    (event,) = actions("mail.opened")
    assert (event.actor_id, event.subject_table, event.subject_id) == (ana.user.pk, "hotline_incomingmail", entry.pk)
    assert daily_exposure(ana.user, timezone.now()).total == 1


@pytest.mark.parametrize("typed", ["NP-2026-{number:06d}", " {number} "])
def test_entered_as_a_report_once(ana: Person, entry: IncomingMail, typed: str) -> None:
    case = make_case()
    form = {"state": "reported", "reference": typed.format(number=case.pk)}
    answer = ana.client.post(address(entry, "handle/"), form, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?state__exact=open", 302)]
    entry.refresh_from_db()
    assert (entry.state, entry.handled_by, entry.report) == ("reported", ana.user, case)
    (event,) = actions("mail.handled")
    assert (event.actor_id, event.subject_id) == (ana.user.pk, entry.pk)
    assert event.data["state"] == "reported"
    page = ana.client.get(address(entry)).content.decode()
    assert f'href="/admin/hotline/case/{case.pk}/"' in page
    assert "handle/" not in page
    with pytest.raises(AlreadyHandled):
        handle_mail(mail_id=entry.pk, state="nothing", reference="", actor=ana.user, now=NOW)
    answer = ana.client.post(address(entry, "handle/"), {"state": "nothing"})
    assert (answer.status_code, len(actions("mail.handled"))) == (422, 1)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "state"),
        ({"state": "reported", "reference": ""}, "reference"),
        ({"state": "reported", "reference": "NP-2026-999999"}, "reference"),
        ({"state": "reported", "reference": "9" * 40}, "reference"),
    ],
)
def test_invalid_form_names_the_field_and_keeps_values(
    ana: Person, entry: IncomingMail, form: dict[str, str], field: str
) -> None:
    answer = ana.client.post(address(entry, "handle/"), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert answer.context["form"]["reference"].value() == form.get("reference")
    assert "reference" not in form or not form["reference"] or f'value="{form["reference"]}"' in page
    entry.refresh_from_db()
    assert (entry.state, actions("mail.handled")) == ("open", [])


def test_several_at_once(ana: Person, entry: IncomingMail) -> None:
    others = [ingest_message(raw=bounce(to="x@hotline.test", number=number), now=NOW) for number in range(3)]
    report = ingest_message(raw=message("report"), now=NOW)
    ids = [mail.pk for mail in (entry, *others, report)]
    answer = ana.client.post(LIST, {"action": "dismiss", "_selected_action": ids}, follow=True)
    assert answer.status_code == 200
    assert list(IncomingMail.objects.order_by("pk").values_list("state", flat=True)) == ["nothing"] * 4 + [""]
    assert len(actions("mail.handled")) == 4
    assert dismiss_mails(mail_ids=ids, actor=ana.user, now=NOW) == 0


def test_a_message_with_a_report_redirects_to_its_case(ana: Person) -> None:
    mail = ingest_message(raw=message(), now=NOW)
    assert ana.client.get(address(mail))["Location"] == f"/admin/hotline/case/{mail.report_id}/"
    for act in ("open/", "handle/"):
        answer = ana.client.get(address(mail, act))
        assert (answer.status_code, answer["Location"]) == (302, address(mail))
    assert ana.client.post(address(mail, "open/"))["Location"] == address(mail)
    assert ana.client.get(f"{LIST}999999/change/").status_code == 404


def test_the_list_and_how_many_queries_it_takes(
    ana: Person, entry: IncomingMail, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """As many for three as for one; nothing in it is opened."""
    ana.client.get(LIST)
    with django_assert_max_num_queries(8):
        one = ana.client.get(LIST).content.decode()
    ingest_message(raw=message(1), now=NOW)
    ingest_message(raw=message(2), now=NOW)
    with django_assert_max_num_queries(8):
        three = ana.client.get(LIST).content.decode()
    assert (one.count("field-number"), three.count("field-number")) == (1, 3)
    assert SENDER not in three
    assert ana.client.get(f"{LIST}?state__exact=open").content.decode().count("field-number") == 1
    assert ana.client.get(f"{LIST}?kind__exact=report").content.decode().count("field-number") == 2


# --- A report by e-mail on the case screen ---


def test_subject_names_of_files_and_header_lines_are_shown_with_the_words_alone(ana: Person) -> None:
    case = held(with_picture(Subject="Naslov poruke", X_Odaje="oznaka"), ana)
    place = f"/admin/hotline/case/{case.pk}/"
    page = ana.client.get(place).content.decode()
    opened_page = ana.client.post(f"{place}open/").content.decode()
    for words in ("Naslov poruke", "letovanje-marko.jpg", "oznaka", "U prilogu je slika."):
        assert (words in page, words in opened_page) == (False, True), words
    assert len(actions("words.opened")) == 1


def test_every_code_of_the_parser_has_words(ana: Person) -> None:
    read = [read_message(raw)[0] for raw in make_messages(400, seed=3)]
    reasons = {each.unreadable for each in read} - {""}
    assert reasons
    assert reasons <= REASONS.keys()
    notes = {note for each in read for note in each.notes}
    assert len(notes) > 5
    assert notes <= NOTES.keys()
    assert note_in_words("of-tomorrow") == "of-tomorrow"
    case = held(message(Content_Type="text/plain; charset=x-unknown"), ana)
    html = ana.client.post(f"/admin/hotline/case/{case.pk}/open/").content.decode()
    assert str(NOTES["unknown_charset"]) in html


# --- The mailbox ---


def test_unreadable_mailbox_is_shown_to_supervisors() -> None:
    since = timezone.now() - timedelta(hours=2)
    MailboxState.objects.create(pk=1, error=MailboxError.LOGIN, failing_since=since)
    desk_of_vera, desk_of_ana = (
        signed_in(name, role).client.get("/admin/hotline/desk/").content.decode()
        for name, role in (("vera", "supervisor"), ("ana", "analyst"))
    )
    assert str(MailboxError.LOGIN.label) in desk_of_vera
    assert f"{timezone.localtime(since):%H:%M}" in desk_of_vera
    assert str(MailboxError.LOGIN.label) not in desk_of_ana


def test_mailbox_problem_is_reported() -> None:
    assert mailbox_trouble(NOW) is None, "there is none"
    state = MailboxState.objects.create(pk=1, last_success=NOW)
    assert mailbox_trouble(NOW + timedelta(minutes=15)) is None
    late = mailbox_trouble(NOW + timedelta(minutes=16))
    assert late is not None
    assert (late.since, late.why) == (NOW, "")
    MailboxState.objects.update(held_by="5a8b6c1e-7d0f-4a53-9c2e-1f6b8d3e4a90", held_until=NOW + timedelta(minutes=17))
    assert mailbox_trouble(NOW + timedelta(minutes=16)) is None, "it is being read, a large message perhaps"
    MailboxState.objects.filter(pk=state.pk).update(error="full", failing_since=NOW)
    trouble = mailbox_trouble(NOW)
    assert trouble is not None
    assert (trouble.since, trouble.why) == (NOW, str(MailboxError.FULL.label))


def test_my_work_links_to_open_messages(ana: Person) -> None:
    desk_url = "/admin/hotline/desk/"
    mail = ingest_message(raw=b"x", now=NOW)
    assert f'href="{LIST}?state__exact=open"' in ana.client.get(desk_url).content.decode()
    handle_mail(mail_id=mail.pk, state="nothing", reference="", actor=make_user("boris", "analyst"), now=NOW)
    assert "incomingmail/?state" not in ana.client.get(desk_url).content.decode()
