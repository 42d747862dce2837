"""Slips: parsing of codes, pictures, visits, replacement by two people, eligibility."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from tests.clients.staff import make_staff
from tests.database import as_role_of
from tests.factories.youthpanel import give_consent, make_cohort, make_member
from tests.youthpanel.member_auth.conftest import approve, make_consenting
from tests.youthpanel.member_auth.slips import MINE, OTHERS
from youthpanel.member_auth import codes, pictures, selectors, services
from youthpanel.member_auth.selectors import MAX_WRONG_TRIES, InvitationObstacle
from youthpanel.members.consents import give_consent as record_consent
from youthpanel.members.consents import withdraw_consent
from youthpanel.members.services import record_leaving, undo_leaving
from youthpanel.members.validation import ConsentData
from youthpanel.models import Cohort, InvitationCode, Member, MemberSession, SlipReplacement

pytestmark = pytest.mark.django_db
CODE = "7K3MQ9TZV4HD2XNB"
DAY = timedelta(days=1)
CodeOf = Callable[..., str]


def let_in(code: str | None, now: datetime, chosen: tuple[str, ...] = MINE) -> bool:
    try:
        services.sign_in(code=code, chosen=chosen, now=now)
    except services.CodeRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 7k3m q9tz v4hd 2xnb ", CODE),
        ("7К3М-Q9ТZ-V4НD-2ХNВ", CODE),
        ("https://example.org/sr/youth-panel/join/#7K3M-Q9TZ-V4HD-2XNB", CODE),
        ("7K3M-Q9TZ-V4HD", None),
        (f"{CODE}{CODE}", None),
        ("https://example.org/#", None),
        ("7K3M-Q9TZ-V4HD-2XNЖ", None),
    ],
)
def test_a_code_is_read_as_it_was_meant(typed: str, code: str | None) -> None:
    assert codes.normalise(typed) == code


def test_pictures_that_are_easily_guessed() -> None:
    names = list(pictures.PICTURES)
    assert len(names) == 16
    assert pictures.is_guessable(names[:6])
    assert pictures.is_guessable(names[5::-1])
    assert pictures.is_guessable([*names[13:], *names[:3]])
    assert not pictures.is_guessable(MINE)
    assert pictures.is_sequence(MINE)
    for wrong in (MINE[:5], (*MINE, "bird"), ("cat",) * 6, (*MINE[:5], "dog")):
        assert not pictures.is_sequence(wrong)


class TestStored:
    def test_the_database_stores_only_digests_of_codes(self, member: Member, code_of: CodeOf, settings: Any) -> None:
        code = code_of(member)
        assert bytes(InvitationCode.objects.get().digest or b"") == (stored := codes.digest(code))
        # Under the prefix of receipts, the same letters have a different digest.
        assert stored != receipts.receipt_digest(code)
        settings.RECEIPT_PEPPER = "another"
        assert stored != codes.digest(code)

    def test_a_stolen_database_cannot_test_pictures(
        self, cohort: Cohort, member: Member, used_code_of: CodeOf, settings: Any
    ) -> None:
        """Without the key, or without the code on paper, the right pictures look like any others."""
        code = used_code_of(member)
        stored = bytes(InvitationCode.objects.get().pictures or b"")
        digest = codes.digest(code)
        assert stored == pictures.pictures_hash(MINE, code=code, digest=digest)
        assert all(stored != pictures.pictures_hash(MINE, code=wrong, digest=digest) for wrong in (None, "", CODE))
        used_code_of(other := make_consenting(cohort))
        assert bytes(InvitationCode.objects.get(member=other).pictures or b"") != stored
        settings.PANEL_PIN_KEY = "another key of more than thirty-two characters"
        assert stored != pictures.pictures_hash(MINE, code=code, digest=digest)
        settings.PANEL_PIN_KEY = ""
        with pytest.raises(ImproperlyConfigured):
            pictures.pictures_hash(MINE, code=code, digest=digest)

    def test_the_public_role_sets_no_other_pictures_and_revives_no_slip(
        self, cohort: Cohort, used_code_of: CodeOf, coordinator: User, now: datetime
    ) -> None:
        used_code_of(make_consenting(cohort))
        used_code_of(gone := make_consenting(cohort))
        services.revoke_access(member=gone, actor=coordinator, now=now)
        valid, void = InvitationCode.objects.get(void_since=None), InvitationCode.objects.get(member=gone)
        for row, changes in (
            (valid, {"pictures": None}),
            (valid, {"pictures": b"x" * 32}),
            (valid, {"digest": b"x" * 32}),
            (valid, {"expires_at": now + 999 * DAY}),
            (valid, {"member": gone}),
            (void, {"digest": b"x" * 32, "void_since": None}),
            (void, {"pictures": b"x" * 32}),
        ):
            refused = r"permission denied|never changes|violates check"
            with as_role_of("public"), pytest.raises(DatabaseError, match=refused), transaction.atomic():
                InvitationCode.objects.filter(pk=row.pk).update(**changes)
        with as_role_of("public"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            InvitationCode.objects.create(member=gone, digest=b"x" * 32, created_at=now, expires_at=now + DAY)
        for rows in (SlipReplacement.objects.all(), SlipReplacement.objects.filter(member=gone)):
            with as_role_of("public"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                list(rows)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            InvitationCode.objects.filter(pk=valid.pk).update(pictures=b"x" * 32)


class TestVisits:
    def test_with_the_same_slip_on_other_days_in_one_browser_at_a_time(
        self, member: Member, code_of: CodeOf, now: datetime
    ) -> None:
        code = code_of(member)
        # A double click at the first visit.
        keys = [services.choose_pictures(code=code, chosen=MINE, now=now) for _twice in range(2)]
        assert [services.extend_session(key=key, now=now) for key in keys] == [None, member]
        assert bytes(MemberSession.objects.get().digest) == services.key_digest(keys[1])
        later = now + 30 * DAY
        key = services.sign_in(code=code, chosen=MINE, now=later)
        assert services.extend_session(key=key, now=later) == member
        assert services.extend_session(key=keys[1], now=now) is None

    def test_no_visit_leaves_a_trace(self, member: Member, used_code_of: CodeOf, now: datetime) -> None:
        code = used_code_of(member)
        tables = (InvitationCode, Member)
        before = [list(table.objects.values()) for table in tables]
        events = AuditEvent.objects.count()
        services.end_session(key=services.sign_in(code=code, chosen=MINE, now=now + 7 * DAY))
        assert [list(table.objects.values()) for table in tables] == before
        assert not MemberSession.objects.exists()
        assert AuditEvent.objects.count() == events

    def test_a_slip_needs_its_pictures_and_ten_wrong_tries_in_a_row_lock_it(
        self, member: Member, used_code_of: CodeOf, now: datetime
    ) -> None:
        code = used_code_of(member)
        for _wrong in range(MAX_WRONG_TRIES - 3):
            assert not let_in(code, now, OTHERS)
        assert not let_in(code, now, ())
        # Choosing anew is a visit like any other.
        with pytest.raises(services.CodeRefused):
            services.choose_pictures(code=code, chosen=OTHERS, now=now)
        assert let_in(code, now)
        for _wrong in range(MAX_WRONG_TRIES):
            assert not let_in(code, now, OTHERS)
        assert not let_in(code, now)
        assert not let_in(code, now + 30 * DAY)
        (holder,) = selectors.code_holders(member.cohort, today=localdate(now), now=now)
        assert holder.state == "locked"

    def test_refused_sign_ins_are_indistinguishable(
        self,
        cohort: Cohort,
        code_of: CodeOf,
        used_code_of: CodeOf,
        coordinator: User,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The same queries and one slow hash: for an unknown, void, expired, locked and new slip, and for wrong pictures."""
        void = used_code_of(gone := make_consenting(cohort))
        services.revoke_access(member=gone, actor=coordinator, now=now)
        expired = used_code_of(late := make_consenting(cohort))
        InvitationCode.objects.filter(member=late).update(created_at=now - 2 * DAY, expires_at=now - DAY)
        locked = used_code_of(tried := make_consenting(cohort))
        InvitationCode.objects.filter(member=tried).update(wrong_tries=MAX_WRONG_TRIES)
        new, valid = code_of(make_consenting(cohort)), used_code_of(make_consenting(cohort))
        hashes: list[str | None] = []

        def hashed(chosen: Any, *, code: str | None, digest: bytes) -> bytes:
            hashes.append(code)
            return pictures.pictures_hash(chosen, code=code, digest=digest)

        monkeypatch.setattr(services, "pictures_hash", hashed)
        for code in (void, expired, locked, new, valid, CODE, None):
            chosen = OTHERS if code == valid else MINE
            with django_assert_num_queries(2), pytest.raises(services.CodeRefused) as refused:
                services.sign_in(code=code, chosen=chosen, now=now)
            assert str(refused.value) == ""
        assert len(hashes) == 7
        assert not MemberSession.objects.exists()

    def test_a_slip_is_worth_nothing_without_the_consent(
        self, cohort: Cohort, code_of: CodeOf, used_code_of: CodeOf, now: datetime
    ) -> None:
        new, used = make_consenting(cohort), make_consenting(cohort)
        code, other = code_of(new), used_code_of(used)
        key = services.sign_in(code=other, chosen=MINE, now=now)
        # Withdrawals that leave slips in place: visits check the consent themselves.
        for each in (new, used):
            each.consents.update(withdrawn_on=localdate(now))
        assert services.extend_session(key=key, now=now) is None
        assert not let_in(other, now)
        with pytest.raises(services.CodeRefused):
            services.choose_pictures(code=code, chosen=MINE, now=now)
        assert InvitationCode.objects.get(member=new).pictures is None
        assert InvitationCode.objects.get(member=used).wrong_tries == 0

    def test_a_session_lasts_two_hours_and_at_most_half_a_day(
        self, member: Member, used_code_of: CodeOf, now: datetime
    ) -> None:
        hour = timedelta(hours=1)
        code = used_code_of(member)
        key = services.sign_in(code=code, chosen=MINE, now=now)
        for hours in range(2, 12):
            assert services.extend_session(key=key, now=now + (hours - 0.5) * hour) == member
        assert services.extend_session(key=key, now=now + 12 * hour) is None
        with pytest.raises(IntegrityError), transaction.atomic():
            MemberSession.objects.update(expires_at=now + 13 * hour)
        other = services.sign_in(code=code, chosen=MINE, now=now)
        assert services.extend_session(key=other, now=now + 2 * hour) is None


