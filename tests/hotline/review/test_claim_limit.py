"""How many cases a person may hold, and what the next case is not."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.models import Closing, Report, ReviewSettings
from hotline.review import claims, close_without_assessment, reopen_services
from hotline.review.exceptions import ClaimLimitReached
from tests.clients.staff import Person
from tests.clock import travelling
from tests.factories.openings import open_everything
from tests.hotline.review.conftest import NOW, address, make_case, make_user

pytestmark = pytest.mark.django_db
CLAIM_NEXT = "/admin/hotline/desk/take/"
SETTINGS = "/admin/hotline/reviewsettings/1/change/"


def held_by(person: User) -> int:
    return Report.objects.filter(claimed_by=person).count()


def hold(person: User, number: int) -> list[Report]:
    return [claims.claim_case(report_id=make_case().pk, actor=person, now=NOW) for _ in range(number)]


class TestLimit:
    def test_a_fourth_case_is_refused_in_every_way(self, analyst: User, colleague: User) -> None:
        cases = hold(analyst, 3)
        free, theirs = make_case(), hold(colleague, 1)[0]
        with pytest.raises(ClaimLimitReached) as refused:
            claims.take_next(actor=analyst, now=NOW)
        assert list(refused.value.cases) == cases
        with pytest.raises(ClaimLimitReached):
            claims.claim_case(report_id=free.pk, actor=analyst, now=NOW)
        with pytest.raises(ClaimLimitReached):
            claims.claim_case(report_id=theirs.pk, actor=analyst, now=NOW, reason="urgent")
        assert held_by(analyst) == 3

    def test_only_other_cases_held_now_count(self, analyst: User) -> None:
        case = hold(analyst, 3)[0]
        assert claims.claim_case(report_id=case.pk, actor=analyst, now=NOW) == case
        claims.release_case(report=case, actor=analyst, now=NOW)
        assert claims.take_next(actor=analyst, now=NOW) == case
        make_case()
        Report.objects.filter(claimed_by=analyst).update(claimed_until=NOW)
        assert claims.take_next(actor=analyst, now=NOW) is not None

    @pytest.mark.parametrize(("limit", "percent"), [(0, 10), (51, 10), (3, 101)])
    def test_the_database_holds_the_settings_in_range(self, limit: int, percent: int) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewSettings.objects.update(claim_limit=limit, checked_percent=percent)

    @pytest.mark.django_db(transaction=True)
    def test_many_requests_at_once_do_not_pass_it(self) -> None:
        person = make_user("hasty", "analyst")
        cases = [make_case() for _ in range(8)]
        start = threading.Barrier(8)

        def work(number: int) -> None:
            start.wait()
            try:
                if number % 2:
                    claims.take_next(actor=person, now=NOW)
                else:
                    claims.claim_case(report_id=cases[number].pk, actor=person, now=NOW)
            except ClaimLimitReached:
                pass
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert held_by(person) == 3


class TestPages:
    @pytest.fixture(autouse=True)
    def _now(self) -> Iterator[None]:
        with travelling(NOW):
            yield

    def test_the_refusal_links_to_the_cases(self, ana: Person) -> None:
        cases, free = hold(ana.user, 3), make_case()
        for response in (ana.client.post(CLAIM_NEXT, {"another": "1"}), ana.client.post(address(free, "claim/"))):
            assert response.status_code == 422
            assert all(f'href="{address(case)}"' in response.content.decode() for case in cases)
        assert held_by(ana.user) == 3

    def test_next_needs_a_confirmation_while_a_case_is_held(self, ana: Person) -> None:
        (case,), free = hold(ana.user, 1), make_case()
        question = ana.client.post(CLAIM_NEXT)
        assert question.status_code == 200
        assert f'href="{address(case)}"' in question.content.decode()
        assert held_by(ana.user) == 1
        assert ana.client.post(CLAIM_NEXT, {"another": "1"})["Location"] == address(free)

    def test_supervisors_change_the_limit_and_analysts_do_not(self, ana: Person, vera: Person) -> None:
        posted = {"claim_limit": "1", "checked_percent": "25"}
        assert ana.client.post(SETTINGS, posted).status_code == 403
        assert vera.client.post(SETTINGS, posted).status_code == 302
        assert ReviewSettings.objects.values_list("claim_limit", "checked_percent").get() == (1, 25)
        event = AuditEvent.objects.get(action="review_settings.changed")
        assert (event.actor_id, event.data) == (vera.user.pk, {"claims": 1, "percent": 25})
        hold(ana.user, 1)
        with pytest.raises(ClaimLimitReached):
            claims.claim_case(report_id=make_case().pk, actor=ana.user, now=NOW)


class TestNext:
    def closed(self, person: User) -> Report:
        case = make_case(priority=90)
        close_without_assessment.close_reports(report_ids=[case.pk], state="spam", actor=person, now=NOW)
        return case

    def test_never_returns_a_case_closed_unassessed_by_the_same_person(self, analyst: User, colleague: User) -> None:
        case, other = self.closed(analyst), make_case()
        reopen_services.reopen_case(report_id=case.pk, actor=colleague, reason="mistake", now=NOW)
        assert claims.take_next(actor=analyst, now=NOW) == other
        assert claims.take_next(actor=analyst, now=NOW) is None
        # The person may still open it by its number.
        assert claims.claim_case(report_id=case.pk, actor=analyst, now=NOW) == case

    def test_never_returns_a_refused_closing_to_its_proposer(self, analyst: User, colleague: User) -> None:
        case = make_case(category="csam")
        claims.claim_case(report_id=case.pk, actor=analyst, now=NOW)
        open_everything(case, by=analyst, now=NOW)
        close_without_assessment.propose_closing(report_id=case.pk, end="spam", actor=analyst, now=NOW)
        claims.claim_case(report_id=case.pk, actor=colleague, now=NOW)
        close_without_assessment.refuse_closing(report_id=case.pk, actor=colleague, now=NOW)
        claims.release_case(report=case, actor=colleague, now=NOW)
        assert claims.take_next(actor=analyst, now=NOW) is None
        assert claims.take_next(actor=colleague, now=NOW) == case

    def test_undone_closing_does_not_count(self, analyst: User) -> None:
        case = self.closed(analyst)
        Closing.objects.update(state="undone")
        Report.objects.filter(pk=case.pk).update(state="triaged", queue="review", closed_at=None, outcome="")
        assert claims.take_next(actor=analyst, now=NOW) == case
