"""Closings in the staff site by analysts, supervisors and attackers."""

import re
from datetime import timedelta
from difflib import unified_diff

import pytest

from hotline.lifecycle.closings import offer_checks
from hotline.models import Closing, Report
from hotline.review import assessments
from hotline.review.claims import claim_case
from tests.clients.staff import Person, signed_in
from tests.factories.openings import open_and_assess
from tests.hotline.review.conftest import NOT_ILLEGAL, NOW, make_case, make_item, page, send
from tests.hotline.review.test_close_without_assessment import make_grave

pytestmark = pytest.mark.django_db
CLOSINGS = "/admin/hotline/closings/"
UNDO = f"{CLOSINGS}undo/"


def post(person: Person, address: str, **form: object) -> tuple[int, str]:
    response = person.client.post(address, form, follow=True)
    return response.status_code, response.content.decode()


def state(case: Report) -> str:
    case.refresh_from_db()
    return case.state


def read(person: Person, case: Report) -> None:
    assert send(person, case, "claim/")[0] == 302
    assert send(person, case, "open/")[0] == 200


def propose(person: Person, case: Report, end: str = "spam") -> None:
    read(person, case)
    assert send(person, case, "set-aside/", state=end)[0] == 302


class TestTwoPeople:
    def test_the_whole_way(self, ana: Person, boris: Person) -> None:
        case = make_grave()
        send(ana, case, "claim/")
        status, html = send(ana, case, "set-aside/", state="spam")
        assert (status, 'value="spam" required checked' in html) == (422, True)
        propose(ana, case)
        html = page(ana, case)
        assert ("set-aside/withdraw/" in html, "set-aside/confirm/" in html) == (True, False)
        boris.client.post("/admin/hotline/desk/take/")
        html = page(boris, case)
        assert ("set-aside/confirm/" in html, "q-classification" in html) == (True, False)
        assert (send(boris, case, "set-aside/confirm/")[0], state(case)) == (422, "second_review")
        assert send(boris, case, "open/")[0] == 200
        assert send(boris, case, "set-aside/confirm/")[0] == 302
        assert state(case) == "spam"
        assert UNDO not in page(boris, case)

    def test_the_proposer_withdraws_it_or_the_second_person_refuses(self, ana: Person, boris: Person) -> None:
        case = make_grave()
        propose(ana, case)
        assert send(boris, case, "set-aside/withdraw/")[0] == 422
        assert send(ana, case, "set-aside/withdraw/")[0] == 302
        assert state(case) == "triaged"
        propose(ana, case)
        send(boris, case, "claim/")
        assert send(boris, case, "set-aside/refuse/")[0] == 302
        assert state(case) == "in_review"

    def test_a_person_alone_gets_nowhere(self, ana: Person) -> None:
        case = make_grave()
        propose(ana, case)
        for act in ("claim/", "set-aside/confirm/", "set-aside/refuse/", "set-aside/", "open/"):
            send(ana, case, act, state="spam", reason="urgent")
        closing = Closing.objects.get()
        status, html = post(ana, f"{CLOSINGS}confirm/", closing=closing.pk)
        assert (status, 'role="alert"' in html) == (422, True)
        post(ana, UNDO, closing=closing.pk)
        form = {"action": "close_as_spam", "_selected_action": [case.pk]}
        ana.client.post("/admin/hotline/report/", form)
        assert state(case) == "second_review"
        assert Closing.objects.get().state == "proposed"

    def test_near_identical_reports_are_confirmed_together(self, ana: Person, boris: Person) -> None:
        item = make_item()
        flood = [make_grave(item, what=what) for what in ("Исто!", "исто", "ИСТО.")]
        other = make_grave(what="Друго.")
        for case in (*flood, other):
            propose(ana, case)
        assert page(ana, CLOSINGS).count('name="closing"') == 0
        read(boris, flood[1])
        ids = re.findall(r'name="closing" value="(\d+)"', page(boris, CLOSINGS))
        assert post(boris, f"{CLOSINGS}confirm/", closing=ids)[0] == 200
        assert [state(case) for case in flood] == ["second_review", "spam", "second_review"]
        for case in (flood[0], flood[2]):
            read(boris, case)
        assert post(boris, f"{CLOSINGS}confirm/", closing=ids)[0] == 200
        assert [state(case) for case in (*flood, other)] == ["spam"] * 3 + ["second_review"]
        assert post(boris, f"{CLOSINGS}confirm/", closing=["x", "", "9" * 30])[0] == 200


class TestInTheList:
    def test_cases_for_two_are_left_out_and_counted(self, ana: Person, boris: Person) -> None:
        plain, held = [make_case(), make_case()], make_case(priority=9)
        grave = [make_grave(), make_grave(category="other", danger_now=True)]
        send(boris, held, "claim/")
        form = {"action": "close_as_spam", "_selected_action": [case.pk for case in (*plain, held, *grave)]}
        status, html = post(ana, "/admin/hotline/report/", **form)
        assert status == 200
        assert all(words in html for words in ("2 предмета су затворена", "2 предмета су изостављена", "1 предмет"))
        assert [state(case) for case in (*plain, held, *grave)] == ["spam"] * 2 + ["in_review"] + ["triaged"] * 2


