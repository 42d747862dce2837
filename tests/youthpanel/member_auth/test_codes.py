"""Invitation codes: parsing, creation, single use, replacement, eligibility."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.models import AuditEvent
from tests.factories.youthpanel import give_consent, make_member
from tests.youthpanel.member_auth.conftest import make_consenting
from youthpanel.member_auth import codes, selectors, services
from youthpanel.member_auth.exceptions import CodeRefused, NoMemberToInvite
from youthpanel.member_auth.selectors import InvitationObstacle
from youthpanel.members.consents import withdraw_consent
from youthpanel.members.services import record_leaving
from youthpanel.models import Cohort, InvitationCode, Member, MemberSession

pytestmark = pytest.mark.django_db
CODE = "7K3MQ9TZV4HD2XNB"
CodeOf = Callable[..., str]


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M-Q9TZ-V4HD-2XNB",
        " 7k3m q9tz v4hd 2xnb ",
        "7К3М-Q9ТZ-V4НD-2ХNВ",
        "https://example.org/sr/youth-panel/join/#7K3M-Q9TZ-V4HD-2XNB",
    ],
)
def test_a_code_is_read_as_it_was_meant(typed: str) -> None:
    assert codes.normalise(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "7K3M-Q9TZ-V4HD", f"{CODE}{CODE}", "https://example.org/#", "7K3M-Q9TZ-V4HD-2XNЖ"]
)
def test_what_is_no_code(typed: str) -> None:
    assert codes.normalise(typed) is None


def test_the_database_holds_nothing_to_come_in_with(member: Member, code_of: CodeOf, settings: Any) -> None:
    code = code_of(member)
    kept = InvitationCode.objects.get()
    assert bytes(kept.digest) == codes.digest(code)
    assert code.encode() not in bytes(kept.digest)
    # Under the prefix of receipts, the same letters have a different digest.
    assert codes.digest(code) != receipts.receipt_digest(code)
    settings.RECEIPT_PEPPER = "another"
    assert codes.digest(code) != bytes(kept.digest)


def test_used_once(member: Member, code_of: CodeOf, now: datetime) -> None:
    code = code_of(member)
    key = services.redeem_code(code=code, now=now)
    assert services.extend_session(key=key, now=now) == member
    assert bytes(MemberSession.objects.get().digest) == services.key_digest(key)
    with pytest.raises(CodeRefused):
        services.redeem_code(code=code, now=now)
    assert InvitationCode.objects.get().used_at == now


def test_what_lets_nobody_in_is_told_apart_by_nothing(
    member: Member, code_of: CodeOf, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    used = code_of(member)
    services.redeem_code(code=used, now=now)
    expired = code_of(member, now - timedelta(days=31))
    for code in (used, expired, CODE, None):
        # One query, and a savepoint.
        with django_assert_num_queries(4), pytest.raises(CodeRefused) as refused:
            services.redeem_code(code=code, now=now)
        assert str(refused.value) == ""


def test_a_new_code_replaces_the_unused_one(member: Member, code_of: CodeOf, now: datetime) -> None:
    first, second = code_of(member), code_of(member)
    with pytest.raises(CodeRefused):
        services.redeem_code(code=first, now=now)
    services.redeem_code(code=second, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationCode.objects.bulk_create(
            InvitationCode(member=member, digest=bytes([each]) * 32, made_at=now, expires_at=now + timedelta(1))
            for each in range(2)
        )


def test_a_code_holds_thirty_days(member: Member, code_of: CodeOf, now: datetime) -> None:
    code = code_of(member)
    made = InvitationCode.objects.get().made_at
    with pytest.raises(CodeRefused):
        services.redeem_code(code=code, now=made + timedelta(days=30))
    services.redeem_code(code=code, now=made + timedelta(days=30, seconds=-1))


def test_a_code_is_worth_nothing_without_the_consent(member: Member, code_of: CodeOf, now: datetime) -> None:
    code = code_of(member)
    # A withdrawal that leaves codes in place: redeeming checks the consent itself.
    member.consents.update(withdrawn_on=timezone.localdate(now))
    with pytest.raises(CodeRefused):
        services.redeem_code(code=code, now=now)
    # The attempt used up no code.
    assert InvitationCode.objects.get().used_at is None
    assert not MemberSession.objects.exists()


def test_withdrawing_and_leaving_end_codes_and_sessions(
    cohort: Cohort, code_of: CodeOf, coordinator: User, now: datetime
) -> None:
    for end in ("withdraw", "leave"):
        member = make_consenting(cohort)
        key = services.redeem_code(code=code_of(member), now=now)
        unused = code_of(member)
        if end == "leave":
            record_leaving(member=member, on=timezone.localdate(now), actor=coordinator, now=now)
        else:
            withdraw_consent(consent=member.consents.get(), actor=coordinator, now=now)
        assert services.extend_session(key=key, now=now) is None
        with pytest.raises(CodeRefused):
            services.redeem_code(code=unused, now=now)
    assert not MemberSession.objects.exists()


def test_who_gets_none_and_why(cohort: Cohort, coordinator: User, now: datetime) -> None:
    today = timezone.localdate(now)
    day = timedelta(days=1)
    said = {
        make_consenting(cohort): None,
        make_member(cohort, birth_year=today.year - 13): InvitationObstacle.NONE,
        (withdrawn := make_consenting(cohort)): InvitationObstacle.WITHDRAWN,
        (expired := make_consenting(cohort)): InvitationObstacle.EXPIRED,
        (turned := make_member(cohort, birth_year=today.year - 16, birth_month=1)): InvitationObstacle.TURNED,
        (gone := make_consenting(cohort)): InvitationObstacle.LEFT,
        (own := make_member(cohort, birth_year=today.year - 16, birth_month=1)): None,
    }
    withdrawn.consents.update(withdrawn_on=today)
    expired.consents.update(expires_on=today)
    give_consent(turned, given_on=today - 700 * day, expires_on=today + 300 * day)
    give_consent(own, giver="member", given_on=today - day, expires_on=today + 300 * day)
    Member.objects.filter(pk=gone.pk).update(left_on=today)
    found = {each: selectors.invitation_obstacle(Member.objects.get(pk=each.pk), today) for each in said}
    assert found == said
    made = services.create_invitations(members=said, actor=coordinator, now=now)
    assert {each.member for each in made} == {each for each, why in said.items() if why is None}
    with pytest.raises(NoMemberToInvite):
        services.create_invitations(members=[withdrawn], actor=coordinator, now=now)


def test_making_and_shutting_out_are_recorded_and_coming_in_is_not(
    member: Member, code_of: CodeOf, coordinator: User, now: datetime
) -> None:
    key = services.redeem_code(code=code_of(member), now=now)
    services.revoke_access(member=member, actor=coordinator, now=now)
    assert services.extend_session(key=key, now=now) is None
    events = AuditEvent.objects.filter(subject_table="youthpanel_member", subject_id=member.pk).order_by("pk")
    assert [(each.action, each.actor_id, each.data) for each in events] == [
        ("code.made", coordinator.pk, {}),
        ("code.revoked", coordinator.pk, {}),
    ]


def test_a_session_goes_on_for_two_hours_and_half_a_day_at_most(member: Member, code_of: CodeOf, now: datetime) -> None:
    hour = timedelta(hours=1)
    key = services.redeem_code(code=code_of(member), now=now)
    for hours in range(2, 12):
        assert services.extend_session(key=key, now=now + (hours - 0.5) * hour) == member
    assert services.extend_session(key=key, now=now + 12 * hour) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberSession.objects.update(expires_at=now + 13 * hour)
    other = services.redeem_code(code=code_of(member), now=now)
    assert services.extend_session(key=other, now=now + 2 * hour) is None


def test_one_browser_at_a_time(member: Member, code_of: CodeOf, now: datetime) -> None:
    first = services.redeem_code(code=code_of(member), now=now)
    second = services.redeem_code(code=code_of(member), now=now)
    assert (services.extend_session(key=first, now=now), services.extend_session(key=second, now=now)) == (None, member)


def test_a_consent_that_runs_out_ends_the_session_without_anybody_doing_anything(
    member: Member, code_of: CodeOf, now: datetime
) -> None:
    key = services.redeem_code(code=code_of(member), now=now)
    member.consents.update(expires_on=timezone.localdate(now))
    assert services.extend_session(key=key, now=now) is None


def test_what_is_over_is_swept(member: Member, code_of: CodeOf, now: datetime) -> None:
    services.redeem_code(code=code_of(member), now=now)
    services.delete_expired(now=now + timedelta(hours=1))
    assert MemberSession.objects.count() == 1
    for _twice in range(2):
        services.delete_expired(now=now + timedelta(hours=2))
        assert not MemberSession.objects.exists()
    services.delete_expired(now=now + timedelta(days=59))
    assert InvitationCode.objects.count() == 1
    services.delete_expired(now=now + timedelta(days=61))
    assert not InvitationCode.objects.exists()


def test_the_list_of_codes_costs_the_same_for_one_and_for_three(
    cohort: Cohort, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(3):
        make_consenting(cohort)
        with django_assert_num_queries(4):
            selectors.code_holders(cohort, today=timezone.localdate(now), now=now)


@pytest.mark.django_db(transaction=True)
def test_two_browsers_with_the_same_code_and_one_gets_in(member: Member, code_of: CodeOf, now: datetime) -> None:
    code, results, together = code_of(member), [], Barrier(4)

    def come() -> None:
        together.wait()
        try:
            results.append(services.redeem_code(code=code, now=now))
        except CodeRefused:
            results.append("")
        finally:
            connection.close()

    threads = [Thread(target=come) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([key for key in results if key]) == 1
    assert len(results) == 4
    assert MemberSession.objects.count() == 1