class TestSeason:
    @pytest.mark.parametrize(
        ("today", "ends_on", "last"),
        [
            (date(2027, 7, 31), None, date(2027, 8, 31)),
            (date(2027, 8, 1), None, date(2028, 8, 31)),
            (date(2026, 10, 1), date(2029, 6, 15), date(2027, 8, 31)),
            (date(2027, 6, 15), date(2027, 6, 15), date(2027, 6, 15)),
            # Members of a cohort that has ended and who go on.
            (date(2027, 6, 16), date(2027, 6, 15), date(2027, 8, 31)),
        ],
    )
    def test_a_slip_holds_for_the_school_year_or_until_the_cohort_ends(
        self, today: date, ends_on: date | None, last: date
    ) -> None:
        cohort = make_cohort(begins_on=date(2026, 9, 1), ends_on=ends_on)
        now = timezone.make_aware(datetime.combine(today, time(23, 30)))
        assert localdate(selectors.season_end(cohort, now)) == last

    def test_it_opens_until_its_last_day_and_a_new_season_needs_one_person(
        self, member: Member, used_code_of: CodeOf, coordinator: User
    ) -> None:
        code = used_code_of(member)
        after = InvitationCode.objects.get().expires_at
        member.consents.update(expires_on=localdate(after) + 9 * DAY)
        assert let_in(code, after - timedelta(minutes=1))
        assert not let_in(code, after)
        (invitation,) = services.create_invitations(members=[member], actor=coordinator, now=after)
        assert services.choose_pictures(code=invitation.code, chosen=OTHERS, now=after)
        # The former season is no replacement that the member is told about.
        assert selectors.replaced_on(member) == []


