"""The auditor asks who opened a case and what a person opened, and each question is recorded."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
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


def test_a_row_is_a_sentence_with_the_name_of_the_person(auditor: Person, case: Report) -> None:
    found = rows(auditor, f"?case={case.reference}")
    assert len(found) == 2
    assert all(word in found[1] for word in ("mira", "words.opened", "Отворен"))
    assert "petar" in found[0]


def test_codes_are_folded(auditor: Person, case: Report) -> None:
    auditor.client.cookies["lang"] = "en"
    html = auditor.client.get(f"{LIST}?case={case.reference}").content.decode()
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    folds = re.findall(r"<details.*?</details>", body, re.DOTALL)
    assert len(folds) == 2
    assert all(re.search(r"<code[^>]*>\w+\.\w+</code>", fold) for fold in folds)
    visible_text = re.sub(r"<details.*?</details>", "", body, flags=re.DOTALL)
    assert ("<code" in visible_text, "words.opened" in visible_text) == (False, False)
    assert "Reporter's text opened" in unescape(visible_text)
    openings = auditor.client.get(f"/admin/audit/openings/?q={case.reference}").content.decode()
    assert ("Reporter's text opened" in unescape(openings), "<code" in openings) == (True, False)


def test_the_only_export_is_the_one_with_its_proof(auditor: Person, case: Report) -> None:
    html = auditor.client.get(f"{LIST}?case={case.reference}").content.decode()
    assert html.count('class="export-list"') == 1
    assert 'name="format"' not in html


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
        "kind": "openings",
        "since": f"{day.day}. {day.month}. {day.year}.",
        "until": f"{day:%d %B %Y}",
    }
    address = f"?{urlencode(query)}"
    assert len(rows(auditor, address)) == 1
    html = auditor.client.get(LIST + address).content.decode()
    form = html[html.index('id="changelist-search"') :].partition("</form>")[0]
    for name, value in query.items():
        if name != "kind":
            assert re.search(rf'name="{name}" value="{re.escape(value)}"', form), name
    assert '<option value="openings" selected>' in form
    # Each field alone leaves more.
    for name in ("person", "action", "until"):
        assert len(rows(auditor, f"?{urlencode({**query, name: '', 'kind': ''})}")) > 1, name
    assert len(rows(auditor, f"?until={day}")) == 3
    # The days are recorded, in one notation.
    event_data = AuditEvent.objects.filter(action="audit.searched", data__has_key="case").earliest("pk").data
    assert (event_data["since"], event_data["until"]) == (day.isoformat(), day.isoformat())


def test_filters_of_a_link_stay_when_the_form_is_sent(auditor: Person, case: Report) -> None:
    html = auditor.client.get(f"{LIST}?subject_table=hotline_report&subject_id={case.pk}").content.decode()
    form = html[html.index('id="changelist-search"') :].partition("</form>")[0]
    assert '<input type="hidden" name="subject_table" value="hotline_report">' in form
    assert f'<input type="hidden" name="subject_id" value="{case.pk}">' in form


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
    for subject, text in ((notice, notice.reference), (event, "О лозинкама"), (member, str(member.pk))):
        heading = auditor.client.get(f"/admin/audit/openings/?table={subject._meta.db_table}&id={subject.pk}")
        assert text in re.sub(r"<[^>]+>", "", heading.content.decode().partition("<h1")[2].partition("</h1>")[0])


def test_an_event_of_a_notice_is_found_by_its_number(auditor: Person, case: Report) -> None:
    notice = make_notice(make_item(), case)
    audit_log.record(action="a.opened", subject=notice, actor=auditor.user, now=timezone.now())
    assert len(rows(auditor, f"?case={notice.reference}&action=a.opened")) == 1


def test_list_of_openings_of_a_person(auditor: Person, case: Report) -> None:
    assert len(rows(auditor, "?person=mira")) == 2
    assert len(rows(auditor, "?person=petar&kind=openings")) == 0
    assert len(rows(auditor, f"?person=mira&kind=openings&since={timezone.localdate() - timedelta(days=30)}")) == 1


def test_list_of_openings_of_a_case(auditor: Person, case: Report) -> None:
    assert [
        row
        for row in rows(auditor, f"?subject_table=hotline_report&subject_id={case.pk}&kind=openings")
        if "mira" in row
    ]
    assert rows(auditor, "?case=NP-2026-999999") == []


def test_a_link_leads_from_a_row_to_its_person_and_its_case(auditor: Person, case: Report) -> None:
    html = auditor.client.get(f"{LIST}?case={case.reference}").content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(\?[a-z_]+=[^"]*)"', html)}
    assert f"?subject_table=hotline_report&subject_id={case.pk}" in links
    assert {"?person=mira", "?person=petar"} <= links


def test_the_code_of_an_event_leads_to_all_events_of_its_kind(auditor: Person, case: Report) -> None:
    html = auditor.client.get(f"{LIST}?case={case.reference}").content.decode()
    assert 'href="?action=words.opened"' in html
    assert len(rows(auditor, "?action=words.opened")) == 2
    assert len(rows(auditor, "?action=words.opened&actor_id=0")) == 0


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


def test_a_case_that_is_opened_again_is_no_opening(auditor: Person, case: Report) -> None:
    audit_log.record(action="report.reopened", subject=case, actor=make_user("jana", "supervisor"), now=timezone.now())
    assert rows(auditor, "?person=jana&kind=openings") == []


@pytest.mark.parametrize(
    "query",
    [
        "?case=NP-x",
        "?case=%27%3B--",
        "?case=NP-2026-99999999999999999999",
        "?person=unknown",
        f"?person={'я' * 500}",
        "?kind=nothing",
        "?since=nothing",
        "?until=31. 2. 2026.",
        "?since=2026-03-02&until=2026-03-01",
    ],
)
def test_a_wrong_value_finds_nothing_and_is_named(auditor: Person, case: Report, query: str) -> None:
    response = auditor.client.get(LIST + query)
    assert response.status_code == 200
    assert 'class="errorlist' in response.content.decode()
    assert rows(auditor, query) == []


# Twenty accounts over 100 days, in the order of time, and a case, an account and an action of which there are few.
MANY = """
    INSERT INTO common_auditevent (at, action, actor_id, subject_table, subject_id, data)
    SELECT now() - interval '1 day' + (number - 100000) * interval '1 minute' * 1.44,
           CASE WHEN number %% 9000 = 0 THEN 'words.opened' ELSE 'report.state' END,
           CASE WHEN number %% 8000 = 0 THEN %(rare)s WHEN number %% 2 = 0 THEN 1000000 + number %% 40 END,
           'hotline_report', CASE WHEN number %% 7000 = 0 THEN %(case)s ELSE 2000000 + number / 5 END, '{}'
    FROM generate_series(1, 100000) AS number
