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
    return signed_in("ana", "analyst")


def danger(*references: int) -> Alert:
    raise_and_plan(*(references or (1,)), now=timezone.now())
    return Alert.objects.get(kind="hotline.danger", state="open")


def lines_of(person: Person) -> str:
    return str(person.client.get(OPEN).json()["lines"])


def claim(person: Person, alert: Alert, **headers: str) -> tuple[int, str]:
    answer = person.client.post(f"/admin/alerts/{alert.pk}/claim/", headers=headers)
    return answer.status_code, answer.headers.get("Location", answer.content.decode())


class TestBar:
    def test_the_bar_of_a_page_works_without_scripts(self, ana: Person) -> None:
        alert = danger(1, 2)
        page = ana.client.get(MY_WORK).content.decode()
        bar = page[page.index('<aside id="staff-alerts"') : page.index("</aside>")]
        assert f'href="{MY_WORK}"' in bar
        # The button belongs to a form with a token.
        assert f'form="alert-claim" formaction="/admin/alerts/{alert.pk}/claim/"' in bar
        assert re.search('<form id="alert-claim" method="post" hidden>.*csrfmiddlewaretoken', bar)

    def test_other_roles_and_sign_in_do_not_have_it(self) -> None:
        danger()
        for client, address in (
            (signed_in("ed", "editor").client, "/admin/news/article/"),
            (Client(), "/admin/login/"),
        ):
            assert "staff-alerts" not in client.get(address).content.decode()


class TestOpenAlerts:
    def test_an_unchanged_list_is_304_and_a_change_is_not(self, ana: Person) -> None:
        alert = danger(1)
        answer = ana.client.get(OPEN)
        assert answer.json()["waiting"] == {str(alert.pk): 1}
        etag = answer.headers["ETag"]
        again = ana.client.get(OPEN, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert "no-store" in again.headers["Cache-Control"]
        raise_and_plan(2, now=timezone.now())
        changed = ana.client.get(OPEN, headers={"If-None-Match": etag})
        assert (changed.status_code, changed.json()["waiting"]) == (200, {str(alert.pk): 2})
        ana.client.cookies["lang"] = "sr-latn"
        assert not re.search("[а-ш]", lines_of(ana))

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

    def test_a_role_sees_the_kinds_of_its_permissions_only(self) -> None:
        danger()
        make_group("watchers", "alerts.view_alert")
        assert lines_of(signed_in("wat", "watchers")) == ""
        assert signed_in("ed", "editor").client.get(OPEN).status_code == 403
        assert Client().get(OPEN).status_code == 302


class TestClaim:
    def test_an_alert_is_claimed_once_with_and_without_scripts(self, ana: Person) -> None:
        alert, boris = danger(), signed_in("boris", "analyst")
        assert claim(ana, alert, accept="application/json") == (200, '{"refused": ""}')
        assert claim(boris, alert, accept="application/json")[0] == 409
        assert claim(boris, alert) == (302, MY_WORK)
        alert.refresh_from_db()
        assert (alert.state, alert.claimed_by) == ("claimed", ana.user)
        assert AuditEvent.objects.get(action="alert.claimed").actor_id == ana.user.pk
        # The bar of another page is gone at the next poll.
        assert lines_of(boris) == ""

    def test_other_users_cannot_claim(self) -> None:
        alert = danger()
        assert claim(signed_in("ed", "editor"), alert)[0] == 403
        make_group("watchers", "alerts.view_alert")
        assert claim(signed_in("wat", "watchers"), alert)[0] == 403
        assert Client().post(f"/admin/alerts/{alert.pk}/claim/").status_code == 302
        alert.refresh_from_db()
        assert alert.state == "open"
