"""Public forms with every kind of hostile text in every field, and the staff pages that show it."""

import re
from datetime import timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone, translation

from awareness.events.bookings.signed_links import make_token
from hotline.models import Report
from tests.clients.bookings import ask
from tests.clients.staff import make_staff, signed_in
from tests.common.http.test_decorators import FORMS
from tests.factories.events import make_date, make_event
from tests.factories.youthpanel import make_cohort, make_consultation
from tests.hotline.intake.journey import Reporter, hidden, receipt_on
from tests.security.corpus import of_kind
from tests.security.form_submission import Judged, Sender, read, remember
from tests.security.html_forms import Page
from tests.youthpanel.member_auth.conftest import OWN, make_consenting
from tests.youthpanel.member_auth.slips import visit_first
from youthpanel.member_auth import services
from youthpanel.states import PhaseActivity

pytestmark = pytest.mark.django_db
ROUNDS: Final = 6
# Forms without text fields have their own tests. A member's page is tested below.
WITHOUT_TYPING: Final = {
    "report-own-picture",
    "basket", "lesson-zip", "report-sent", "report-case", "quiz", "class", "class-open", "class-control", "panel-leave", "panel-home",
    "panel-consultation", "panel-pictures", "panel-tell", "panel-tell-sent",
}  # fmt: skip


def requests_of_visitors() -> tuple[Any, Any]:
    """Return functions to get and post from a different network each time, so that rate limits do not apply."""

    def client() -> Client:
        return Reporter("en")._client()

    def ask_(path: str) -> Any:
        return client().get(path)

    def post(path: str, data: dict[str, Any]) -> Any:
        one = client()
        one.raise_request_exception = False
        return one.post(path, data)

    return ask_, post


def public_pages() -> list[str]:
    """Every page of the public side with a text form, one of each kind."""
    now = timezone.now()
    event = make_event(published_at=now - timedelta(days=1))
    date = make_date(event, starts_at=now + timedelta(days=21))
    booking = f"/en/bookings/{make_token(ask(date, now=now).uuid)}/"
    return [
        "/en/report/cyberbullying/",
        "/en/report/csam/?about=me",
        "/en/report/status/",
        "/en/hotline/complaint/",
        f"/en/events/{event.slug}/book/",
        "/en/events/invite/",
        f"{booking}?ask=change",
        f"{booking}?ask=cancel",
        "/en/youth-panel/join/",
        "/en/class/",
        "/en/search/",
        "/en/resources/",
        "/en/events/",
        "/en/news/",
    ]


def send_all(pages: list[str], ask_: Any, post: Any, judged: Judged, *, rounds: int = ROUNDS) -> None:
    """Send every form with text fields on these pages once."""
    seen = set()
    for path in pages:
        page = read(ask_(path))
        assert page is not None, path
        for form in page.forms():
            if form.typed() and (form.method, form.signature()) not in seen:
                seen.add((form.method, form.signature()))
                sending = post if form.method == "post" else partial(submit_query, ask_)
                Sender(ask_, sending, judged).send(f"{path} {form.action}", path, form, rounds=rounds)


def submit_query(ask_: Any, where: str, data: dict[str, Any]) -> Any:
    """Submit a GET form."""
    query = urlencode(
        {name: value[:4000] if isinstance(value, str) else value for name, value in data.items()}, doseq=True
    )
    return ask_(f"{urlsplit(where).path}?{query}")


def test_every_form_of_the_public_side_is_on_these_pages() -> None:
    with translation.override("en"):
        found = {resolve(urlsplit(path).path).url_name for path in public_pages()}
    assert found >= FORMS - WITHOUT_TYPING


def test_hostile_public_input_is_accepted_or_refused_with_a_message() -> None:
    judged, pages = Judged(), public_pages()
    remember()
    send_all(pages, *requests_of_visitors(), judged)
    assert judged.faults == []
    assert judged.cases > 150
    assert len(judged.accepted) > 4


def test_hostile_member_input_is_accepted_or_refused_with_a_message() -> None:
    cohort = make_cohort(begins_on=timezone.localdate() - timedelta(days=90))
    adult, now, judged = make_staff("adult", "coordinator"), timezone.now(), Judged()
    client = Client(headers=OWN, raise_request_exception=False)
    code = services.create_invitations(members=[make_consenting(cohort)], actor=adult, now=now)[0].code
    assert visit_first(client, code).status_code == 303
    pages = []
    for feature in (PhaseActivity.COLLECT, PhaseActivity.DISCUSS, PhaseActivity.ANSWER):
        consultation = make_consultation(cohort)
        consultation.facilitators.set([adult, make_staff(f"other-{feature}", "coordinator")])
        consultation.phases.create(feature=feature, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1))
        if feature == PhaseActivity.ANSWER:
            consultation.questions.create(kind="open", text_sr="x", text_en="x", order=1)
        pages.append(f"/en/youth-panel/consultations/{consultation.slug}/")
    pages.append("/en/youth-panel/tell/")
    remember()
    send_all(pages, client.get, client.post, judged)
    assert judged.faults == []
    assert judged.cases > 15
    assert judged.accepted


def test_sealed_text_is_escaped_when_shown() -> None:
    """A report and a message: each hostile text complete and shown as text only."""
    text = "\n".join(each.text for each in of_kind("markup", "template") if "\x00" not in each.text)[:3000]
    short = '"><xq7 onxq7=1><img src=x onerror=xq7()>'
    reporter = Reporter("en")
    summary = reporter.summary(what=text, addresses=f"https://primer.example.org/{short}", contact="a@example.org")
    faults = read(summary).grown()  # type: ignore[union-attr]
    sent = reporter.send(hidden(summary, "state"))
    case = reporter.open(receipt_on(sent))
    answered = reporter.act(case, "message", text=text)
    faults += [each for response in (sent, case, answered) for each in read(response).grown()]  # type: ignore[union-attr]
    assert same_words(text, read(answered))
    report = Report.objects.latest("pk")
    person = signed_in("ana", "analyst", "supervisor").client
    person.post(f"/admin/hotline/case/{report.pk}/claim/")
    opened_page = person.post(f"/admin/hotline/case/{report.pk}/open/")
    assert opened_page.status_code == 200
    assert same_words(text, read(opened_page))
    assert faults + read(opened_page).grown() == []  # type: ignore[union-attr]


def same_words(text: str, page: Page | None) -> bool:
    """Whether the page contains the whole text, ignoring white space of its layout."""
    assert page is not None
    return flat(text) in flat(page.root.text_content())


def flat(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\x00-\x1f]+", "", text)