class TestReplacement:
    def test_a_new_slip_replaces_the_one_without_pictures(self, member: Member, code_of: CodeOf, now: datetime) -> None:
        first, second = code_of(member), code_of(member)
        with pytest.raises(services.CodeRefused):
            services.choose_pictures(code=first, chosen=MINE, now=now)
        services.choose_pictures(code=second, chosen=MINE, now=now)
        assert selectors.replaced_on(member) == [localdate(now)]
        with pytest.raises(IntegrityError), transaction.atomic():
            InvitationCode.objects.create(member=member, digest=b"x" * 32, created_at=now, expires_at=now + DAY)

    def test_with_pictures_it_takes_two_people_and_the_member_sees_it(
        self, member: Member, used_code_of: CodeOf, coordinator: User, lead: User, now: datetime
    ) -> None:
        former = used_code_of(member)
        key = services.sign_in(code=former, chosen=MINE, now=now)
        with pytest.raises(ActionRefused):
            services.create_invitations(members=[member], actor=coordinator, now=now)
        assert services.extend_session(key=key, now=now) == member
        services.revoke_access(member=member, actor=coordinator, now=now)
        # Void and signed out at once; the requester prints nothing.
        assert services.extend_session(key=key, now=now) is None
        assert not let_in(former, now)
        for person in (coordinator, lead):
            with pytest.raises(ActionRefused):
                services.create_invitations(members=[member], actor=person, now=now)
        with pytest.raises(ActionRefused):
            approve(member, coordinator, now)
        with pytest.raises(PermissionDenied):
            approve(member, make_staff("editor", "editor"), now)
        code = approve(member, lead, now)
        with pytest.raises(ActionRefused):
            approve(member, lead, now)
        assert not let_in(former, now)
        services.choose_pictures(code=code, chosen=OTHERS, now=now)
        assert selectors.replaced_on(member) == [localdate(now)]
        assert not SlipReplacement.objects.exists()
        events = AuditEvent.objects.filter(subject_table="youthpanel_member", subject_id=member.pk).order_by("pk")
        assert [(each.action, each.actor_id, each.data) for each in events] == [
            ("code.made", coordinator.pk, {}),
            ("code.revoked", coordinator.pk, {}),
            ("code.approved", lead.pk, {"requested_by": coordinator.pk}),
            ("code.made", lead.pk, {}),
        ]

    @pytest.mark.parametrize("way", ["consent", "leaving", "system", "again"])
    def test_no_detour_leads_one_person_to_a_slip(
        self, member: Member, used_code_of: CodeOf, coordinator: User, lead: User, now: datetime, way: str
    ) -> None:
        """Withdrawing and recording a consent, leaving and returning, requesting twice: the approval is still another person's."""
        used_code_of(member)
        today = localdate(now)
        if way == "consent":
            withdraw_consent(consent=member.consents.get(), actor=coordinator, now=now)
            draft = ConsentData(
                scope="online", giver="guardian", document="2", given_on=today, expires_on=today + 99 * DAY
            )
            record_consent(member=member, draft=draft, actor=coordinator, now=now)
        elif way == "leaving":
            record_leaving(member=member, on=today, actor=coordinator, now=now)
            undo_leaving(member=member, actor=coordinator, now=now)
        elif way == "system":
            record_leaving(member=member, on=today, actor=None, now=now)
            undo_leaving(member=member, actor=coordinator, now=now)
            with pytest.raises(ActionRefused):
                approve(member, lead, now)
        else:
            services.revoke_access(member=member, actor=coordinator, now=now)
        services.revoke_access(member=member, actor=coordinator, now=now)
        with pytest.raises(ActionRefused):
            services.create_invitations(members=[member], actor=coordinator, now=now)
        with pytest.raises(ActionRefused):
            approve(member, coordinator, now)
        assert approve(member, lead, now)

    def test_after_a_restore_every_slip_is_void(
        self, cohort: Cohort, code_of: CodeOf, used_code_of: CodeOf, coordinator: User, now: datetime
    ) -> None:
        members = [make_consenting(cohort) for _number in range(3)]
        papers = [code_of(members[0]), used_code_of(members[1]), used_code_of(members[2])]
        services.sign_in(code=papers[1], chosen=MINE, now=now)
        services.revoke_access(member=members[2], actor=coordinator, now=now)
        assert "2 slips" in services.revoke_all_after_restore(now)
        assert not MemberSession.objects.exists()
        for code in papers:
            with pytest.raises(services.CodeRefused):
                services.choose_pictures(code=code, chosen=MINE, now=now)
        # A new slip for each, without approvals.
        assert len(services.create_invitations(members=members, actor=coordinator, now=now)) == 3
        assert selectors.replaced_on(members[1]) == [localdate(now)]
        assert services.revoke_all_after_restore(now)
        InvitationCode.objects.all().delete()
        assert services.revoke_all_after_restore(now) == ""


