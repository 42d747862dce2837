"""Closings in the staff site by analysts, supervisors and attackers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import unified_diff
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from hotline.lifecycle.closings import offer_checks
from hotline.models import Closing, Report
from hotline.review import assessments
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_case, make_item
from tests.hotline.review.test_close_without_assessment import make_grave

pytestmark = pytest.mark.django_db
CLOSINGS = "/admin/hotline/closings/"
UNDO = f"{CLOSINGS}undo/"


@pytest.fixture(autouse=True)
def _media_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def send(person: Person, case: Report, act: str, **form: object) -> tuple[int, str]:
    response = person.client.post(f"/admin/hotline/case/{case.pk}/{act}", form)
    return response.status_code, response.content.decode()


def page(person: Person, address: str | Report) -> str:
    if isinstance(address, Report):
        address = f"/admin/hotline/case/{address.pk}/"
    response = person.client.get(address)
    assert response.status_code == 200
    return response.content.decode()


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
        html = page(ana, case)
        assert ("Предложи затварање" in html, "треба да потврди друга особа" in html) == (True, True)
        status, html = send(ana, case, "set-aside/", state="spam")
        assert (status, "нисте све отворили" in html, 'value="spam" required checked' in html) == (422, True, True)
        propose(ana, case)
        html = page(ana, case)
        assert ("Предложено затварање: спам" in html, "Повуци предлог" in html) == (True, True)
        assert "set-aside/confirm/" not in html
        assert "1 предложено затварање чека другу особу" in page(boris, "/admin/hotline/desk/")
        assert "1 предложено затварање чека другу особу" not in page(ana, "/admin/hotline/desk/")
        boris.client.post("/admin/hotline/desk/take/")
        html = page(boris, case)
        assert ("Предложено затварање: спам" in html, "q-classification" in html) == (True, False)
        assert "Затварање предложено" not in html
        status, html = send(boris, case, "set-aside/confirm/")
        assert (status, "нисте све отворили" in html, state(case)) == (422, True, "second_review")
        assert send(boris, case, "open/")[0] == 200
        assert send(boris, case, "set-aside/confirm/")[0] == 302
        assert state(case) == "spam"
        html = page(boris, case)
        assert ("Предмет је затворен" in html, "Поништи затварање" in html) == (True, False)

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

    def test_the_second_person_refuses(self, ana: Person, boris: Person) -> None:
        case = make_grave()
        propose(ana, case)
        send(boris, case, "claim/")
        assert send(boris, case, "set-aside/refuse/")[0] == 302
        assert state(case) == "in_review"
        assert "q-classification" in page(boris, case)

    def test_the_proposer_withdraws_it(self, ana: Person, boris: Person) -> None:
        case = make_grave()
        propose(ana, case)
        assert send(boris, case, "set-aside/withdraw/")[0] == 422
        assert send(ana, case, "set-aside/withdraw/")[0] == 302
        assert state(case) == "triaged"

    def test_keys_close_nothing_unread(self, ana: Person) -> None:
        """What the key of "not illegal" and Enter send."""
        case = make_grave()
        send(ana, case, "claim/")
        html = page(ana, case)
        keys = set(re.findall(r'data-key="(\w+)"', html[html.index("set-aside/") :]))
        assert not re.search(r'name="state"[^>]*data-key', html)
        assert "Enter" not in keys
        status, html = send(ana, case, f"assess/{case.items.get().pk}/", **{"q-classification": "not_illegal"})
        assert (status, "нисте све отворили" in html) == (422, True)
        assert re.search(r'name="q-classification" value="not_illegal"[^>]* checked', html)
        assert state(case) == "in_review"

    def test_near_identical_reports_are_confirmed_together(self, ana: Person, boris: Person) -> None:
        item = make_item()
        flood = [make_grave(item, what=what) for what in ("Исто!", "исто", "ИСТО.")]
        other = make_grave(what="Друго.")
        for case in (*flood, other):
            propose(ana, case)
        html = page(boris, CLOSINGS)
        assert ("3 скоро истоветне пријаве" in html, "Потврди 3 затварања" in html) == (True, False)
        assert page(ana, CLOSINGS).count('name="closing"') == 0
        read(boris, flood[1])
        html = page(boris, CLOSINGS)
        assert ("Потврди 1 затварање" in html, "Отворили сте 1 од 3 пријава" in html) == (True, True)
        ids = re.findall(r'name="closing" value="(\d+)"', html)
        status, html = post(boris, f"{CLOSINGS}confirm/", closing=ids)
        assert (status, "Потврђено је 1 затварање." in html, "Изостављена су 2 предмета" in html) == (200, True, True)
        assert [state(case) for case in flood] == ["second_review", "spam", "second_review"]
        for case in (flood[0], flood[2]):
            read(boris, case)
        status, html = post(boris, f"{CLOSINGS}confirm/", closing=ids)
        assert (status, "Потврђена су 2 затварања." in html) == (200, True)
        assert [state(case) for case in (*flood, other)] == ["spam"] * 3 + ["second_review"]
        assert post(boris, f"{CLOSINGS}confirm/", closing=ids)[0] == 200
        assert post(boris, f"{CLOSINGS}confirm/", closing=["x", "", "9" * 30])[0] == 200

    def test_report_decided_in_other_cases_is_opened_first(self, ana: Person, boris: Person) -> None:
        item = make_item()
        decided, waiting = make_grave(item), make_grave(item)
        for person in (ana, boris):
            read(person, decided)
            send(person, decided, f"assess/{item.pk}/", **{"q-classification": "not_illegal"})
        assert (state(decided), state(waiting)) == ("closed", "triaged")
        read(ana, waiting)
        html = page(ana, waiting)
        assert ("О садржају је одлучено" in html, 'name="state" value="closed"' in html) == (True, True)
        assert send(ana, waiting, "set-aside/", state="closed")[0] == 302


class TestInTheList:
    def test_cases_for_two_are_left_out_and_counted(self, ana: Person, boris: Person) -> None:
        plain, held = [make_case(), make_case()], make_case(priority=9)
        grave = [make_grave(), make_grave(category="other", danger_now=True)]
        send(boris, held, "claim/")
        form = {"action": "close_as_spam", "_selected_action": [case.pk for case in (*plain, held, *grave)]}
        status, html = post(ana, "/admin/hotline/report/", **form)
        assert status == 200
        assert "2 предмета су затворена без процене." in html
        assert "2 предмета су изостављена" in html
        assert "1 предмет је прескочен" in html
        assert [state(case) for case in (*plain, held, *grave)] == ["spam"] * 2 + ["in_review"] + ["triaged"] * 2

    def test_only_such_cases_close_nothing(self, ana: Person) -> None:
        case = make_grave()
        _status, html = post(ana, "/admin/hotline/report/", action="close_as_spam", _selected_action=[case.pk])
        assert ("1 предмет је изостављен" in html, "затворен без процене" in html) == (True, False)


class TestUndo:
    def test_proposals_are_shown_on_the_case_and_in_my_work(self, ana: Person, boris: Person) -> None:
        case = make_case()
        read(ana, case)
        send(ana, case, "set-aside/", state="spam")
        for address in (case, "/admin/hotline/desk/"):
            html = page(ana, address)
            assert (UNDO in html, re.search(r"још (9|10) минута", html) is not None) == (True, True)
            assert UNDO not in page(boris, address)
        closing = Closing.objects.get()
        status, html = post(boris, UNDO, closing=closing.pk)
        assert (status, "само особа која је предмет затворила" in html, state(case)) == (422, True, "spam")
        status, html = post(ana, UNDO, closing=closing.pk)
        assert (status, "Затварање је поништено." in html, state(case)) == (200, True, "in_review")
        assert "Затварање поништено" in html

    def test_after_ten_minutes(self, ana: Person) -> None:
        case = make_case()
        read(ana, case)
        send(ana, case, "set-aside/", state="spam")
        Closing.objects.update(created_at=timezone.now() - timedelta(minutes=10))
        assert UNDO not in page(ana, case)
        status, html = post(ana, UNDO, closing=Closing.objects.get().pk)
        assert (status, "Истекло је 10 минута" in html, state(case)) == (422, True, "spam")

    def test_a_bulk_action_is_undone_at_once(self, ana: Person, boris: Person) -> None:
        cases = [make_case() for _ in range(4)]
        form = {"action": "close_as_spam", "_selected_action": [case.pk for case in cases]}
        post(ana, "/admin/hotline/report/", **form)
        assert "Поништи сва 4 затварања" in page(ana, "/admin/hotline/desk/")
        send(boris, cases[0], "reopen/", reason="mistake")
        ids = list(Closing.objects.values_list("pk", flat=True))
        status, html = post(ana, UNDO, closing=ids)
        assert status == 200
        assert ("Поништена су 3 затварања." in html, "1 затварање није поништено" in html) == (True, True)
        assert {state(case) for case in cases} == {"triaged"}

    def test_a_closing_that_does_not_exist(self, ana: Person) -> None:
        assert ana.client.post(UNDO, {"closing": "77"}).status_code == 404
        assert post(ana, UNDO)[0] == 200


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
        assert 'href="/admin/hotline/closing/"' in page(vera, "/admin/hotline/desk/")
        html = page(vera, "/admin/hotline/closing/")
        rows = re.findall(r"<tr><.*?</tr>", html[html.index("<tbody>") :], re.DOTALL)
        cells = [re.findall(r'class="field-(\w+)[^"]*">(?:<a[^>]*>)?(.*?)(?:</a>)?</t[dh]>', row) for row in rows]
        found = {row["case"]: row for row in map(dict, cells)}
        assert [found[case.reference]["opened_by"] for case in (unread, grave, undone)] == [
            "није отворено",
            "ana, boris",
            "ana",
        ]
        assert [found[case.reference]["state"] for case in (unread, grave, undone)] == [
            "затворено",
            "затворено",
            "поништено",
        ]
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


class TestAnUnseenCheck:
    """The first person cannot tell from any page that a decision is checked."""

    @pytest.fixture(autouse=True)
    def _drawn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)

    def checked(self, person: Person) -> Report:
        case = make_case()
        read(person, case)
        send(person, case, f"assess/{case.items.get().pk}/", **{"q-classification": "not_illegal"})
        assert state(case) == "closed"
        return case

    def pages(self, person: Person, case: Report) -> list[str]:
        item = case.items.get()
        addresses = [
            f"/admin/hotline/case/{case.pk}/",
            "/admin/hotline/desk/",
            "/admin/hotline/report/",
            "/admin/hotline/report/?queue__exact=second",
            "/admin/hotline/report/?state__exact=closed",
            "/admin/hotline/report/?state__exact=second_review",
            "/admin/hotline/contentitem/",
            "/admin/hotline/contentitem/?outcome__exact=not_illegal",
            f"/admin/hotline/contentitem/{item.pk}/change/",
            CLOSINGS,
        ]
        return [
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="\S+"|value="[\w-]{36}"', "", page(person, a))
            for a in addresses
        ]

    def differences(self, before: list[str], after: list[str]) -> list[str]:
        return [
            line
            for old, new in zip(before, after, strict=True)
            for line in unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
        ]

    def test_by_the_first_person(self, ana: Person, boris: Person) -> None:
        case = self.checked(ana)
        # The undo is over.
        earlier = timezone.now() - timedelta(minutes=11)
        Closing.objects.update(created_at=earlier)
        Report.objects.update(closed_at=earlier)
        # The message after the act is shown once.
        page(ana, case)
        before = self.pages(ana, case)
        assert "није незаконито" in before[0]
        assert offer_checks(now=timezone.now()) == 1
        assert self.differences(before, self.pages(ana, case)) == []
        boris.client.post("/admin/hotline/desk/take/")
        assert send(boris, case, "open/")[0] == 200
        assert self.differences(before, self.pages(ana, case)) == []

    def test_the_second_person_does_not_see_the_first_opinion(self, ana: Person, boris: Person, vera: Person) -> None:
        case = self.checked(ana)
        Closing.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        offer_checks(now=timezone.now())
        for html in self.pages(boris, case):
            assert "није незаконито" not in html or "?outcome__exact" in html
        boris.client.post("/admin/hotline/desk/take/")
        html = page(boris, case)
        assert ("Предмет је затворен" in html, "q-classification" in html, "друго мишљење" in html) == (
            False,
            True,
            True,
        )
        assert not re.search(r"Пријава: затворена|Садржај: завршен|Дато мишљење", html)
        rows = page(boris, "/admin/hotline/report/?state__exact=closed")
        assert case.reference not in rows
        item = case.items.get()
        assert send(boris, case, "open/")[0] == 200
        assert send(boris, case, f"assess/{item.pk}/", **{"q-classification": "not_illegal"})[0] == 302
        assert "Предмет је затворен" in page(boris, case)
        # Now the first person may know.
        assert "Друга особа је проверила одлуку" in page(ana, case)

    def test_a_supervisor_sees_the_number_of_checks_without_their_own(self, ana: Person, vera: Person) -> None:
        self.checked(vera)
        assert "да је провери друга особа" not in page(vera, "/admin/hotline/desk/")
        self.checked(ana)
        assert "1 одлука „није незаконито“ чека да је провери друга особа" in page(vera, "/admin/hotline/desk/")
        assert "да је провери друга особа" not in page(ana, "/admin/hotline/desk/")
