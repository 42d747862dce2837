"""The auditor asks who opened a case and what a person opened, and each question is recorded."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
import time_machine
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from hotline.models import Report
from tests.clients.staff import Person, signed_in
from tests.factories.events import make_booking, make_date, make_event
from tests.factories.notices import make_notice
from tests.factories.youthpanel import make_member
from tests.hotline.review.conftest import make_case, make_item, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/common/auditevent/"


@pytest.fixture
def auditor(db: None) -> Person:
    return signed_in("revizor", "auditor")


@pytest.fixture
def case(db: None) -> Report:
    """A case whose text "mira" opened and which "petar" took; "mira" opened another one too."""
    mira, petar = make_user("mira", "analyst"), make_user("petar", "analyst")
    report, other = make_case(), make_case()
    now = timezone.now()
    audit_log.record(action="words.opened", subject=report, actor=mira, now=now)
    audit_log.record(action="report.claimed", subject=report, actor=petar, now=now)
    audit_log.record(action="words.opened", subject=other, actor=mira, now=now - timedelta(days=40))
    return report


def rows(person: Person, query: str) -> list[str]:
    """Return the text of each row."""
    html = person.client.get(LIST + query).content.decode()
    body = html[html.index("<tbody>") : html.index("</tbody>")] if "<tbody>" in html else ""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>") if "<td" in row or "<th" in row
    ]


def test_a_row_has_the_name_of_the_person_and_links_to_person_case_and_action(auditor: Person, case: Report) -> None:
    found = rows(auditor, f"?case={case.reference}")
    assert len(found) == 2
    assert "mira" in found[1]
    assert "words.opened" in found[1]
    assert "petar" in found[0]
    html = auditor.client.get(f"{LIST}?case={case.reference}").content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(\?[a-z_]+=[^"]*)"', html)}
    subject = f"?subject_table=hotline_report&subject_id={case.pk}"
    assert links >= {subject, "?person=mira", "?person=petar", "?action=words.opened"}
    assert (
        f'<input type="hidden" name="subject_id" value="{case.pk}">'
        in auditor.client.get(LIST + subject).content.decode()
    )


def test_openings_of_a_person_and_of_a_case(auditor: Person, case: Report) -> None:
    audit_log.record(action="report.reopened", subject=case, actor=make_user("jana", "supervisor"), now=timezone.now())
    counts = {
        "?person=mira": 2,
        "?person=petar&kind=openings": 0,
        "?person=jana&kind=openings": 0,
        f"?person=mira&kind=openings&since={timezone.localdate() - timedelta(days=30)}": 1,
        f"?subject_table=hotline_report&subject_id={case.pk}&kind=openings": 1,
        "?case=NP-2026-999999": 0,
        "?action=words.opened": 2,
        "?action=words.opened&actor_id=0": 0,
    }
    assert {query: len(rows(auditor, query)) for query in counts} == counts


def test_the_fields_of_the_form_narrow_together_and_keep_their_values(auditor: Person, case: Report) -> None:
    mira, day = User.objects.get(username="mira"), timezone.localdate() - timedelta(days=200)
    last = timezone.make_aware(datetime.combine(day, time(23, 59)))
    for at, action in ((last, "words.opened"), (last, "report.claimed"), (last + timedelta(minutes=1), "words.opened")):
        audit_log.record(action=action, subject=case, actor=mira, now=at)
    audit_log.record(action="words.opened", subject=case, actor=User.objects.get(username="petar"), now=last)
    query = {
        "person": "mira",
        "case": case.reference.lower(),
        "action": "Words.Opened",
        "since": f"{day.day}. {day.month}. {day.year}.",
        "until": f"{day:%d %B %Y}",
    }
    address = f"?{urlencode(query)}"
    assert len(rows(auditor, address)) == 1
    html = auditor.client.get(LIST + address).content.decode()
    form = html[html.index('id="changelist-search"') :].partition("</form>")[0]
    assert [name for name, value in query.items() if f'name="{name}" value="{value}"' not in form] == []
    # Each field alone leaves more.
    for name in ("person", "action", "until"):
        assert len(rows(auditor, f"?{urlencode({**query, name: ''})}")) > 1, name
    # The days are recorded, in one notation.
    event_data = AuditEvent.objects.filter(action="audit.searched", data__has_key="case").earliest("pk").data
    assert (event_data["since"], event_data["until"]) == (day.isoformat(), day.isoformat())


def test_subjects_have_their_reference_or_title_and_members_only_their_number(auditor: Person, case: Report) -> None:
    notice, event, member = (
        make_notice(make_item(), case),
        make_event(title_sr="О лозинкама"),
        make_member(pseudonym="Јеж"),
    )
    booking = make_booking(make_date(event))
    entries = [audit_log.AuditEntry("a.opened", subject) for subject in (notice, event, member, booking)]
    audit_log.record_many(entries, actor=auditor.user, now=timezone.now())
    for page in (f"{LIST}?action=a.opened", f"/admin/audit/openings/?person={auditor.user.pk}"):
        html = unescape(auditor.client.get(page).content.decode())
        for text in (notice.reference, booking.reference, ": О лозинкама<", f" {member.pk}<"):
            assert text in html, (page, text)
        assert "Јеж" not in html
    assert len(rows(auditor, f"?case={notice.reference}&action=a.opened")) == 1
    heading = auditor.client.get(f"/admin/audit/openings/?table={notice._meta.db_table}&id={notice.pk}")
    assert notice.reference in heading.content.decode().partition("<h1")[2].partition("</h1>")[0]


def test_the_auditors_own_queries_are_recorded_without_free_text(auditor: Person, case: Report) -> None:
    auditor.client.get(LIST)
    assert not AuditEvent.objects.filter(action="audit.searched").exists()
    auditor.client.get(f"{LIST}?person=mira&kind=openings")
    auditor.client.get(f"{LIST}?person=Петровић из Ниша")
    first, second = AuditEvent.objects.filter(action="audit.searched").order_by("pk")
    assert (first.actor_id, first.data) == (auditor.user.pk, {"person": "mira", "kind": "openings"})
    assert second.data == {}


def test_a_query_is_recorded_once_and_not_for_each_of_its_pages(auditor: Person, case: Report) -> None:
    def search_count() -> int:
        return AuditEvent.objects.filter(action="audit.searched").count()

    for page in ("", "&p=2", "&p=3"):
        auditor.client.get(f"{LIST}?person=mira{page}")
    assert search_count() == 1
    # Neither a further page of another query, nor one of another auditor, nor one after an hour is left out.
    auditor.client.get(f"{LIST}?person=petar&p=2")
    assert search_count() == 2
    signed_in("drugi", "auditor").client.get(f"{LIST}?person=mira&p=2")
    assert search_count() == 3
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        auditor = signed_in("treci", "auditor")
        auditor.client.get(f"{LIST}?person=mira&p=2")
    assert search_count() == 4
    # The same question asked again is a new one.
    signed_in("cetvrti", "auditor").client.get(f"{LIST}?person=mira")
    assert search_count() == 5


def test_pages_of_free_text_are_all_recorded_because_the_text_is_not(auditor: Person, case: Report) -> None:
    for page in ("", "&p=2"):
        auditor.client.get(f"{LIST}?person=Петровић из Ниша{page}")
    assert AuditEvent.objects.filter(action="audit.searched").count() == 2


def test_a_wrong_value_finds_nothing_and_is_named(auditor: Person, case: Report) -> None:
    for query in (
        "?case=NP-2026-99999999999999999999",
        "?person=unknown",
        "?kind=nothing",
        "?until=31. 2. 2026.",
        "?since=2026-03-02&until=2026-03-01",
    ):
        response = auditor.client.get(LIST + query)
        assert (response.status_code, 'class="errorlist' in response.content.decode()) == (200, True), query
        assert rows(auditor, query) == [], query
