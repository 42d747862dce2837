"""Creation, changes and leaving of members: sealed identities, no duplicates."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some

from clicksafely.accounts.models import User
from clicksafely.common.crypto import key_rotation, keyring
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.serbian.transliteration import to_latin
from tests.clients.staff import make_staff
from tests.factories.youthpanel import NOW, TODAY, make_cohort, make_member, make_school
from youthpanel.members import pseudonyms, retention, selectors, services, tasks
from youthpanel.members.identity import Identity
from youthpanel.members.validation import MemberData
from youthpanel.models import InvitationCode, Member, MemberSession, School

pytestmark = pytest.mark.django_db
ANA = Identity("Ана Анић", "ana@example.org", "064 111 222", "Мира Анић", "064 333 444")


def draft(**fields: Any) -> MemberData:
    values: dict[str, Any] = {
        "identity": ANA,
        "pseudonym": "Храбри јеж",
        "birth_year": 2013,
        "birth_month": 5,
        "joined_on": TODAY - timedelta(days=10),
    }
    values |= fields
    return MemberData(
        **{
            "school": values.pop("school", None) or make_school(),
            "cohort": values.pop("cohort", None) or make_cohort(),
            **values,
        }
    )


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


def test_opening_it_needs_permission(coordinator: User) -> None:
    member = add_member(coordinator)
    for role in ("safeguarding", "editor", "analyst"):
        with pytest.raises(PermissionDenied):
            services.read_identity(member=member, actor=make_staff(role, role), now=NOW)
    assert not AuditEvent.objects.filter(action="identity.opened").exists()


@pytest.mark.parametrize("name", ["Ана Анић", "Anić Ana", "ANIC  ANA", "ana anic"])
def test_same_person_cannot_be_added_twice(coordinator: User, name: str) -> None:
    add_member(coordinator)
    faults = refused(coordinator, identity=Identity(name), pseudonym="Вредна пчела")
    assert list(faults) == ["name"]
    assert "Храбри јеж" in faults["name"]


def test_same_name_with_another_birth_month_is_accepted(coordinator: User) -> None:
    add_member(coordinator)
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
        ({"birth_year": 2031}, "birth_year"),
        ({"birth_month": 13}, "birth_month"),
        ({"birth_month": 0}, "birth_month"),
        ({"joined_on": TODAY + timedelta(days=1)}, "joined_on"),
        ({"joined_on": TODAY - timedelta(days=366)}, "joined_on"),
        ({"identity": Identity("Ана")}, "name"),
        ({"identity": Identity("А" * 60 + " " + "Б" * 60)}, "name"),
        ({"pseudonym": "Анић"}, "pseudonym"),
        ({"pseudonym": "Весела Ana"}, "pseudonym"),
        ({"pseudonym": "Аниćка"}, "pseudonym"),
        ({"pseudonym": "Јеж 13"}, "pseudonym"),
        ({"pseudonym": "@ana"}, "pseudonym"),
        ({"pseudonym": "0641112222"}, "pseudonym"),
        ({"pseudonym": ""}, "pseudonym"),
        ({"pseudonym": "Ј" * 41}, "pseudonym"),
    ],
)
def test_invalid_values_are_refused_at_their_fields(coordinator: User, fields: dict[str, Any], field: str) -> None:
    assert list(refused(coordinator, **fields)) == [field]
    assert not Member.objects.exists()


def test_a_pseudonym_is_one_in_both_scripts(coordinator: User) -> None:
    add_member(coordinator)
    assert list(refused(coordinator, identity=Identity("Бојан Бојић"), pseudonym="hrabri jez")) == ["pseudonym"]


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


def test_pseudonyms_never_end() -> None:
    taken: set[str] = set()
    for each in pseudonyms.propose_pseudonyms(3000, taken=(), seed="x"):
        assert fold(each) not in taken
        taken.add(fold(each))


def test_replacing_the_identity_of_a_member(coordinator: User) -> None:
    member, other = (
        add_member(coordinator),
        add_member(coordinator, identity=Identity("Бојан Бојић"), pseudonym="Мирна сова"),
    )
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
    assert services.read_identity(member=other, actor=coordinator, now=NOW).name == "Бојан Бојић"


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
    assert retention.end_memberships(now=NOW) == 1
    grown.refresh_from_db()
    assert grown.left_on == date(2025, 12, 31)
    assert list(selectors.active_members()) == [last_year]
    assert retention.end_memberships(now=NOW) == 0


def test_identities_can_be_resealed_with_a_new_key(coordinator: User, tmp_path: Path, settings: Any) -> None:
    for name in ("PUBLIC", "PRIVATE"):
        copy = tmp_path / f"{name.lower()}.json"
        copy.write_bytes(getattr(settings, f"SEALING_{name}_KEYS").read_bytes())
        setattr(settings, f"SEALING_{name}_KEYS", copy)
    member = add_member(coordinator)
    paths = {"public_path": settings.SEALING_PUBLIC_KEYS, "private_path": settings.SEALING_PRIVATE_KEYS}
    keyring.add_key("panel", **paths)
    assert key_rotation.reseal("panel", progress=lambda tried: None) == key_rotation.ResealResult(1, [])
    newest = keyring.read_entries(settings.SEALING_PRIVATE_KEYS)["panel"][-1]["id"]
    keyring.remove_keys(
        "panel",
        {each["id"] for each in keyring.read_entries(settings.SEALING_PRIVATE_KEYS)["panel"]} - {newest},
        **paths,
    )
    before = bytes(member.sealed)
    member.refresh_from_db()
    assert bytes(member.sealed) != before
    assert services.read_identity(member=member, actor=coordinator, now=NOW) == ANA


def test_the_task_may_run_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = make_cohort(begins_on=date(2020, 1, 1))
    grown = make_member(cohort, birth_year=2002)
    monkeypatch.setattr("youthpanel.members.retention.RETENTION_DAYS", 1)
    for _time in range(2):
        tasks.apply_retention()
    grown.refresh_from_db()
    assert grown.left_on == date(2020, 12, 31)
    assert grown.erased_at


def test_changes_of_members_refresh_public_pages(coordinator: User) -> None:
    """Cached pages are refreshed after a new member, another town, or a renamed cohort."""

    def act(what: Callable[[], object]) -> bool:
        before = content_version.current()
        what()
        return content_version.current() > before

    def keep(record: Any, *changed: str) -> None:
        services.save_record(record=record, changed=changed, actor=coordinator, now=NOW)

    member = add_member(coordinator)
    assert act(lambda: add_member(coordinator, identity=Identity("Јован Кос"), pseudonym="Друга сова"))
    assert act(lambda: services.add_members(drafts=[], actor=coordinator, now=NOW))
    assert act(lambda: keep(member.school, "town"))
    assert act(lambda: keep(member.cohort, "name_sr"))
    assert act(lambda: keep(member, "school"))
    assert not act(lambda: keep(member, "role"))


def test_saving_the_same_school_twice_is_refused(coordinator: User) -> None:
    make_school(name="ОШ „Његош“")
    double = School(name="OŠ „Njegoš“", kind="primary", town="nis")
    with pytest.raises(ActionRefused):
        services.save_record(record=double, changed=["name"], actor=coordinator, now=NOW)
    assert School.objects.count() == 1
