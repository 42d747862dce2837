"""Notes, opening and closing again, addresses added: through a signed-in browser."""

import uuid

import pytest
from django.apps import apps
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.intake.services import add_reporter_message
from hotline.models import Note, Report
from hotline.states import Queue, ReportState
from tests.clients.staff import Person
from tests.factories.hotline import ReportFactory
from tests.factories.openings import open_everything_as
from tests.hotline.intake.journey import Reporter
from tests.hotline.review.conftest import NOT_ILLEGAL, make_item, page, send

pytestmark = pytest.mark.django_db
MARKER = "marker-note-90ab позвати школу"


@pytest.fixture
def case() -> Report:
    report = ReportFactory(state=ReportState.TRIAGED, queue=Queue.REVIEW)
    report.report_items.create(item=make_item(), position=0)
    return report


def assess(person: Person, case: Report, chosen: dict[str, str]) -> tuple[int, str]:
    item = case.items.earliest("pk")
    open_everything_as(person, case)
    return send(person, case, f"assess/{item.pk}/", **{f"q-{code}": answer for code, answer in chosen.items()})


# --- Notes ---


def test_a_note_is_shown_with_the_words_and_never_before(ana: Person, case: Report) -> None:
    send(ana, case, "claim/")
    row = str(uuid.uuid4())
    for _twice in range(2):
        assert send(ana, case, "note/", note=MARKER, row=row)[0] == 302
    assert Note.objects.count() == 1
    assert MARKER not in page(ana, case)
    assert MARKER in send(ana, case, "open/")[1]
    assert AuditEvent.objects.filter(action="notes.opened").count() == 1


@pytest.mark.parametrize(("text", "row"), [("x" * 5001, "6f0e2c58-9a51-4cbb-8a0e-0d3f5a6b7c8d"), (MARKER, "x")])
def test_an_invalid_note_stays_in_its_field(text: str, row: str, ana: Person, case: Report) -> None:
    send(ana, case, "claim/")
    status, html = send(ana, case, "note/", note=text, row=row)
    assert (status, Note.objects.count(), f">{text}</textarea>" in html) == (422, 0, True)


def test_note_without_the_claim_is_refused_and_stays_in_its_field(ana: Person, boris: Person, case: Report) -> None:
    send(boris, case, "claim/")
    row = str(uuid.uuid4())
    status, html = send(ana, case, "note/", note=MARKER, row=row)
    assert (status, Note.objects.count()) == (422, 0)
    assert (f">{MARKER}</textarea>" in html, f'name="row" value="{row}"' in html) == (True, True)


def test_a_reporter_never_sees_a_note(ana: Person, case: Report) -> None:
    """In every state of the case and by every author."""
    send(ana, case, "claim/")
    send(ana, case, "note/", note=MARKER)
    send(ana, case, "reply/", text="Хвала Вам.")

    def write_again() -> None:
        add_reporter_message(report=case, text="Опет је ту.", row=uuid.uuid4(), now=timezone.now())

    for act in (lambda: None, lambda: assess(ana, case, NOT_ILLEGAL), write_again):
        act()
        shown = Reporter("en").open(case.receipt)
        assert shown.status_code == 200
        assert "marker-note" not in shown.content.decode()
    assert "Хвала Вам." in Reporter("sr").open(case.receipt).content.decode()
    tables = [str(list(model._default_manager.values())) for model in apps.get_models()]
    assert [rows for rows in tables if "marker-note" in rows] == []


# --- Opening and closing again ---


def test_a_person_opens_it_again_with_a_reason(ana: Person, case: Report) -> None:
    send(ana, case, "claim/")
    assess(ana, case, NOT_ILLEGAL)
    assert send(ana, case, "reopen/", reason="nonsense")[0] == 422
    assert send(ana, case, "reopen/", reason="back")[0] == 302
    case.refresh_from_db()
    assert case.state == "triaged"
    assert send(ana, case, "reopen/", reason="back")[0] == 422


def test_a_case_with_a_new_message_is_listed_and_closed_again(ana: Person, case: Report) -> None:
    send(ana, case, "claim/")
    assess(ana, case, NOT_ILLEGAL)
    add_reporter_message(report=case, text="Опет је ту.", row=uuid.uuid4(), now=timezone.now())
    assert case.reference in page(ana, "/admin/hotline/desk/")
    send(ana, case, "claim/")
    assert send(ana, case, "close-again/")[0] == 422
    open_everything_as(ana, case)
    assert send(ana, case, "close-again/")[0] == 302
    case.refresh_from_db()
    assert (case.state, case.outcome, case.has_news) == ("closed", "not_illegal", False)


# --- Addresses ---


def test_addresses_are_added_and_invalid_ones_are_listed(ana: Person, case: Report) -> None:
    send(ana, case, "claim/")
    text = "сада је на novo.example.net/b и tg://x/y"
    assert send(ana, case, "add-places/", addresses=text, app="Discord", handle="@Ana")[0] == 302
    assert "tg://x/y" in page(ana, case)
    canonical = list(case.items.order_by("report_items__position").values_list("canonical", flat=True))[1:]
    assert canonical == ["https://novo.example.net/b", "app:discord/ana"]


@pytest.mark.parametrize(
    "form",
    [
        {"addresses": "ништа"},
        {"addresses": "x" * 20_001},
        {"app": "Discord"},
        {"handle": "ana"},
        {"app": "Discord", "handle": "група из 7б"},
    ],
)
def test_invalid_location_keeps_the_input(form: dict[str, str], ana: Person, case: Report) -> None:
    send(ana, case, "claim/")
    status, html = send(ana, case, "add-places/", **form)
    assert (status, case.items.count()) == (422, 1)
    for value in form.values():
        assert f'value="{value}"' in html or f">{value}</textarea>" in html


# --- Rules ---