"""


def plan_of(person: Person, query: str) -> str:
    """Return the query plan of the first page of the list."""
    with CaptureQueriesContext(connection) as queries:
        person.client.get(LIST + query)
    ordered = re.compile('FROM "common_auditevent".* ORDER BY "common_auditevent"')
    (sql,) = (entry["sql"] for entry in queries if ordered.search(entry["sql"]))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.slow
def test_each_question_about_many_events_is_answered_from_an_index(auditor: Person, case: Report) -> None:
    rare = User.objects.get(username="mira")
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"rare": rare.pk, "case": case.pk})
        cursor.execute("ANALYZE common_auditevent")
    day = timezone.localdate() - timedelta(days=50)
    days = f"since={day}&until={day + timedelta(days=1)}"
    for query, index in {
        "": "common_auditevent_pkey",
        "person=mira": "audit_actor",
        f"person=mira&{days}": "audit_actor",
        f"case={case.reference}": "audit_subject",
        f"case={case.reference}&person=mira&{days}": "audit_subject|audit_actor",
        "action=words.opened": "audit_action",
        f"action=words.opened&{days}": "audit_action",
        days: "audit_at",
        f"kind=people&{days}": "audit_(at|actor)",
    }.items():
        plan = plan_of(auditor, f"?{query}")
        assert re.search(index, plan), f"{query}: {plan}"
        assert "Seq Scan on common_auditevent" not in plan, f"{query}: {plan}"
