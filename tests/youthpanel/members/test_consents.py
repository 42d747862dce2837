"""Givers and validity of consents, and the effect of the 15th birthday."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person
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
    members = [make_member(cohort, birth_year=2011, birth_month=month) for month in (8, 9, 10, 11, 12)]
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
    scopes = ("membership", "online", "travel", "photograph", "quotation")
    for scope in scopes:
        give_consent(member, scope)
    services.record_leaving(member=member, on=TODAY, actor=coordinator, now=NOW)
    member.refresh_from_db()
    assert [scope for scope in scopes if selectors.has_valid_consent(member, scope, TODAY)] == [
        "photograph",
        "quotation",
    ]
    lacking = make_member()
    give_consent(make_member(), "membership")
    assert list(selectors.members_without_consent(today=TODAY)) == [lacking]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
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
def test_the_query_agrees_with_the_function(birth: tuple[int, int], on: int, **drawn: Any) -> None:
    Member.objects.all().delete()
    given_on, day = TODAY - drawn["given_ago"] * DAY, TODAY + on * DAY
    leaves_in, withdrawn, scope = drawn["leaves_in"], drawn["withdrawn"], drawn["scope"]
    left_on = None if leaves_in is None else TODAY + leaves_in * DAY
    member = make_member(birth_year=birth[0], birth_month=birth[1], left_on=left_on)
    days = {"given_on": given_on, "expires_on": given_on + drawn["lasts"] * DAY}
    withdrawn_on = None if withdrawn is None else given_on + withdrawn * DAY
    give_consent(member, scope, giver=drawn["giver"], withdrawn_on=withdrawn_on, **days)
    is_selected = selectors.members_with_consent(Member.objects.all(), scope, day).exists()
    assert is_selected == selectors.has_valid_consent(member, scope, day)


REMIND, RENEW = "/admin/youthpanel/due/remind/", "/admin/youthpanel/due/renew/"


def young(**fields: Any) -> Member:
    cohort = make_cohort(begins_on=localdate() - timedelta(days=300))
    return make_member(cohort, birth_year=localdate().year - 12, **fields)


def ending(member: Member, scope: str = "membership", **fields: Any) -> Consent:
    today = localdate()
    dates = {"given_on": today - timedelta(days=360), "expires_on": today + timedelta(days=5)}
    return give_consent(member, scope, **{**dates, **fields})


def renewal(**fields: Any) -> dict[str, Any]:
    today = localdate()
    return {
        "confirmed": "yes",
        "given_on": today.isoformat(),
        "expires_on": (today + timedelta(days=365)).isoformat(),
        "document": "Регистратор 4",
    } | fields


def test_chosen_families_are_shown_first_and_then_recorded_as_reminded(person: Person) -> None:
    first, second, third = (ending(young(pseudonym=name)) for name in ("Јеж", "Сова", "Рис"))
    page = person.client.get("/admin/youthpanel/due/").content.decode()
    assert page.count('form="chosen-consents"') == 3
    shown = person.client.post(REMIND, {"consent": [first.pk, second.pk]}).content.decode()
    assert ("Јеж" in shown, "Сова" in shown, "Рис" in shown) == (True, True, False)
    assert not Consent.objects.exclude(reminded_on=None).exists()
    person.client.post(REMIND, {"consent": [first.pk, second.pk], "confirmed": "yes"})
    assert set(Consent.objects.filter(reminded_on=localdate())) == {first, second}
    assert AuditEvent.objects.filter(action="consent.reminded", actor_id=person.user.pk).count() == 2
    third.refresh_from_db()
    assert third.reminded_on is None


def test_chosen_consents_are_renewed_and_refused_ones_stay(person: Person) -> None:
    today, cohort = localdate(), make_cohort(begins_on=localdate() - timedelta(days=300))
    child, late = ending(young()), ending(young(), given_on=today - timedelta(days=2))
    teen = ending(make_member(cohort, birth_year=today.year - 17), giver="member")
    chosen = {"consent": [child.pk, teen.pk, late.pk]}
    assert person.client.post(RENEW, chosen).status_code == 200
    given_on = (today - timedelta(days=5)).isoformat()
    response = person.client.post(RENEW, renewal(**chosen, given_on=given_on), follow=True)
    assert len(response.context["messages"]) == 2
    new = Consent.objects.filter(withdrawn_on=None, document="Регистратор 4")
    assert sorted(new.values_list("giver", flat=True)) == ["guardian", "member"]
    child.refresh_from_db()
    late.refresh_from_db()
    assert (child.withdrawn_on is not None, late.withdrawn_on) == (True, None)
    assert AuditEvent.objects.filter(action="consent.renewed").count() == 2


def test_an_incomplete_form_is_shown_again_and_renews_nothing(person: Person) -> None:
    consent = ending(young())
    for wrong in ({"document": ""}, {"given_on": ""}, {"expires_on": "x"}, {"document": "а" * 121}):
        response = person.client.post(RENEW, renewal(consent=[consent.pk], **wrong))
        assert response.status_code == 422
        assert f'name="consent" value="{consent.pk}"' in response.content.decode()
    assert Consent.objects.count() == 1


@pytest.mark.parametrize("path", [REMIND, RENEW])
def test_consents_that_are_not_due_cannot_be_smuggled_in(person: Person, path: str) -> None:
    valid = give_consent(young(), expires_on=localdate() + timedelta(days=300))
    gone = ending(young(left_on=localdate()))
    withdrawn = ending(young(), withdrawn_on=localdate())
    chosen = [valid.pk, gone.pk, withdrawn.pk, 0, -1, "x", "9" * 40]
    assert person.client.post(path, renewal(consent=chosen), follow=True).redirect_chain[0][1] == 302
    assert Consent.objects.count() == 3
    assert not Consent.objects.exclude(reminded_on=None).exists()
