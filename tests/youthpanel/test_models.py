"""Constraints and triggers of the panel."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

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
from youthpanel.models import AnswerSheet, Cohort, Consent, Consultation, Edition, Handover, Member, Phase, Response
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
        ({"birth_month": 13}, "member_birth_month_is_one"),
        ({"birth_year": 2003}, "member_of_an_age_for_the_panel"),
        ({"birth_year": 2016}, "member_of_an_age_for_the_panel"),
        ({"left_on": date(2020, 1, 1)}, "member_left_after_joining"),
        ({"sealed": None}, "member_known_until_erased"),
        ({"erased_at": NOW}, "member_known_until_erased"),
    ],
)
def test_members(fields: dict[str, Any], constraint: str) -> None:
    member = make_member()
    assert constraint in refused(lambda: Member.objects.filter(pk=member.pk).update(**fields))


def test_a_pseudonym_is_one_in_both_scripts() -> None:
    make_member(pseudonym="Јежић")
    assert "one_member_a_pseudonym" in refused(lambda: make_member(pseudonym="jezic"))


def test_identity_is_unique() -> None:
    make_member(identity=bytes(32))
    assert "identity" in refused(lambda: make_member(identity=bytes(32)))


def test_one_school_of_a_name_in_a_town() -> None:
    make_school(name="ОШ „Бранко Радичевић“")
    assert "one_school_of_a_name" in refused(lambda: make_school(name="OŠ „Branko Radičević“"))
    make_school(name="ОШ „Бранко Радичевић“", town="vranje")


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


def test_answers_stay_anonymous() -> None:
    consultation = make_consultation()
    mine = Consultation.objects.filter(pk=consultation.pk)
    sheet: dict[str, Any] = {"consultation": consultation, "day": TODAY, "answers": {}}
    assert "is anonymous" in refused(lambda: AnswerSheet.objects.create(**sheet, member=make_member()))
    AnswerSheet.objects.create(**sheet)
    assert "answers were given" in refused(lambda: mine.update(anonymous=False))
    mine.update(title_sr="Други наслов")


def test_a_consultation_with_names() -> None:
    consultation = make_consultation(anonymous=False)
    member = make_member()
    AnswerSheet.objects.create(consultation=consultation, day=TODAY, answers={}, member=member)
    assert consultation.sheets.get().member == member
    assert "answers were given" in refused(
        lambda: Consultation.objects.filter(pk=consultation.pk).update(anonymous=True)
    )


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


def test_a_rejection_has_a_reason() -> None:
    columns: dict[str, Any] = {
        "recommendation": make_recommendation(),
        "kind": "rejected",
        "on": TODAY,
        "source": "Допис 2",
        "recorded_at": NOW,
    }
    assert "rejection_has_a_reason" in refused(lambda: Response.objects.create(**columns, text_sr=""))
    Response.objects.create(**columns, text_sr="Нема места у плану наставе.")


def test_support_cannot_exceed_the_number_of_members_asked() -> None:
    assert "support_within_asked" in refused(lambda: make_recommendation(support=12, asked=11))
    make_recommendation(support=11, asked=11)


def test_a_meeting_ends_after_it_begins() -> None:
    assert "meeting_ends_after_start" in refused(lambda: make_meeting(ends_at=NOW - timedelta(days=8)))
