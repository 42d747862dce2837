"""Notes, opening and closing again, addresses added: through a signed-in browser."""

import re
import uuid
from html import unescape

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.intake.services import add_reporter_message
from hotline.models import Note, Report, TriageRule
from hotline.states import Queue, ReportState
from tests.clients.staff import Person, signed_in
from tests.factories.hotline import ReportFactory
from tests.factories.openings import open_everything_as
from tests.hotline.intake.journey import Reporter
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_item

pytestmark = pytest.mark.django_db
MARKER = "marker-note-90ab позвати школу"


def english(person: Person) -> Person:
    person.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    return person


@pytest.fixture
def ana() -> Person:
    return english(signed_in("ana", "analyst"))


@pytest.fixture
def boris() -> Person:
    return english(signed_in("boris", "analyst"))


@pytest.fixture
def vera() -> Person:
    return english(signed_in("vera", "supervisor"))


@pytest.fixture
def case() -> Report:
    report = ReportFactory(state=ReportState.TRIAGED, queue=Queue.REVIEW)
    report.report_items.create(item=make_item(), position=0)
    return report


def send(client: Client, case: Report, act: str, **form: object) -> tuple[int, str]:
    response = client.post(f"/admin/hotline/case/{case.pk}/{act}", form, follow=True)
    return response.redirect_chain[0][1] if response.redirect_chain else response.status_code, unescape(
        response.content.decode()
    )


def page(person: Person, case: Report) -> str:
    return unescape(person.client.get(f"/admin/hotline/case/{case.pk}/").content.decode())


def assess(person: Person, case: Report, chosen: dict[str, str]) -> tuple[int, str]:
    item = case.items.earliest("pk")
    open_everything_as(person, case)
    return send(person.client, case, f"assess/{item.pk}/", **{f"q-{code}": answer for code, answer in chosen.items()})


def write_again(case: Report) -> None:
    add_reporter_message(report=case, text="Опет је ту.", row=uuid.uuid4(), now=timezone.now())


def row_of(html: str) -> str:
    found = re.search(r'name="row" value="([^"]+)"', html)
    assert found
    return found[1]


# --- Notes ---


