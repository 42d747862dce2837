"""Exposure is counted and breaks are suggested, never enforced. Supervisors see all figures, analysts only their own."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from hotline.lifecycle.welfare_counters import ExposureKind, count_exposure, day_of
from hotline.models import DisplayPreference, ExposureCount
from hotline.review.welfare import begin_break, daily_exposure, end_break, wants_blur
from hotline.review.welfare_statistics import PersonFigures, as_csv, figures_for
from tests.clients.staff import Person, signed_in
from tests.clock import travelling
from tests.hotline.review.conftest import NOW, make_case, make_user

pytestmark = pytest.mark.django_db

DAY = day_of(NOW)


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.EXPOSURE_LIMIT = 40


def count_openings(user: User, *minutes: int, kind: ExposureKind = ExposureKind.PICTURES) -> None:
    """Something opened so many minutes after NOW."""
    for minute in minutes:
        count_exposure(actor=user, kind=kind, now=NOW + timedelta(minutes=minute))


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


class TestCounting:
    def test_each_kind_by_itself_and_each_person(self, analyst: User, colleague: User) -> None:
        count_openings(analyst, 0, 1, 2)
        count_openings(analyst, 3, kind=ExposureKind.TEXTS)
        count_openings(analyst, 4, 5, kind=ExposureKind.MESSAGES)
        count_openings(colleague, 6)
        row = ExposureCount.objects.get(user=analyst)
        assert (row.day, row.pictures, row.texts, row.messages) == (DAY, 3, 1, 2)
        assert (daily_exposure(analyst, at(7)).total, daily_exposure(colleague, at(7)).total) == (6, 1)

    def test_a_day_begins_at_midnight_in_belgrade(self, analyst: User) -> None:
        for hour, minute in ((22, 59), (23, 1)):
            count_exposure(actor=analyst, kind=ExposureKind.TEXTS, now=datetime(2026, 1, 31, hour, minute, tzinfo=UTC))
        assert list(ExposureCount.objects.order_by("day").values_list("day", flat=True)) == [
            date(2026, 1, 31),
            date(2026, 2, 1),
        ]

    def test_one_row_a_day_and_a_break_whole_or_not_at_all(self, analyst: User) -> None:
        count_openings(analyst, 0)
        for columns in ({"breaks": 1}, {"break_began_at": NOW}, {"break_ends_at": NOW}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ExposureCount.objects.update(**columns)
        with pytest.raises(IntegrityError), transaction.atomic():
            ExposureCount.objects.create(user=analyst, day=DAY)


class TestBreaks:
    def test_one_is_due_after_so_long_at_it(self, analyst: User) -> None:
        assert daily_exposure(analyst, NOW).minutes_to_break is None
        count_openings(analyst, 0, 10, 20)
        assert daily_exposure(analyst, at(20)).minutes_to_break == 70
        assert not daily_exposure(analyst, at(20)).suggests_break
        count_openings(analyst, 34, 48, 62, 76, 89)
        assert daily_exposure(analyst, at(90)).minutes_to_break == 0
        assert daily_exposure(analyst, at(90)).suggests_break

    def test_pause_without_openings_counts_as_a_break(self, analyst: User) -> None:
        count_openings(analyst, 0, 14)
        assert daily_exposure(analyst, at(28)).minutes_to_break == 62
        assert daily_exposure(analyst, at(29)).minutes_to_break is None
        count_openings(analyst, 30)
        assert daily_exposure(analyst, at(30)).minutes_to_break == 90

    def test_begun_ended_early_and_over(self, analyst: User) -> None:
        count_openings(analyst, 0)
        begin_break(actor=analyst, now=at(1))
        assert daily_exposure(analyst, at(2)).resting_until == at(16)
        assert not daily_exposure(analyst, at(2)).suggests_break
        end_break(actor=analyst, now=at(5))
        assert daily_exposure(analyst, at(5)).resting_until is None
        count_openings(analyst, 6)
        assert daily_exposure(analyst, at(6)).minutes_to_break == 90
        begin_break(actor=analyst, now=at(6))
        assert daily_exposure(analyst, at(21)).resting_until is None
        row = ExposureCount.objects.get()
        assert (row.breaks, row.break_began_at, row.break_ends_at) == (2, at(6), at(21))
        end_break(actor=analyst, now=at(30))
        row.refresh_from_db()
        assert row.break_ends_at == at(21)

    def test_a_break_continues_after_midnight(self, analyst: User) -> None:
        late = datetime(2026, 3, 2, 22, 55, tzinfo=UTC)
        begin_break(actor=analyst, now=late)
        after = daily_exposure(analyst, late + timedelta(minutes=10))
        assert (after.total, after.resting_until) == (0, late + timedelta(minutes=15))
        end_break(actor=analyst, now=late + timedelta(minutes=11))
        assert daily_exposure(analyst, late + timedelta(minutes=12)).resting_until is None

    def test_the_limit_suggests_one_too(self, analyst: User, settings: Settings) -> None:
        settings.EXPOSURE_LIMIT = 2
        count_openings(analyst, 0)
        assert not daily_exposure(analyst, at(30)).suggests_break
        count_openings(analyst, 1)
        assert daily_exposure(analyst, at(30)).suggests_break


class TestPages:
    @pytest.fixture(autouse=True)
    def _now(self) -> Iterator[None]:
        with travelling(NOW):
            yield

    @pytest.fixture
    def ana(self) -> Person:
        return self.person("ana", "analyst")

    def person(self, name: str, role: str) -> Person:
        person = signed_in(name, role)
        person.client.post("/admin/language/", {"language": "en"})
        return person

    def text(self, person: Person, path: str) -> str:
        response = person.client.get(path)
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    def test_my_work_and_case_show_the_exposure(self, ana: Person) -> None:
        case = make_case()
        count_openings(ana.user, *range(-18, 0))
        pages = ("/admin/hotline/desk/", f"/admin/hotline/case/{case.pk}/")
        for page in pages:
            text = self.text(ana, page)
            assert ("18 / 40" in text, "72 min" in text, "/desk/break/" in text) == (True, True, False)
        count_openings(ana.user, *range(0, 80, 10))
        with travelling(at(75)):
            for page in pages:
                assert 'action="/admin/hotline/desk/break/"' in self.text(ana, page)

    def test_at_the_limit_after_a_question_that_may_be_answered_with_yes(self, ana: Person) -> None:
        case = make_case()
        count_openings(ana.user, *range(-40, 0))
        question = ana.client.post("/admin/hotline/desk/take/")
        assert question.status_code == 200
        assert b'name="anyway" value="1"' in question.content
        case.refresh_from_db()
        assert case.claimed_by is None
        answer = ana.client.post("/admin/hotline/desk/take/", {"anyway": "1"})
        assert answer["Location"] == f"/admin/hotline/case/{case.pk}/"
        # No limit blocks an analyst.
        assert ana.client.post(f"/admin/hotline/case/{case.pk}/open/").status_code == 200

    def test_a_break_and_the_way_back(self, ana: Person) -> None:
        make_case()
        ana.client.post("/admin/hotline/desk/take/")
        assert ana.client.post("/admin/hotline/desk/break/")["Location"] == "/admin/hotline/desk/break/"
        for page in ("/admin/hotline/desk/break/", "/admin/hotline/desk/"):
            assert "11:45" in self.text(ana, page)
        assert b'name="anyway"' in ana.client.post("/admin/hotline/desk/take/", {"another": "1"}).content
        ana.client.post("/admin/hotline/desk/back/")
        assert ana.client.get("/admin/hotline/desk/break/")["Location"] == "/admin/hotline/desk/"

    def test_analysts_see_their_own_figures_and_supervisors_all(self, ana: Person, colleague: User) -> None:
        count_openings(ana.user, -3)
        count_openings(colleague, -3, -2)
        make_user("editor", "editor")
        User.objects.filter(pk=make_user("gone", "analyst").pk).update(is_active=False)
        vera = self.person("vera", "supervisor")
        shown = {
            person.user.username: person.client.get("/admin/hotline/welfare/").context["rows"] for person in (ana, vera)
        }
        assert [row.name for row in shown["ana"]] == ["ana"]
        assert [(row.name, row.today) for row in shown["vera"]] == [("ana", 1), ("second", 2), ("vera", 0)]

    def test_the_file_has_the_same_figures_for_the_same_people(self, ana: Person, colleague: User) -> None:
        count_openings(ana.user, -3)
        begin_break(actor=ana.user, now=at(-2))
        count_openings(colleague, -3)
        answer = ana.client.get("/admin/hotline/welfare/figures.csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="welfare-2026-03-02.csv"'
        assert "no-store" in answer["Cache-Control"]
        rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
        assert rows == [
            ["person", "today", "last 7 days", "last 30 days", "days at the limit", "last break"],
            ["ana", "1", "1", "1", "0", "2026-03-02T10:28+00:00"],
        ]

    def test_pictures_are_blurred_first_unless_a_person_chooses_otherwise(self, ana: Person, colleague: User) -> None:
        assert wants_blur(ana.user)
        ana.client.post("/admin/hotline/welfare/pictures/")
        assert (wants_blur(ana.user), wants_blur(colleague)) == (False, True)
        assert "checked" not in self.text(ana, "/admin/hotline/welfare/")
        ana.client.post("/admin/hotline/welfare/pictures/", {"blurred_first": "1"})
        assert wants_blur(ana.user)
        assert DisplayPreference.objects.count() == 1


class TestFigures:
    def test_days_weeks_months_and_days_at_the_limit(self, analyst: User, settings: Settings) -> None:
        settings.EXPOSURE_LIMIT = 5
        for days, pictures, texts in ((0, 1, 1), (6, 4, 1), (7, 5, 2), (29, 3, 0), (30, 9, 9)):
            ExposureCount.objects.create(user=analyst, day=DAY - timedelta(days=days), pictures=pictures, texts=texts)
        ExposureCount.objects.filter(day=DAY - timedelta(days=7)).update(
            breaks=1, break_began_at=at(0) - timedelta(days=7), break_ends_at=at(15) - timedelta(days=7)
        )
        assert figures_for(analyst, day=DAY) == [PersonFigures("first", 2, 7, 17, 2, NOW - timedelta(days=7))]

    def test_they_need_a_constant_number_of_queries(
        self, supervisor: User, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(3):
            count_openings(make_user(f"person {number}", "analyst"), 0)
        viewer = User.objects.get(pk=supervisor.pk)
        with django_assert_max_num_queries(2):  # the viewer's roles, and the figures
            figures_for(viewer, day=DAY)

    def test_a_name_is_no_formula(self) -> None:
        table = as_csv([PersonFigures("=cmd", 1, 1, 1, 0, None), PersonFigures("ana", 0, 0, 0, 0, None)])
        assert [line.split(",")[0] for line in table.splitlines()[1:]] == ["'=cmd", "ana"]