def test_obstacles_to_a_code(cohort: Cohort, coordinator: User, now: datetime) -> None:
    today = localdate(now)
    obstacles = {
        make_consenting(cohort): None,
        make_member(cohort, birth_year=today.year - 13): InvitationObstacle.NONE,
        (withdrawn := make_consenting(cohort)): InvitationObstacle.WITHDRAWN,
        (expired := make_consenting(cohort)): InvitationObstacle.EXPIRED,
        (turned := make_member(cohort, birth_year=today.year - 16, birth_month=1)): InvitationObstacle.TURNED_15,
        (gone := make_consenting(cohort)): InvitationObstacle.LEFT,
        (own := make_member(cohort, birth_year=today.year - 16, birth_month=1)): None,
    }
    withdrawn.consents.update(withdrawn_on=today)
    expired.consents.update(expires_on=today)
    give_consent(turned, given_on=today - 700 * DAY, expires_on=today + 300 * DAY)
    give_consent(own, giver="member", given_on=today - DAY, expires_on=today + 300 * DAY)
    Member.objects.filter(pk=gone.pk).update(left_on=today)
    found = {each: selectors.invitation_obstacle(Member.objects.get(pk=each.pk), today) for each in obstacles}
    assert found == obstacles
    invitations = services.create_invitations(members=obstacles, actor=coordinator, now=now)
    assert {each.member for each in invitations} == {each for each, why in obstacles.items() if why is None}
    with pytest.raises(ActionRefused):
        services.create_invitations(members=[withdrawn], actor=coordinator, now=now)