def test_a_note_is_shown_with_the_words_and_never_before(ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    row = row_of(page(ana, case))
    for _twice in range(2):
        assert send(ana.client, case, "note/", note=MARKER, row=row)[0] == 302
    assert Note.objects.count() == 1
    assert MARKER not in page(ana, case)
    assert MARKER in send(ana.client, case, "open/")[1]
    assert AuditEvent.objects.filter(action="notes.opened").count() == 1
    assert "Internal notes opened" in page(ana, case)


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, "a\x00b"])
def test_an_invalid_note_stays_in_its_field(text: str, ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    status, html = send(ana.client, case, "note/", note=text, row=str(uuid.uuid4()))
    assert (status, Note.objects.count()) == (422, 0)
    assert "errorlist" in html
    if len(text) > 5000:
        assert f">{text}</textarea>" in html


def test_note_without_the_claim_is_refused_and_stays_in_its_field(ana: Person, boris: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    send(boris.client, case, "claim/", reason="urgent")
    row = str(uuid.uuid4())
    status, html = send(ana.client, case, "note/", note=MARKER, row=row)
    assert (status, Note.objects.count()) == (422, 0)
    assert (f">{MARKER}</textarea>" in html, row_of(html), "You do not hold this case" in html) == (True, row, True)


def test_a_nonsense_row_is_no_reason_to_lose_a_note(ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    assert send(ana.client, case, "note/", note=MARKER)[0] == 302
    status, html = send(ana.client, case, "note/", note=MARKER, row="x")
    assert (status, f">{MARKER}</textarea>" in html) == (422, True)


def test_note_field_is_shown_to_permitted_people(ana: Person, boris: Person, vera: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    assert ['name="note"' in page(person, case) for person in (ana, boris, vera)] == [True, False, True]
    assess(ana, case, NOT_ILLEGAL)
    assert ['name="note"' in page(person, case) for person in (ana, boris, vera)] == [False, False, True]
    assert send(vera.client, case, "note/", note=MARKER)[0] == 302
    assert MARKER in send(ana.client, case, "open/")[1]


def test_second_reviewer_sees_that_notes_are_withheld(ana: Person, boris: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    send(ana.client, case, "note/", note=MARKER)
    assess(ana, case, ILLEGAL)
    send(boris.client, case, "claim/")
    html = send(boris.client, case, "open/")[1]
    assert (MARKER in html, "1 note by the first analyst" in html) == (False, True)
    assess(boris, case, ILLEGAL)
    send(boris.client, case, "claim/")
    assert MARKER in send(boris.client, case, "open/")[1]


def test_a_reporter_never_sees_a_note(ana: Person, case: Report) -> None:
    """In every state of the case and by every author."""
    send(ana.client, case, "claim/")
    send(ana.client, case, "note/", note=MARKER)
    send(ana.client, case, "reply/", text="Хвала Вам.")
    for act in (lambda: None, lambda: assess(ana, case, NOT_ILLEGAL), lambda: write_again(case)):
        act()
        for language in ("sr", "sr-latn", "en"):
            shown = Reporter(language).open(case.receipt)
            assert shown.status_code == 200
            assert "marker-note" not in shown.content.decode()
    assert "Хвала Вам." in Reporter("sr").open(case.receipt).content.decode()
    tables = [str(list(model._default_manager.values())) for model in apps.get_models()]
    assert [rows for rows in tables if "marker-note" in rows] == []


# --- Opening and closing again ---


def test_message_lists_a_closed_case_in_my_work(ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    assess(ana, case, NOT_ILLEGAL)
    write_again(case)
    desk_html = unescape(ana.client.get("/admin/hotline/desk/").content.decode())
    assert ("Reporters who wrote again" in desk_html, case.reference in desk_html) == (True, True)
    html = page(ana, case)
    assert ("the reporter wrote again" in html, "This case is open again" in html) == (True, True)
    assert "It was closed on" in html
    assert 'close-again/"' not in html
    send(ana.client, case, "claim/")
    status, html = send(ana.client, case, "close-again/")
    assert (status, "has sent a message that is still unread" in html) == (422, True)
    assert "Опет је ту." in send(ana.client, case, "open/")[1]
    assert send(ana.client, case, "close-again/")[0] == 302
    case.refresh_from_db()
    assert (case.state, case.outcome, case.has_news) == ("closed", "not_illegal", False)


def test_a_person_opens_it_again_with_a_reason(ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    assess(ana, case, NOT_ILLEGAL)
    status, html = send(ana.client, case, "reopen/")
    assert (status, "Choose a reason." in html) == (422, True)
    assert send(ana.client, case, "reopen/", reason="nonsense")[0] == 422
    status, html = send(ana.client, case, "reopen/", reason="back")
    assert (status, "Opened again: the content is there again" in html) == (302, True)
    status, html = send(ana.client, case, "reopen/", reason="back")
    assert (status, "The case has changed in the meantime" in html) == (422, True)


def test_an_open_case_offers_neither(ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    html = page(ana, case)
    assert ("reopen/" in html, "close-again/" in html) == (False, False)
    assert send(ana.client, case, "close-again/")[0] == 422


# --- Addresses ---


def test_addresses_are_added_and_invalid_ones_are_listed(ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    text = "сада је на novo.example.net/b и tg://x/y"
    status, html = send(ana.client, case, "add-places/", addresses=text, app="Discord", handle="@Ana")
    assert (
        status,
        "2 addresses are added." in html,
        "Not added because the addresses are not valid: tg://x/y" in html,
    ) == (
        302,
        True,
        True,
    )
    canonical = list(case.items.order_by("report_items__position").values_list("canonical", flat=True))[1:]
    assert canonical == ["https://novo.example.net/b", "app:discord/ana"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"addresses": "ништа"}, "We found no address in this text."),
        ({"app": "Discord"}, "Please add the name of the profile"),
        ({"handle": "ana"}, "Please choose the app or game"),
        ({"app": "Discord", "handle": "група из 7б, ко зна"}, "This is not a valid profile name."),
        ({"addresses": "x" * 20_001}, "This text has 20001 characters"),
    ],
)
def test_invalid_location_keeps_the_input(form: dict[str, str], error: str, ana: Person, case: Report) -> None:
    send(ana.client, case, "claim/")
    status, html = send(ana.client, case, "add-places/", **form)
    assert (status, error in html, case.items.count()) == (422, True, 1)
    for value in form.values():
        assert f'value="{value}"' in html or f">{value}</textarea>" in html


def test_addresses_typed_without_the_claim_stay_in_the_field(ana: Person, case: Report) -> None:
    status, html = send(ana.client, case, "add-places/", addresses="https://novo.example.net/b")
    assert (status, ">https://novo.example.net/b</textarea>" in html) == (422, True)


# --- Rules ---


def test_active_rules_are_shown(ana: Person, vera: Person, case: Report) -> None:
    item = case.items.get()
    for value, active in (("a.example.org", True), ("b.example.org", False)):
        rule = TriageRule.objects.create(
            kind="host",
            value=value,
            do_not_fetch=True,
            set_host="edge.example.net",
            note=f"напомена {value}",
            active=active,
            author=vera.user,
            created_at=NOW,
            changed_at=NOW,
        )
        item.rule_hits.create(rule=rule)
    html = page(ana, case)
    assert html.count("Rule: do not open this address.") == 1
    assert ("напомена a.example.org" in html, "напомена b.example.org" in html) == (True, False)
