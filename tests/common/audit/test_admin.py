"""The auditor asks who opened a case and what a person opened, and each question is recorded."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from hotline.models import Report
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_case, make_user

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
    found = rows(auditor, f"?q={case.reference}")
    assert len(found) == 2
    assert all(word in found[1] for word in ("mira", "words.opened", "Отворен"))
    assert "petar" in found[0]


def test_codes_are_folded(auditor: Person, case: Report) -> None:
    auditor.client.cookies["lang"] = "en"
    html = auditor.client.get(f"{LIST}?q={case.reference}").content.decode()
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    folds = re.findall(r"<details.*?</details>", body, re.DOTALL)
    assert len(folds) == 2
    assert all(re.search(r"<code[^>]*>\w+\.\w+</code>", fold) for fold in folds)
    read = re.sub(r"<details.*?</details>", "", body, flags=re.DOTALL)
    assert ("<code" in read, "words.opened" in read) == (False, False)
    assert "Reporter's text opened" in unescape(read)
    openings = auditor.client.get(f"/admin/audit/openings/?q={case.reference}").content.decode()
    assert ("Reporter's text opened" in unescape(openings), "<code" in openings) == (True, False)


def test_the_only_export_is_the_one_with_its_proof(auditor: Person, case: Report) -> None:
    html = auditor.client.get(f"{LIST}?q={case.reference}").content.decode()
    assert html.count('class="export-list"') == 1
    assert 'name="format"' not in html


def test_list_of_openings_of_a_person(auditor: Person, case: Report) -> None:
    assert len(rows(auditor, "?q=mira")) == 2
    assert len(rows(auditor, "?q=petar&kind=openings")) == 0
    assert len(rows(auditor, "?q=mira&kind=openings&period=30")) == 1


def test_list_of_openings_of_a_case(auditor: Person, case: Report) -> None:
    assert [
        row
        for row in rows(auditor, f"?subject_table=hotline_report&subject_id={case.pk}&kind=openings")
        if "mira" in row
    ]
    assert rows(auditor, "?q=NP-2026-999999") == []


def test_a_link_leads_from_a_row_to_its_person_and_its_case(auditor: Person, case: Report) -> None:
    html = auditor.client.get(f"{LIST}?q={case.reference}").content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(\?[a-z_]+=[^"]*)"', html)}
    assert f"?subject_table=hotline_report&subject_id={case.pk}" in links
    person = next(link for link in sorted(links) if link.startswith("?actor_id="))
    assert auditor.client.get(LIST + person).status_code == 200


def test_the_code_of_an_event_leads_to_all_events_of_its_kind(auditor: Person, case: Report) -> None:
    html = auditor.client.get(f"{LIST}?q={case.reference}").content.decode()
    assert 'href="?action=words.opened"' in html
    assert len(rows(auditor, "?action=words.opened")) == 2
    assert len(rows(auditor, "?action=words.opened&actor_id=0")) == 0


def test_the_auditors_own_queries_are_recorded_without_free_text(auditor: Person, case: Report) -> None:
    auditor.client.get(LIST)
    assert not AuditEvent.objects.filter(action="audit.searched").exists()
    auditor.client.get(f"{LIST}?q=mira&kind=openings")
    auditor.client.get(f"{LIST}?q=Петровић из Ниша")
    first, second = AuditEvent.objects.filter(action="audit.searched").order_by("pk")
    assert (first.actor_id, first.data) == (auditor.user.pk, {"q": "mira", "kind": "openings"})
    assert second.data == {}


def test_a_query_is_recorded_once_and_not_for_each_of_its_pages(auditor: Person, case: Report) -> None:
    def recorded() -> int:
        return AuditEvent.objects.filter(action="audit.searched").count()

    for page in ("", "&p=2", "&p=3"):
        auditor.client.get(f"{LIST}?q=mira{page}")
    assert recorded() == 1
    # Neither a further page of another query, nor one of another auditor, nor one after an hour is left out.
    auditor.client.get(f"{LIST}?q=petar&p=2")
    assert recorded() == 2
    signed_in("drugi", "auditor").client.get(f"{LIST}?q=mira&p=2")
    assert recorded() == 3
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        auditor = signed_in("treci", "auditor")
        auditor.client.get(f"{LIST}?q=mira&p=2")
    assert recorded() == 4
    # The same question asked again is a new one.
    signed_in("cetvrti", "auditor").client.get(f"{LIST}?q=mira")
    assert recorded() == 5


def test_pages_of_free_text_are_all_recorded_because_the_text_is_not(auditor: Person, case: Report) -> None:
    for page in ("", "&p=2"):
        auditor.client.get(f"{LIST}?q=Петровић из Ниша{page}")
    assert AuditEvent.objects.filter(action="audit.searched").count() == 2


def test_a_case_that_is_opened_again_is_no_opening(auditor: Person, case: Report) -> None:
    audit_log.record(action="report.reopened", subject=case, actor=make_user("jana", "supervisor"), now=timezone.now())
    assert rows(auditor, "?q=jana&kind=openings") == []


@pytest.mark.parametrize(
    "query", ["?q=NP-x", "?q=%27%3B--", "?kind=nothing", "?period=nothing", "?q=NP-2026-99999999999999999999"]
)
def test_strange_queries_find_nothing_or_everything(auditor: Person, case: Report, query: str) -> None:
    assert auditor.client.get(LIST + query).status_code == 200
