"""Tests of the bar of alerts on staff pages, of the address that open pages poll, and of claims."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clicksafely.common.alerts.models import Alert
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_group, signed_in
from tests.factories.alerts import raise_and_plan

pytestmark = pytest.mark.django_db
OPEN = "/admin/alerts/open/"
MY_WORK = "/admin/hotline/desk/"


@pytest.fixture
def ana() -> Person:
    return english(signed_in("ana", "analyst"))


def english(person: Person) -> Person:
    person.client.cookies["lang"] = "en"
    return person


def danger(*references: int) -> Alert:
    raise_and_plan(*(references or (1,)), now=timezone.now())
    return Alert.objects.get(kind="hotline.danger", state="open")


def lines_of(person: Person) -> str:
    return str(person.client.get(OPEN).json()["lines"])


def claim(person: Person, alert: Alert, **headers: str) -> tuple[int, str]:
    answer = person.client.post(f"/admin/alerts/{alert.pk}/claim/", headers=headers)
    return answer.status_code, answer.headers.get("Location", answer.content.decode())


class TestBar:
    @pytest.mark.parametrize(
        "address", [MY_WORK, "/admin/hotline/report/", "/admin/password_change/", "/admin/second-factors/"]
    )
    def test_every_page_has_it_without_scripts(self, ana: Person, address: str) -> None:
        alert = danger(1, 2)
        page = ana.client.get(address).content.decode()
        bar = page[page.index('<aside id="staff-alerts"') : page.index("</aside>")]
        assert "A child is in danger now" in bar
        assert "2 waiting, the first after" in bar
        assert f'href="{MY_WORK}"' in bar
        # The button belongs to a form with a token.
        assert f'form="alert-claim" formaction="/admin/alerts/{alert.pk}/claim/"' in bar
        assert re.search('<form id="alert-claim" method="post" hidden>.*csrfmiddlewaretoken', bar)

    def test_it_is_empty_without_an_alert(self, ana: Person) -> None:
        page = ana.client.get(MY_WORK).content.decode()
        assert '<aside id="staff-alerts"' in page
        assert "alert-line" not in page.replace("alert-lines", "")

    def test_other_roles_and_sign_in_do_not_have_it(self) -> None:
        danger()
        for person, address in ((signed_in("ed", "editor"), "/admin/news/article/"), (None, "/admin/login/")):
            client = person.client if person else Client()
            page = client.get(address).content.decode()
            assert "staff-alerts" not in page
            assert "in danger" not in page

    def test_its_parts_obey_the_policy(self, ana: Person) -> None:
        danger()
        page = ana.client.get(MY_WORK).content.decode()
        assert "style=" not in page[page.index('<aside id="staff-alerts"') : page.index("</aside>")]
        assert re.search(r'<script type="module" src="/static/js/staff/alerts[^"]*\.js"></script>', page)


class TestOpenAlerts:
    def test_lines_numbers_and_headers(self, ana: Person) -> None:
        alert = danger(1, 2, 3)
        answer = ana.client.get(OPEN)
        assert answer.json()["waiting"] == {str(alert.pk): 3}
        assert "3 waiting" in answer.json()["lines"]
        assert answer.headers["Content-Type"] == "application/json"
        assert "no-store" in answer.headers["Cache-Control"]

    def test_an_unchanged_list_is_304_and_a_change_is_not(self, ana: Person) -> None:
        danger(1)
        etag = ana.client.get(OPEN).headers["ETag"]
        again = ana.client.get(OPEN, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert "no-store" in again.headers["Cache-Control"]
        raise_and_plan(2, now=timezone.now())
        assert ana.client.get(OPEN, headers={"If-None-Match": etag}).status_code == 200

    def test_the_number_of_queries_and_no_write(self, ana: Person) -> None:
        danger()
        ana.client.get(OPEN)
        before = Session.objects.get().expire_date
        with CaptureQueriesContext(connection) as queries:
            ana.client.get(OPEN)
        statements = [query["sql"] for query in queries.captured_queries]
        assert [sql for sql in statements if not sql.startswith("SELECT")] == []
        assert len([sql for sql in statements if "alerts_" in sql]) == 1
        # Session, account, second factor, permissions, alerts.
        assert len(statements) <= 5
        # Polling does not extend the session.
        assert Session.objects.get().expire_date == before

    def test_the_query_uses_an_index(self, ana: Person) -> None:
        danger()
        with CaptureQueriesContext(connection) as queries:
            ana.client.get(OPEN)
        (sql,) = [query["sql"] for query in queries.captured_queries if "alerts_alert" in query["sql"]]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Index" in plan

    def test_the_script_of_the_page(self, ana: Person) -> None:
        danger()
        ana.client.cookies["lang"] = "sr-latn"
        assert "Preuzimam" in lines_of(ana)
        ana.client.cookies["lang"] = "sr"
        assert "Преузимам" in lines_of(ana)

    def test_others_are_refused(self) -> None:
        danger()
        assert signed_in("ed", "editor").client.get(OPEN).status_code == 403
        assert Client().get(OPEN).status_code == 302

    def test_a_role_sees_the_kinds_of_its_permissions_only(self) -> None:
        danger()
        make_group("watchers", "alerts.view_alert")
        assert "danger" not in lines_of(english(signed_in("wat", "watchers")))


class TestClaim:
    def test_without_scripts_it_leads_to_the_list(self, ana: Person) -> None:
        alert = danger()
        assert claim(ana, alert) == (302, MY_WORK)
        alert.refresh_from_db()
        assert (alert.state, alert.claimed_by) == ("claimed", ana.user)
        assert AuditEvent.objects.get(action="alert.claimed").actor_id == ana.user.pk
        # The bar of another page is gone at the next poll.
        assert lines_of(english(signed_in("boris", "analyst"))) == ""

    def test_two_claim_at_once(self, ana: Person) -> None:
        alert = danger()
        boris = english(signed_in("boris", "analyst"))
        assert claim(ana, alert, accept="application/json") == (200, '{"refused": ""}')
        assert claim(boris, alert, accept="application/json") == (409, '{"refused": "This alert is no longer open."}')
        assert claim(boris, alert)[0] == 302
        assert "This alert is no longer open." in boris.client.get(MY_WORK).content.decode()
        alert.refresh_from_db()
        assert alert.claimed_by == ana.user

    def test_other_users_cannot_claim(self) -> None:
        alert = danger()
        assert claim(signed_in("ed", "editor"), alert)[0] == 403
        make_group("watchers", "alerts.view_alert")
        assert claim(signed_in("wat", "watchers"), alert)[0] == 403
        assert Client().post(f"/admin/alerts/{alert.pk}/claim/").status_code == 302
        alert.refresh_from_db()
        assert alert.state == "open"

    def test_another_site_cannot_claim_for_a_visitor(self) -> None:
        alert = danger()
        eve = signed_in("eve", "analyst", enforce_csrf_checks=True)
        assert claim(eve, alert)[0] == 403
        alert.refresh_from_db()
        assert alert.state == "open"

    def test_opening_the_address_claims_nothing(self, ana: Person) -> None:
        alert = danger()
        assert ana.client.get(f"/admin/alerts/{alert.pk}/claim/").status_code == 302
        assert ana.client.post("/admin/alerts/999999/claim/").status_code == 404
        alert.refresh_from_db()
        assert alert.state == "open"

    def test_a_closed_account_polls_nothing(self, ana: Person) -> None:
        danger()
        ana.user.is_active = False
        ana.user.save()
        assert ana.client.get(OPEN).status_code == 302
