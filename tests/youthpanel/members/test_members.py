"""Creation, changes and leaving of members: sealed identities, no duplicates."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as some

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.page_cache import content_version
from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.serbian.transliteration import to_latin
from tests.clock import travelling
from tests.factories.youthpanel import NOW, TODAY, make_cohort, make_member, make_school
from youthpanel.ages import age_on, birthday_of_age, can_join
from youthpanel.members import pseudonyms, retention, selectors, services, tasks
from youthpanel.members.identity import Identity
from youthpanel.members.validation import MemberData
from youthpanel.models import InvitationCode, Member, MemberSession, School

pytestmark = pytest.mark.django_db
ANA = Identity("Ана Анић", "ana@example.org", "064 111 222", "Мира Анић", "064 333 444")


def draft(**fields: Any) -> MemberData:
    born = {"birth_year": 2013, "birth_month": 5, "joined_on": TODAY - timedelta(days=10)}
    values: dict[str, Any] = {"identity": ANA, "pseudonym": "Храбри јеж", **born} | fields
    return MemberData(**{"school": make_school(), "cohort": make_cohort(), **values})


def refused(coordinator: User, **fields: Any) -> dict[str, str]:
    with pytest.raises(ActionRefused) as caught:
        services.add_member(draft=draft(**fields), actor=coordinator, now=NOW)
    return {fault.field: str(fault.message) for fault in caught.value.faults}


def add_member(coordinator: User, **fields: Any) -> Member:
    return services.add_member(draft=draft(**fields), actor=coordinator, now=NOW)


def test_identity_is_sealed_and_opening_is_audited(coordinator: User) -> None:
    member = add_member(coordinator)
    with connection.cursor() as cursor:
        cursor.execute("SELECT youthpanel_member::text FROM youthpanel_member")
        (row,) = cursor.fetchone()
    assert fold("Анић") not in fold(row)
    assert bytes(member.sealed).find("Ана".encode()) == -1
    assert services.read_identity(member=member, actor=coordinator, now=NOW) == ANA
    actions = list(selectors.member_timeline(member).values_list("action", "actor_id"))
    assert actions == [("identity.opened", coordinator.pk), ("member.added", coordinator.pk)]


@pytest.mark.parametrize("name", ["Ана Анић", "ANIC  ANA"])
def test_same_person_cannot_be_added_twice(coordinator: User, name: str) -> None:
    add_member(coordinator)
    faults = refused(coordinator, identity=Identity(name), pseudonym="Вредна пчела")
    assert list(faults) == ["name"]
    assert "Храбри јеж" in faults["name"]
    assert list(refused(coordinator, identity=Identity("Бојан Бојић"), pseudonym="hrabri jez")) == ["pseudonym"]
    add_member(coordinator, birth_month=6, pseudonym="Вредна пчела")
    assert Member.objects.count() == 2


def test_a_concurrent_duplicate_is_refused(coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    add_member(coordinator)
    real, calls = services._taken, []

    def late(draft: MemberData) -> Any:
        calls.append(1)
        return iter(()) if len(calls) == 1 else real(draft)

    monkeypatch.setattr(services, "_taken", late)
    assert list(refused(coordinator, pseudonym="Вредна пчела")) == ["name"]
    assert Member.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"birth_year": 2003}, "birth_year"),
        ({"birth_year": 2020}, "birth_year"),
        ({"birth_year": 1899}, "birth_year"),
        ({"birth_month": 13}, "birth_month"),
        ({"joined_on": TODAY + timedelta(days=1)}, "joined_on"),
        ({"joined_on": TODAY - timedelta(days=366)}, "joined_on"),
        ({"identity": Identity("Ана")}, "name"),
        ({"identity": Identity("А" * 60 + " " + "Б" * 60)}, "name"),
        ({"pseudonym": "Анић"}, "pseudonym"),
        ({"pseudonym": "Аниćка"}, "pseudonym"),
        ({"pseudonym": "Јеж 13"}, "pseudonym"),
        ({"pseudonym": "0641112222"}, "pseudonym"),
        ({"pseudonym": ""}, "pseudonym"),
        ({"pseudonym": "Ј" * 41}, "pseudonym"),
    ],
)
def test_invalid_values_are_refused_at_their_fields(coordinator: User, fields: dict[str, Any], field: str) -> None:
    assert list(refused(coordinator, **fields)) == [field]
    assert not Member.objects.exists()


@settings(max_examples=20)
@given(some.text("абвAB123", max_size=8))
def test_pseudonyms_that_are_proposed(seed: str) -> None:
    taken = {fold("Храбри јеж")}
    found = pseudonyms.propose_pseudonyms(12, taken=taken, seed=seed)
    assert len({fold(each) for each in found}) == 12
    for each in found:
        assert fold(each) not in taken
        assert fold(to_latin(each)) == fold(each)
        assert not list(pseudonyms.pseudonym_errors(each, name="Ана Анић"))
    assert found == pseudonyms.propose_pseudonyms(12, taken=taken, seed=seed)


def test_replacing_the_identity_of_a_member(coordinator: User) -> None:
    add_member(coordinator, identity=Identity("Бојан Бојић"), pseudonym="Мирна сова")
    member = add_member(coordinator)
    services.replace_identity(
        member=member, identity=Identity("Ана Марија Анић"), year=2013, month=6, actor=coordinator, now=NOW
    )
    member.refresh_from_db()
    assert member.birth_month == 6
    assert services.read_identity(member=member, actor=coordinator, now=NOW) == Identity("Ана Марија Анић")
    changed = selectors.member_timeline(member).get(action="identity.changed")
    assert set(changed.data["fields"]) == {"name", "email", "phone", "guardian", "guardian_contact", "birth"}
    for name, month in (("Бојић Бојан", 5), ("Јеж Јежић", 7)):
        with pytest.raises(ActionRefused):
            services.replace_identity(
                member=member, identity=Identity(name), year=2013, month=month, actor=coordinator, now=NOW
            )


def test_leaving_ends_codes_and_sessions_and_can_be_undone(coordinator: User) -> None:
    member = add_member(coordinator)
    InvitationCode.objects.create(member=member, digest=b"x" * 32, created_at=NOW, expires_at=NOW + timedelta(days=1))
    MemberSession.objects.create(
        member=member, digest=b"x" * 32, expires_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=1)
    )
    for on in (member.joined_on - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ActionRefused):
            services.record_leaving(member=member, on=on, actor=coordinator, now=NOW)
    services.record_leaving(member=member, on=TODAY, actor=coordinator, now=NOW)
    assert not InvitationCode.objects.filter(void_since=None).exists()
    assert not MemberSession.objects.exists()
    assert not selectors.active_members().exists()
    with pytest.raises(ActionRefused):
        services.record_leaving(member=member, on=TODAY, actor=coordinator, now=NOW)
    services.undo_leaving(member=member, actor=coordinator, now=NOW)
    assert selectors.active_members().get() == member


def test_memberships_end_after_the_year_of_eighteen() -> None:
    cohort = make_cohort(begins_on=date(2020, 1, 1))
    grown = make_member(cohort, birth_year=2007, birth_month=12)
    last_year = make_member(cohort, birth_year=2008, birth_month=1)
    assert set(selectors.members_turning_18(today=TODAY)) == {grown, last_year}
    # The task may run twice.
    with travelling(NOW):
        for _time in range(2):
            tasks.apply_retention()
    grown.refresh_from_db()
    assert grown.left_on == date(2025, 12, 31)
    assert list(selectors.active_members()) == [last_year]
    assert retention.end_memberships(now=NOW) == 0


def test_changes_of_members_refresh_public_pages(coordinator: User) -> None:
    member = add_member(coordinator)
    act: dict[str, Any] = {"actor": coordinator, "now": NOW}
    for change, refreshed in (
        (lambda: add_member(coordinator, identity=Identity("Јован Кос"), pseudonym="Друга сова"), True),
        (lambda: services.add_members(drafts=[], **act), True),
        (lambda: services.save_record(record=member.school, changed=["town"], **act), True),
        (lambda: services.save_record(record=member.cohort, changed=["name_sr"], **act), True),
        (lambda: services.save_record(record=member, changed=["school"], **act), True),
        (lambda: services.save_record(record=member, changed=["role"], **act), False),
    ):
        before = content_version.current()
        change()
        assert (content_version.current() > before) == refreshed
    school = member.school
    double = School(name=school.name, kind=school.kind, town=school.town)
    with pytest.raises(ActionRefused):
        services.save_record(record=double, changed=["name"], **act)


MAY_2011 = {"year": 2011, "month": 5}


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 5, 31), 14), (date(2026, 6, 1), 15)],
)
def test_age_is_never_overestimated(day: date, age: int) -> None:
    assert age_on(day, **MAY_2011) == age


@given(some.integers(1990, 2030), some.integers(1, 12), some.integers(1, 30))
def test_birthday_is_the_first_day_of_the_age(year: int, month: int, age: int) -> None:
    day = birthday_of_age(age, year=year, month=month)
    assert age_on(day, year=year, month=month) == age
    assert age_on(date.fromordinal(day.toordinal() - 1), year=year, month=month) == age - 1


def test_age_limits_of_membership() -> None:
    assert not can_join(date(2022, 5, 31), **MAY_2011)
    assert can_join(date(2022, 6, 1), **MAY_2011)
    assert can_join(date(2030, 5, 31), **MAY_2011)
    assert not can_join(date(2030, 6, 1), **MAY_2011)