def test_expired_rows_are_deleted(member: Member, used_code_of: CodeOf, now: datetime) -> None:
    services.sign_in(code=used_code_of(member), chosen=MINE, now=now)
    services.delete_expired(now=now + timedelta(hours=1))
    assert MemberSession.objects.count() == 1
    services.delete_expired(now=now + timedelta(hours=2))
    assert not MemberSession.objects.exists()
    expires_at = InvitationCode.objects.get().expires_at
    services.delete_expired(now=expires_at + 29 * DAY)
    assert InvitationCode.objects.count() == 1
    services.delete_expired(now=expires_at + 31 * DAY)
    assert not InvitationCode.objects.exists()


def at_once(act: Callable[[int], object], *, number: int) -> list[object]:
    """What `act(0)` to `act(number - 1)` return when they run at the same time; None where refused."""
    results: list[object] = []
    together = Barrier(number)

    def come(place: int) -> None:
        together.wait()
        try:
            results.append(act(place))
        except (services.CodeRefused, ActionRefused):
            results.append(None)
        finally:
            connection.close()

    threads = [Thread(target=come, args=[place]) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == number
    return results


@pytest.mark.django_db(transaction=True)
def test_two_browsers_with_the_same_new_slip_and_one_chooses(member: Member, code_of: CodeOf, now: datetime) -> None:
    code = code_of(member)
    sequences = [MINE, OTHERS, MINE[::-1], OTHERS[::-1]]
    results = at_once(lambda each: services.choose_pictures(code=code, chosen=sequences[each], now=now), number=4)
    assert len([key for key in results if key]) == 1
    assert MemberSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_simultaneous_tries_share_one_limit(member: Member, used_code_of: CodeOf, now: datetime) -> None:
    """An attacker sends a guess more than the limit permits at the same time, the right one among them."""
    code = used_code_of(member)
    InvitationCode.objects.update(wrong_tries=MAX_WRONG_TRIES - 1)
    wrong = [OTHERS, MINE[::-1], OTHERS[::-1]]
    at_once(lambda each: services.sign_in(code=code, chosen=wrong[each], now=now), number=3)
    assert InvitationCode.objects.get().wrong_tries == MAX_WRONG_TRIES
    assert not let_in(code, now)


@pytest.mark.django_db(transaction=True)
def test_two_people_approve_at_once_and_one_prints(
    member: Member, used_code_of: CodeOf, coordinator: User, lead: User, now: datetime
) -> None:
    used_code_of(member)
    services.revoke_access(member=member, actor=coordinator, now=now)
    people = [lead, make_staff("deputy", "safeguarding")]
    results = at_once(lambda each: approve(member, people[each], now), number=2)
    assert len([code for code in results if code]) == 1
    assert InvitationCode.objects.filter(void_since=None).count() == 1
