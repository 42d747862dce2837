"""Constraints and triggers of the panel."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clicksafely.accounts.models import User
from tests.factories.youthpanel import (
    NOW,
    TODAY,
    give_consent,
    make_cohort,
    make_consultation,
    make_edition,
    make_meeting,
    make_member,
    make_recommendation,
    make_school,
)
from youthpanel.models import (
    Attendance,
    Cohort,
    Consent,
    Edition,
    Handover,
    Meeting,
    MeetingFile,
    Member,
    Phase,
    Response,
)
from youthpanel.states import PhaseActivity

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        act()
    return str(caught.value)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"role": "boss"}, "member_role_known"),
        ({"birth_year": 2003}, "member_of_an_age_for_the_panel"),
        ({"left_on": date(2020, 1, 1)}, "member_left_after_joining"),
        ({"sealed": None}, "member_known_until_erased"),
        ({"erased_at": NOW}, "member_known_until_erased"),
    ],
)
def test_members(fields: dict[str, Any], constraint: str) -> None:
    member = make_member()
    assert constraint in refused(lambda: Member.objects.filter(pk=member.pk).update(**fields))


def test_pseudonym_identity_and_school_are_unique() -> None:
    make_school(name="ОШ „Бранко Радичевић“", town="vranje")
    make_school(name="ОШ „Бранко Радичевић“")
    assert "one_school_of_a_name" in refused(lambda: make_school(name="OŠ „Branko Radičević“"))
    make_member(pseudonym="Јежић", identity=bytes(32))
    assert "one_member_a_pseudonym" in refused(lambda: make_member(pseudonym="jezic"))
    assert "identity" in refused(lambda: make_member(identity=bytes(32)))


def test_cohorts() -> None:
    cohort = make_cohort()
    everyone = Cohort.objects.filter(pk=cohort.pk)
    assert "cohort_ends_after_beginning" in refused(lambda: everyone.update(ends_on=cohort.begins_on))
    assert "cohort_target_sensible" in refused(lambda: everyone.update(target=0))


def test_consents() -> None:
    member = make_member()
    consent = give_consent(member)
    assert "one_consent_that_holds" in refused(lambda: give_consent(member))
    mine = Consent.objects.filter(pk=consent.pk)
    assert "consent_expires_after_given" in refused(lambda: mine.update(expires_on=consent.given_on))
    assert "consent_withdrawn_after_given" in refused(
        lambda: mine.update(withdrawn_on=consent.given_on - timedelta(days=1))
    )
    mine.update(withdrawn_on=TODAY)
    give_consent(member)


def test_phases_of_one_consultation_do_not_overlap() -> None:
    consultation = make_consultation(features=(PhaseActivity.COLLECT, PhaseActivity.ANSWER))
    phase = Phase.objects.filter(feature=PhaseActivity.ANSWER)
    start = phase.get().starts_at
    assert "phases_do_not_overlap" in refused(lambda: phase.update(starts_at=start - timedelta(minutes=1)))
    Phase.objects.create(
        consultation=make_consultation(),
        feature=PhaseActivity.COLLECT,
        starts_at=start,
        ends_at=start + timedelta(days=1),
    )
    assert consultation.phases.count() == 2


def test_editions_and_responses_are_immutable() -> None:
    edition = make_edition(User.objects.create_user("coordinator"))
    assert "never changes" in refused(lambda: Edition.objects.filter(pk=edition.pk).update(number=2))
    assert "never changes" in refused(edition.delete)
    response = Response.objects.create(
        recommendation=make_recommendation(), kind="received", on=TODAY, source="Допис 1", recorded_at=NOW
    )
    assert "never changes" in refused(lambda: Response.objects.update(kind="done"))
    assert "never changes" in refused(response.delete)
    handover = Handover.objects.create(
        edition=edition, recipient_sr="Министарство", on=TODAY, answer_by=TODAY + timedelta(days=1)
    )
    assert "never changes" in refused(lambda: Handover.objects.update(on=TODAY + timedelta(days=1)))
    assert "never changes" in refused(handover.delete)


def test_other_records() -> None:
    assert "meeting_ends_after_start" in refused(lambda: make_meeting(ends_at=NOW - timedelta(days=8)))
    assert "support_within_asked" in refused(lambda: make_recommendation(support=12, asked=11))
    rejection: dict[str, Any] = {
        "recommendation": make_recommendation(support=11, asked=11),
        "kind": "rejected",
        "on": TODAY,
        "source": "Допис 2",
        "recorded_at": NOW,
    }
    assert "rejection_has_a_reason" in refused(lambda: Response.objects.create(**rejection, text_sr=""))
    Response.objects.create(**rejection, text_sr="Нема места у плану наставе.")


def invite(meeting: Meeting, cohort: Cohort) -> None:
    """Invite this member only, in a separate transaction."""
    with transaction.atomic():
        meeting.cohorts.set([cohort])
        connection.check_constraints()


def test_member_of_an_uninvited_cohort_cannot_attend() -> None:
    invited, other = make_cohort(), make_cohort()
    meeting, member, stranger = make_meeting(invited), make_member(invited), make_member(other)
    attendance = Attendance.objects.create(meeting=meeting, member=member)
    with pytest.raises(IntegrityError, match="not invited"), transaction.atomic():
        Attendance.objects.create(meeting=meeting, member=stranger, attended=True)
    with pytest.raises(IntegrityError, match="not invited"), transaction.atomic():
        Attendance.objects.filter(pk=attendance.pk).update(member=stranger)


def test_a_cohort_with_attendance_is_not_uninvited() -> None:
    first, second = make_cohort(), make_cohort()
    meeting = make_meeting(first, second)
    Attendance.objects.create(meeting=meeting, member=make_member(first), attended=True)
    with pytest.raises(IntegrityError, match="attendance of this cohort"):
        invite(meeting, second)
    invite(meeting, first)
    assert list(meeting.cohorts.all()) == [first]


def test_a_meeting_is_deleted_with_its_attendance() -> None:
    cohort = make_cohort()
    meeting = make_meeting(cohort)
    Attendance.objects.create(meeting=meeting, member=make_member(cohort))
    meeting.delete()
    connection.check_constraints()
    assert not Attendance.objects.exists()


def test_only_photographs_show_no_person() -> None:
    meeting = make_meeting()
    columns = {"meeting": meeting, "name": "x", "description": "x", "size": 1, "sha256": "0" * 64, "added_at": NOW}
    MeetingFile.objects.create(kind="photograph", shows_no_person=True, **columns)
    with pytest.raises(IntegrityError, match="only_photographs_show_no_person"), transaction.atomic():
        MeetingFile.objects.create(kind="document", shows_no_person=True, **columns)
