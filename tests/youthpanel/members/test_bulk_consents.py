"""Consents chosen on the page of due dates: reminded or renewed together, with the refused ones named."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, signed_in
from tests.factories.youthpanel import give_consent, make_cohort, make_member
from youthpanel.models import Consent, Member

pytestmark = pytest.mark.django_db
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


def messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_chosen_families_are_shown_first_and_then_recorded_as_reminded(person: Person) -> None:
    first, second, third = (ending(young(pseudonym=name)) for name in ("Јеж", "Сова", "Рис"))
    page = person.client.get("/admin/youthpanel/due/").content.decode()
    assert page.count('form="chosen-consents"') == 3
    shown = person.client.post(REMIND, {"consent": [first.pk, second.pk]}).content.decode()
    assert ("Јеж" in shown, "Сова" in shown, "Рис" in shown) == (True, True, False)
    assert not Consent.objects.exclude(reminded_on=None).exists()
    response = person.client.post(REMIND, {"consent": [first.pk, second.pk], "confirmed": "yes"}, follow=True)
    assert messages(response) == ["Забележена су 2 подсетника."]
    assert set(Consent.objects.filter(reminded_on=localdate())) == {first, second}
    assert AuditEvent.objects.filter(action="consent.reminded", actor_id=person.user.pk).count() == 2
    third.refresh_from_db()
    assert third.reminded_on is None


def test_all_due_consents_are_chosen_by_a_link(person: Person) -> None:
    for name in ("Јеж", "Сова"):
        ending(young(pseudonym=name))
    page, chosen, none = (
        person.client.get(f"/admin/youthpanel/due/{query}").content.decode() for query in ("", "?all", "?")
    )
    assert [each.count('form="chosen-consents" checked') for each in (page, chosen, none)] == [0, 2, 0]
    assert 'href="?all"' in page
    assert 'href="?"' in chosen


def test_chosen_consents_are_renewed_and_the_giver_follows_from_the_age(person: Person) -> None:
    child = ending(young())
    cohort = make_cohort(begins_on=localdate() - timedelta(days=300))
    teen = ending(make_member(cohort, birth_year=localdate().year - 17), giver="member")
    assert "Обнови" in person.client.post(RENEW, {"consent": [child.pk, teen.pk]}).content.decode()
    response = person.client.post(RENEW, renewal(consent=[child.pk, teen.pk]), follow=True)
    assert messages(response) == ["Обновљене су 2 сагласности."]
    new = Consent.objects.filter(withdrawn_on=None, document="Регистратор 4")
    assert sorted(new.values_list("giver", flat=True)) == ["guardian", "member"]
    child.refresh_from_db()
    assert child.withdrawn_on == localdate()
    assert AuditEvent.objects.filter(action="consent.renewed").count() == 2


def test_a_refused_one_is_named_with_its_reason_and_the_others_are_renewed(person: Person) -> None:
    early = ending(young(pseudonym="Јеж"))
    late = ending(young(pseudonym="Сова"), given_on=localdate() - timedelta(days=2))
    given_on = (localdate() - timedelta(days=5)).isoformat()
    response = person.client.post(RENEW, renewal(consent=[early.pk, late.pk], given_on=given_on), follow=True)
    texts = messages(response)
    assert texts[0] == "Обновљена је 1 сагласност."
    assert len(texts) == 2
    assert "каснија" in texts[1]
    late.refresh_from_db()
    assert late.withdrawn_on is None


@pytest.mark.parametrize("wrong", [{"document": ""}, {"given_on": ""}, {"expires_on": "x"}, {"document": "а" * 121}])
def test_an_incomplete_form_is_shown_again_and_renews_nothing(person: Person, wrong: dict[str, str]) -> None:
    consent = ending(young())
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


@pytest.mark.parametrize("role", ["safeguarding", "editor", "supervisor"])
def test_other_roles_are_refused(role: str) -> None:
    consent, other = ending(young()), signed_in("other", role)
    for path in (REMIND, RENEW):
        assert other.client.post(path, renewal(consent=[consent.pk])).status_code == 403
    assert Consent.objects.count() == 1