class TestUndo:
    def test_it_is_offered_to_the_person_who_closed_the_case(self, ana: Person, boris: Person) -> None:
        case = make_case()
        read(ana, case)
        send(ana, case, "set-aside/", state="spam")
        for address in (case, "/admin/hotline/desk/"):
            assert (UNDO in page(ana, address), UNDO in page(boris, address)) == (True, False)
        closing = Closing.objects.get()
        assert (post(boris, UNDO, closing=closing.pk)[0], state(case)) == (422, "spam")
        assert (post(ana, UNDO, closing=closing.pk)[0], state(case)) == (200, "in_review")

    def test_a_bulk_action_is_undone_at_once(self, ana: Person, boris: Person) -> None:
        cases = [make_case() for _ in range(4)]
        form = {"action": "close_as_spam", "_selected_action": [case.pk for case in cases]}
        post(ana, "/admin/hotline/report/", **form)
        assert page(ana, "/admin/hotline/desk/").count(UNDO) >= 1
        send(boris, cases[0], "reopen/", reason="mistake")
        ids = list(Closing.objects.values_list("pk", flat=True))
        status, html = post(ana, UNDO, closing=ids)
        assert (status, "3 затварања" in html, "1 затварање није" in html) == (200, True, True)
        assert {state(case) for case in cases} == {"triaged"}
        assert ana.client.post(UNDO, {"closing": "77"}).status_code == 404


class TestSupervisors:
    def test_see_every_closing_without_assessment(self, ana: Person, boris: Person, vera: Person) -> None:
        unread, grave, undone = make_case(), make_grave(), make_case()
        post(ana, "/admin/hotline/report/", action="close_as_spam", _selected_action=[unread.pk])
        read(ana, undone)
        send(ana, undone, "set-aside/", state="outside_remit")
        post(ana, UNDO, closing=Closing.objects.latest("pk").pk)
        propose(ana, grave)
        read(boris, grave)
        send(boris, grave, "set-aside/confirm/")
        html = page(vera, "/admin/hotline/closing/")
        rows = re.findall(r"<tr><.*?</tr>", html[html.index("<tbody>") :], re.DOTALL)
        cells = [re.findall(r'class="field-(\w+)[^"]*">(?:<a[^>]*>)?(.*?)(?:</a>)?</t[dh]>', row) for row in rows]
        found = {row["case"]: row for row in map(dict, cells)}
        assert [found[case.reference]["opened_by"] for case in (grave, undone)] == ["ana, boris", "ana"]
        assert "ana" not in found[unread.reference]["opened_by"]
        assert (found[grave.reference]["proposer"], found[grave.reference]["second"]) == ("ana", "boris")
        assert undone.reference in page(vera, "/admin/hotline/closing/?state__exact=undone")
        assert unread.reference not in page(vera, f"/admin/hotline/closing/?q={grave.reference}")
        response = vera.client.get(f"/admin/hotline/closing/{Closing.objects.earliest('pk').pk}/change/")
        assert response.headers["Location"] == f"/admin/hotline/case/{unread.pk}/"

    def test_only_they_do(self, ana: Person) -> None:
        assert ana.client.get("/admin/hotline/closing/").status_code == 403
        superuser = signed_in("root", "editor")
        superuser.user.is_superuser = True
        superuser.user.save()
        assert superuser.client.get("/admin/hotline/closing/").status_code == 403


def test_the_first_person_cannot_tell_from_any_page_that_a_decision_is_checked(
    ana: Person, boris: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)
    case = claim_case(report_id=make_case().pk, actor=ana.user, now=NOW)
    item = case.items.get()
    open_and_assess(report=case, item=item, actor=ana.user, answers=NOT_ILLEGAL, now=NOW)
    places = [
        f"/admin/hotline/case/{case.pk}/",
        "/admin/hotline/desk/",
        *(f"/admin/hotline/report/{query}" for query in ("", "?queue__exact=second", "?state__exact=closed")),
        *(f"/admin/hotline/contentitem/{query}" for query in ("", "?outcome__exact=not_illegal", f"{item.pk}/change/")),
        CLOSINGS,
    ]

    def pages() -> list[str]:
        changing = r'name="csrfmiddlewaretoken" value="\w+"|nonce="\S+"|value="[\w-]{36}"'
        return [line for place in places for line in re.sub(changing, "", page(ana, place)).splitlines()]

    before = pages()
    assert offer_checks(now=NOW + timedelta(minutes=11)) == 1
    assert list(unified_diff(before, pages(), n=0)) == []
    boris.client.post("/admin/hotline/desk/take/")
    assert send(boris, case, "open/")[0] == 200
    assert list(unified_diff(before, pages(), n=0)) == []
