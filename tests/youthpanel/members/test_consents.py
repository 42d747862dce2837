"""Givers and validity of consents, and the effect of the 15th birthday."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from tests.factories.youthpanel import NOW, TODAY, give_consent, make_cohort, make_member
from youthpanel.members import consents, selectors, services
from youthpanel.members.consent_validity import GRACE
from youthpanel.members.validation import ConsentData
from youthpanel.models import Consent, InvitationCode, Member, MemberSession

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def paper(**fields: Any) -> ConsentData:
    defaults: dict[str, Any] = {
        "scope": "online",
        "giver": "guardian",
        "document": "Фасцикла 2",
        "given_on": TODAY,
        "expires_on": TODAY + timedelta(days=300),
    }
    return ConsentData(**{**defaults, **fields})


def record_consent(member: Member, coordinator: User, **fields: Any) -> Consent:
    return consents.give_consent(member=member, draft=paper(**fields), actor=coordinator, now=NOW)


def refused(member: Member, coordinator: User, **fields: Any) -> list[str]:
    with pytest.raises(ActionRefused) as caught:
        record_consent(member, coordinator, **fields)
    return [fault.field for fault in caught.value.faults]


def test_from_when_to_when_it_holds(coordinator: User) -> None:
    member = make_member()
    consent = record_consent(member, coordinator)
    assert not selectors.has_valid_consent(member, "online", TODAY - DAY)
    assert selectors.has_valid_consent(member, "online", TODAY)
    assert selectors.has_valid_consent(member, "online", consent.expires_on - DAY)
    assert not selectors.has_valid_consent(member, "online", consent.expires_on)
    assert not selectors.has_valid_consent(member, "photograph", TODAY)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"giver": "member"}, "giver"),
        ({"given_on": TODAY + DAY}, "given_on"),
        ({"expires_on": TODAY}, "expires_on"),
        ({"expires_on": TODAY + timedelta(days=1200)}, "expires_on"),
        ({"document": "  "}, "document"),
        ({"scope": "everything"}, "scope"),
    ],
)
def test_invalid_consent_is_refused(coordinator: User, fields: dict[str, Any], field: str) -> None:
    assert refused(make_member(), coordinator, **fields) == [field]
    assert not Consent.objects.exists()


def test_from_fifteen_on_the_member_gives_it(coordinator: User) -> None:
    member = make_member(birth_year=2011, birth_month=9)
    assert refused(member, coordinator) == ["giver"]
    # On the last day of September they may not be 15 yet.
    assert refused(member, coordinator, giver="member", given_on=TODAY - DAY) == ["giver"]
    assert record_consent(member, coordinator, giver="member")


def test_a_withdrawal_is_in_force_at_once(coordinator: User) -> None:
    member = make_member()
    consent = record_consent(member, coordinator)
    InvitationCode.objects.create(member=member, digest=b"x" * 32, created_at=NOW, expires_at=NOW + DAY)
    MemberSession.objects.create(member=member, digest=b"x" * 32, expires_at=NOW + DAY, ends_at=NOW + DAY)
    consents.withdraw_consent(consent=consent, actor=coordinator, now=NOW)
    assert not selectors.has_valid_consent(member, "online", TODAY)
    assert not InvitationCode.objects.filter(void_since=None).exists()
    assert not MemberSession.objects.exists()
    with pytest.raises(ActionRefused):
        consents.withdraw_consent(consent=consent, actor=coordinator, now=NOW)


def test_renewing_ends_the_one_before(coordinator: User) -> None:
    member = make_member()
    before = give_consent(member)
    assert refused(member, coordinator, given_on=before.given_on - DAY) == ["given_on"]
    after = record_consent(member, coordinator)
    before.refresh_from_db()
    assert before.withdrawn_on == after.given_on
    assert selectors.has_valid_consent(member, "online", TODAY)
    assert selectors.member_timeline(member).first().action == "consent.renewed"


def test_turning_fifteen_ends_online_consents_of_a_guardian(coordinator: User) -> None:
    member = make_member(birth_year=2011, birth_month=8)
    turned = date(2026, 9, 1)
    for scope in ("online", "photograph"):
        give_consent(member, scope)
    assert selectors.has_valid_consent(member, "online", turned + GRACE - DAY)
    assert not selectors.has_valid_consent(member, "online", turned + GRACE)
    assert selectors.has_valid_consent(member, "photograph", turned + GRACE)
    (due,) = selectors.due_consents(today=TODAY)
    assert (due.consent.scope, due.ends, due.turned, due.over) == ("online", turned + GRACE, True, False)
    record_consent(member, coordinator, giver="member")
    assert selectors.has_valid_consent(member, "online", turned + GRACE)
    assert selectors.due_consents(today=TODAY) == []


def test_members_turning_15_soon() -> None:
    cohort = make_cohort()
    months = [(2011, 8), (2011, 9), (2011, 10), (2011, 11), (2011, 12)]
    members = [make_member(cohort, birth_year=year, birth_month=month) for year, month in months]
    # 1 November; 1 December is 61 days away. Members who turn 15 today are on the list.
    assert selectors.members_turning_15(today=TODAY) == [members[2]]


def test_reminders_thirty_days_ahead(coordinator: User) -> None:
    member = make_member()
    soon = give_consent(member, "membership", expires_on=TODAY + timedelta(days=30))
    give_consent(member, "travel", expires_on=TODAY + timedelta(days=31))
    over = give_consent(member, "photograph", expires_on=TODAY - DAY)
    gone = make_member(left_on=TODAY)
    give_consent(gone, expires_on=TODAY + DAY)
    assert [(due.consent, due.over) for due in selectors.due_consents(today=TODAY)] == [(over, True), (soon, False)]
    consents.record_reminder(consent=soon, actor=coordinator, now=NOW)
    soon.refresh_from_db()
    assert soon.reminded_on == TODAY


def test_leaving_ends_membership_and_keeps_picture_consent(coordinator: User) -> None:
    member = make_member()
    for scope in ("membership", "online", "travel", "photograph", "quotation"):
        give_consent(member, scope)
    services.record_leaving(member=member, on=TODAY, actor=coordinator, now=NOW)
    member.refresh_from_db()
    held = [
        scope
        for scope in ("membership", "online", "travel", "photograph", "quotation")
        if selectors.has_valid_consent(member, scope, TODAY)
    ]
    assert held == ["photograph", "quotation"]


def test_members_without_consent_to_membership() -> None:
    member, lacking = make_member(), make_member()
    give_consent(member, "membership")
    assert list(selectors.members_without_consent(today=TODAY)) == [lacking]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    birth=some.tuples(some.sampled_from([2010, 2011, 2012]), some.integers(1, 12)),
    scope=some.sampled_from(["online", "photograph"]),
    giver=some.sampled_from(["guardian", "member"]),
    given_ago=some.integers(-1, 400),
    lasts=some.integers(1, 800),
    withdrawn=some.sampled_from([None, 0, 1, 30]),
    leaves_in=some.sampled_from([None, 0, 5]),
    on=some.integers(0, 200),
)
def test_the_query_agrees_with_the_function(
    birth: tuple[int, int],
    scope: str,
    giver: str,
    given_ago: int,
    lasts: int,
    withdrawn: int | None,
    leaves_in: int | None,
    on: int,
) -> None:
    Member.objects.all().delete()
    given_on, day = TODAY - timedelta(days=given_ago), TODAY + timedelta(days=on)
    member = make_member(
        birth_year=birth[0],
        birth_month=birth[1],
        left_on=None if leaves_in is None else TODAY + timedelta(days=leaves_in),
    )
    give_consent(
        member,
        scope,
        giver=giver,
        given_on=given_on,
        expires_on=given_on + timedelta(days=lasts),
        withdrawn_on=None if withdrawn is None else given_on + timedelta(days=withdrawn),
    )
    is_selected = selectors.members_with_consent(Member.objects.all(), scope, day).exists()
    assert is_selected == selectors.has_valid_consent(member, scope, day)
