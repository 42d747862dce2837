"""Services of meetings: planning, changes, cancellation, minutes, reminders. A refused change writes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.staff import make_staff
from tests.clock import travelling
from tests.database import as_role_of
from tests.factories.youthpanel import make_cohort, make_meeting, make_member
from youthpanel.meetings import selectors, services, tasks
from youthpanel.meetings.attendance import attendance_revision, record_attendance
from youthpanel.meetings.form_data import MinutesData, minutes_data_of
from youthpanel.models import Attendance, Cohort, Decision, Meeting, Member

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)
MEETING = "/admin/youthpanel/meetings/"


@pytest.fixture
def draft(cohort: Cohort, coordinator: User, lead: User, now: datetime) -> dict[str, Any]:
    return {
        "title_sr": "Састанак",
        "title_en": "",
        "agenda_sr": "1. Упознавање",
        "agenda_en": "",
        "starts_at": now + timedelta(days=7),
        "ends_at": now + timedelta(days=7, hours=3),
        "town": "nis",
        "place": "Омладински центар",
        "cohorts": [cohort],
        "facilitators": [coordinator, lead],
    }


def values_of(meeting: Meeting) -> dict[str, Any]:
    """The stored values of the form of a meeting."""
    names = ("title_sr", "title_en", "agenda_sr", "agenda_en", "starts_at", "ends_at", "town", "place")
    people = {"cohorts": [*meeting.cohorts.all()], "facilitators": [*meeting.facilitators.order_by("pk")]}
    return {name: getattr(meeting, name) or "" for name in names} | people


def fields(refused: pytest.ExceptionInfo[ActionRefused]) -> list[str]:
    return [fault.field for fault in refused.value.faults]


def attend(meeting: Meeting, attended: dict[int, bool | None], actor: User, **other: Any) -> None:
    revision = other.pop("opened", attendance_revision(selectors.attendance_of(meeting)))
    record_attendance(
        meeting=meeting, attended=attended, opened=revision, actor=actor, now=other.pop("now", timezone.now())
    )


def test_plan_change_and_cancel_a_meeting(draft: dict[str, Any], coordinator: User, now: datetime) -> None:
    before = content_version.current()
    meeting = services.plan_meeting(actor=coordinator, now=now, **draft)
    assert values_of(meeting) == draft
    other = draft | {"title_en": "A meeting", "place": "Гимназија"}
    services.change_meeting(meeting=meeting, opened=1, actor=coordinator, now=now, **other)
    meeting.refresh_from_db()
    assert values_of(meeting) == other
    services.cancel_meeting(meeting=meeting, actor=coordinator, now=now)
    with pytest.raises(ActionRefused, match=r"^$"):
        services.cancel_meeting(meeting=meeting, actor=coordinator, now=now)
    with pytest.raises(ActionRefused, match=r"^$"):
        services.change_meeting(meeting=meeting, opened=2, actor=coordinator, now=now, **draft)
    events = AuditEvent.objects.filter(subject_table="youthpanel_meeting", action__startswith="meeting.").order_by("pk")
    assert [event.action for event in events] == ["meeting.planned", "meeting.changed", "meeting.cancelled"]
    assert events[1].data == {"fields": ["title_en", "place"]}
    assert content_version.current() == before + 3


def test_meeting_needs_two_facilitators_and_a_cohort(draft: dict[str, Any], coordinator: User, now: datetime) -> None:
    gone = make_staff("gone", "coordinator")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for second in (None, make_staff("editor", "editor"), gone):
        who = [coordinator, *([second] if second else [])]
        with pytest.raises(ActionRefused) as refused:
            services.plan_meeting(actor=coordinator, now=now, **(draft | {"facilitators": who}))
        assert set(fields(refused)) == {"facilitators"}
    with pytest.raises(ActionRefused) as refused:
        services.plan_meeting(actor=coordinator, now=now, **(draft | {"cohorts": []}))
    assert "cohorts" in fields(refused)
    assert not Meeting.objects.exists()


def test_past_meeting_keeps_former_facilitators(meeting: Meeting, lead: User, coordinator: User, now: datetime) -> None:
    User.objects.filter(pk=lead.pk).update(is_active=False)
    stored = values_of(meeting)
    changed = stored | {"place": "Библиотека"}
    services.change_meeting(meeting=meeting, opened=1, actor=coordinator, now=now, **changed)
    assert set(meeting.facilitators.values_list("pk", flat=True)) == {lead.pk, coordinator.pk}


def test_decisions_keep_their_order_and_refresh_the_public_page(
    meeting: Meeting, coordinator: User, now: datetime
) -> None:
    act: dict[str, Any] = {"meeting": meeting, "actor": coordinator, "now": now}
    before = content_version.current()
    draft = MinutesData(minutes="", decisions=(("Прва", "First"), ("Друга", "")))
    services.save_minutes(draft=draft, opened=minutes_data_of(meeting).revision, **act)
    assert minutes_data_of(meeting) == draft
    services.save_minutes(draft=replace(draft, minutes="Реч."), opened=draft.revision, **act)
    assert content_version.current() == before + 1
    assert Decision.objects.count() == 2


def test_attendance_lists_members_of_the_day(
    meeting: Meeting, cohort: Cohort, members: list[Member], coordinator: User
) -> None:
    day = timezone.localdate(meeting.starts_at)
    late = make_member(cohort, joined_on=day + timedelta(days=1), pseudonym="Касни зец")
    former = make_member(cohort, left_on=day - timedelta(days=1), pseudonym="Стари лав")
    last_day = make_member(cohort, left_on=day, pseudonym="Последњи дан")
    outside = make_member(make_cohort(), pseudonym="Туђи вук")
    assert set(selectors.invited_members(meeting)) == {*members, last_day}
    for stranger in (late, former, outside):
        with pytest.raises(ActionRefused) as refused:
            attend(meeting, {members[0].pk: True, stranger.pk: True}, coordinator)
        assert stranger.pseudonym in str(refused.value.faults[0].message)
    with pytest.raises(ActionRefused):
        attend(meeting, {999_999: True}, coordinator)
    assert not Attendance.objects.exists()
    attend(meeting, {members[0].pk: True, members[1].pk: False, members[2].pk: None}, coordinator)
    assert selectors.attendance_of(meeting) == {members[0].pk: True, members[1].pk: False, members[2].pk: None}
    attend(meeting, {members[0].pk: None}, coordinator)
    assert selectors.attendance_of(meeting)[members[0].pk] is None
    assert selectors.attendance_of(meeting)[members[1].pk] is False


def test_attendance_is_recorded_from_the_day_on(
    meeting: Meeting, cohort: Cohort, members: list[Member], coordinator: User, now: datetime
) -> None:
    ahead = make_meeting(cohort, starts_at=now + timedelta(days=2))
    cancelled = make_meeting(cohort, starts_at=now - timedelta(days=2), cancelled_at=now)
    for refusing in (ahead, cancelled):
        with pytest.raises(ActionRefused, match=r"^$"):
            attend(refusing, {members[0].pk: True}, coordinator)
    attend(meeting, {members[0].pk: True}, coordinator)
    with pytest.raises(EditConflict):
        attend(meeting, {members[0].pk: False}, coordinator, opened=attendance_revision({}))
    with pytest.raises(ActionRefused, match=r"^$"):
        services.cancel_meeting(meeting=meeting, actor=coordinator, now=now)
    assert Attendance.objects.count() == 1


def test_a_cohort_with_attendance_stays_invited(
    meeting: Meeting, members: list[Member], coordinator: User, now: datetime
) -> None:
    other = make_cohort(name_sr="Друга генерација")
    stored = values_of(meeting)
    moved = stored | {"cohorts": [other]}
    attend(meeting, {members[0].pk: True, members[1].pk: None}, coordinator)

    def change(draft: dict[str, Any]) -> None:
        services.change_meeting(meeting=meeting, opened=1, actor=coordinator, now=now, **draft)

    early = stored["starts_at"] - timedelta(days=400)
    for draft, field, name in (
        (moved, "cohorts", "Прва генерација"),
        (stored | {"starts_at": early, "ends_at": early + timedelta(hours=2)}, "day", members[0].pseudonym),
    ):
        with pytest.raises(ActionRefused) as refused:
            change(draft)
        assert fields(refused) == [field]
        assert name in str(refused.value.faults[0].message)
    assert values_of(meeting) == stored
    attend(meeting, {members[0].pk: None}, coordinator)
    change(moved)
    assert not Attendance.objects.exists()


def test_figures_and_the_timeline_count_held_meetings(cohort: Cohort, now: datetime) -> None:
    many = [make_member(cohort) for _each in range(6)]
    small, large = (make_meeting(cohort, starts_at=now - timedelta(days=days)) for days in (3, 2))
    for meeting, attended in ((small, 4), (large, 5)):
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, member=member, attended=number < attended) for number, member in enumerate(many)
        )
    off = make_meeting(cohort, starts_at=now - timedelta(days=1), cancelled_at=now)
    Attendance.objects.create(meeting=off, member=many[0], attended=True)
    ahead = make_meeting(cohort, starts_at=now + timedelta(days=1))
    Decision.objects.create(meeting=large, text_sr="Одлука")
    figures = selectors.meeting_statistics(now)
    assert (figures.meetings, figures.records, figures.attended, figures.attendance) == (2, 12, 9, 75)
    told = selectors.past_meetings(now)
    assert [(each.meeting, each.attended, len(each.decisions)) for each in told] == [(large, 5, 1), (small, None, 0)]
    assert selectors.next_meeting_end(now) == ahead.ends_at


def remind(now: object = NOW) -> int:
    with as_role_of("outside"), override_settings(ROOT_URLCONF="clicksafely.urls_public"):
        return services.remind_coordinators(now=now)  # type: ignore[arg-type]


class TestReminders:
    """E-mail to coordinators about a meeting in two days: once, without a place or a member, and again when it is moved."""

    @pytest.fixture(autouse=True)
    def coordinators(self, coordinator: User, lead: User) -> None:
        User.objects.filter(pk=coordinator.pk).update(email="coordinator@example.org")
        # Other roles of the panel do not change meetings, and an account without an address gets no e-mail.
        User.objects.filter(pk=lead.pk).update(email="lead@example.org")
        make_staff("second", "coordinator")

    def test_the_coordinator_gets_one_mail_without_place_and_members(
        self, sink: SmtpSink, cohort: Cohort, members: list[Member]
    ) -> None:
        ahead = make_meeting(cohort, starts_at=NOW + 2 * DAY, title_sr="План за јесен", place="Сала 3")
        later = make_meeting(cohort, starts_at=NOW + 2 * DAY + timedelta(minutes=1))
        make_meeting(cohort, starts_at=NOW - timedelta(minutes=1))
        make_meeting(cohort, starts_at=NOW + DAY, cancelled_at=NOW)
        with travelling(NOW):
            tasks.remind_of_meetings()
            tasks.remind_of_meetings()
        [letter] = sink.letters
        assert letter.recipients == ["coordinator@example.org"]
        begins = timezone.localtime(ahead.starts_at)
        for word in ("„План за јесен“", f"{begins:%H:%M}", f"https://portal.example.org{MEETING}{ahead.pk}/"):
            assert word in letter.text
        text = letter.message.as_string() + letter.text
        for word in ("Сала 3", "Ниш", cohort.name, *(member.pseudonym for member in members)):
            assert word not in text
        later.refresh_from_db()
        assert later.reminded_for is None
        assert remind(NOW + timedelta(minutes=1)) == 1
        # A meeting that is moved is in another mail.
        Meeting.objects.filter(pk=ahead.pk).update(starts_at=NOW + DAY)
        assert remind() == 1

    def test_without_a_mail_server_nothing_is_marked(self, cohort: Cohort) -> None:
        meeting = make_meeting(cohort, starts_at=NOW + DAY)
        with override_settings(MAIL_SMTP_URL="smtp://127.0.0.1:9", EVENTS_MAIL_ADDRESS="panel@example.org"):
            assert remind() == 0
        meeting.refresh_from_db()
        assert meeting.reminded_for is None
        with SmtpSink() as sink, override_settings(MAIL_SMTP_URL=sink.url, EVENTS_MAIL_ADDRESS="panel@example.org"):
            assert remind() == 1
