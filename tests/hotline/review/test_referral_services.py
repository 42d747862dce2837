"""Hand-overs on the case page: proposed, chosen, refused and withdrawn recipients; urgent reports to the police."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.models import Action, ContentItem, Referral, Report, RoutingRule
from hotline.referral import services
from hotline.states import ItemState, Outcome, ReportState
from tests.clients.staff import Person, make_staff, signed_in
from tests.hotline.referral.conftest import complete_lookup, make_host, make_illegal
from tests.hotline.review.conftest import page, send

pytestmark = pytest.mark.django_db
REASON = "Дете пише да је сада само са њим."


@pytest.fixture
def ana() -> Person:
    return in_english("ana", "analyst")


@pytest.fixture
def vera() -> Person:
    return in_english("vera", "supervisor")


def in_english(name: str, role: str) -> Person:
    person = signed_in(name, role)
    person.client.cookies["lang"] = "en"
    return person


def illegal(holder: Person, **columns: object) -> tuple[Report, ContentItem]:
    report, item = make_illegal(holder.user, **columns)  # type: ignore[arg-type]
    Report.objects.update(claimed_until=timezone.now() + timedelta(minutes=20))
    return report, item


def section(html: str, code: str) -> str:
    begin = html.index(f'aria-labelledby="{code}"')
    return html[begin : html.index("</section>", begin)]


def ticked(html: str) -> list[str]:
    return re.findall(r'name="routes" value="(\w+)"[^>]* checked', html)


def test_referred_case_leaves_my_work_until_it_is_withdrawn(ana: Person) -> None:
    make_host("NL")
    case, item = illegal(ana)
    assert send(ana, case, f"refer/{item.pk}/", routes=["iccam"])[0] == 302
    item.refresh_from_db()
    assert item.state == ItemState.ACTIONED
    assert case.reference not in ana.client.get("/admin/hotline/desk/").content.decode()
    referral = Referral.objects.get()
    # A person cannot record it as handed over.
    assert send(ana, case, f"handed-over/{referral.pk}/")[0] == 422
    assert send(ana, case, f"withdraw/{referral.pk}/")[0] == 302
    assert send(ana, case, f"withdraw/{referral.pk}/")[0] == 422


def test_a_missing_choice_and_another_person_are_refused(ana: Person, vera: Person) -> None:
    make_host("RS")
    case, item = illegal(ana)
    assert ticked(page(ana, case)) == ["police", "host"]
    status, html = send(ana, case, f"refer/{item.pk}/", routes=["police", "nonsense"])
    assert (status, ticked(html)) == (422, ["police"])
    assert send(ana, case, f"refer/{item.pk}/")[0] == 422
    assert send(vera, case, f"refer/{item.pk}/", routes=["police"])[0] == 422
    assert not Referral.objects.exists()


def test_a_help_service_is_contacted_by_hand_and_that_is_recorded(ana: Person, vera: Person) -> None:
    """The portal sends nothing to a help service: the referral waits in plain sight until a person records the hand-over."""
    case, item = illegal(ana, classification="cyberbullying", category="cyberbullying", kind="app")
    send(ana, case, f"refer/{item.pk}/", routes=["signpost"])
    referral, work = Referral.objects.get(), "/admin/hotline/desk/"
    assert (referral.state, Action.objects.count()) == ("due", 0)
    for path in (f"/admin/hotline/case/{case.pk}/", "/admin/hotline/referral/", "/admin/hotline/health/"):
        assert "by hand" in vera.client.get(path).content.decode(), path
    assert case.reference in section(vera.client.get(work).content.decode(), "manual-referrals")
    assert send(vera, case, f"handed-over/{referral.pk}/")[0] == 302
    referral.refresh_from_db()
    item.refresh_from_db()
    case.refresh_from_db()
    assert (referral.state, referral.ended_at is not None) == ("sent", True)
    assert (item.state, item.outcome, case.state) == (ItemState.ENDED, Outcome.REFERRED, ReportState.CLOSED)
    assert Action.objects.values_list("kind", "author").get() == ("signpost", vera.user.pk)
    event = AuditEvent.objects.get(action="referral.sent")
    assert (event.actor_id, event.data["route"], event.data["referral"]) == (vera.user.pk, "signpost", referral.pk)
    assert "manual-referrals" not in vera.client.get(work).content.decode()
    assert send(ana, case, f"handed-over/{referral.pk}/")[0] == 422
    assert Action.objects.count() == 1


def test_a_referral_to_a_help_service_survives_the_removal(ana: Person) -> None:
    make_host("RS")
    case, item = illegal(ana, classification="cyberbullying", category="cyberbullying")
    send(ana, case, f"refer/{item.pk}/", routes=["host", "signpost"])
    complete_lookup("RS")
    services.confirm_hosting(now=timezone.now())
    ContentItem.objects.update(state=ItemState.ENDED, outcome=Outcome.REMOVED)
    Report.objects.update(state=ReportState.CLOSED, outcome=Outcome.REMOVED, queue=None, closed_at=timezone.now())
    services.withdraw_obsolete(now=timezone.now())
    assert dict(Referral.objects.values_list("route", "state")) == {"host": "withdrawn", "signpost": "due"}
    referral = Referral.objects.get(route="signpost")
    assert send(ana, case, f"handed-over/{referral.pk}/")[0] == 302
    assert Action.objects.values_list("kind", "author").get() == ("signpost", ana.user.pk)


def test_a_manual_referral_is_hidden_from_a_second_assessor(ana: Person, vera: Person) -> None:
    case, item = illegal(ana, classification="cyberbullying", category="cyberbullying", kind="app")
    send(ana, case, f"refer/{item.pk}/", routes=["signpost"])
    ContentItem.objects.update(state=ItemState.IN_SECOND_REVIEW)
    item.assessments.filter(round="second").delete()
    item.assessments.update(author=ana.user)

    def shown(person: Person) -> tuple[bool, bool, bool]:
        texts = {"desk/": "manual-referrals", "referral/": case.reference}
        pages = [text in person.client.get(f"/admin/hotline/{page}").content.decode() for page, text in texts.items()]
        return (*pages, "Hand-overs to make by hand" in person.client.get("/admin/").content.decode())

    assert shown(vera) == (False, False, False)
    assert shown(ana) == (True, True, True)


def test_referrals_can_be_filtered_for_manual_ones(ana: Person) -> None:
    by_hand, item = illegal(ana, classification="cyberbullying", category="cyberbullying", kind="app")
    sent, other = illegal(ana, kind="app")
    send(ana, by_hand, f"refer/{item.pk}/", routes=["signpost"])
    send(ana, sent, f"refer/{other.pk}/", routes=["police"])

    def found(state: str) -> list[bool]:
        html = ana.client.get(f"/admin/hotline/referral/?state__exact={state}").content.decode()
        return [case.reference in html for case in (by_hand, sent)]

    assert [found(state) for state in ("by_hand", "due", "sent", "")] == [
        [True, False],
        [False, True],
        [False, False],
        [True, True],
    ]


def test_to_the_police_alone_with_a_reason_that_supervisors_read(ana: Person, vera: Person) -> None:
    case, item = illegal(ana, state=ItemState.UNASSESSED, verdict="")
    assert send(ana, case, f"danger/{item.pk}/", reason=" ")[0] == 422
    status, html = send(ana, case, f"danger/{item.pk}/", reason="ш" * 2001)
    assert (status, "ш" * 2001 in html) == (422, True)
    assert send(ana, case, f"danger/{item.pk}/", reason=REASON)[0] == 302
    referral = Referral.objects.get()
    assert (referral.urgent, referral.state, referral.route) == (True, "due", "police")
    assert send(ana, case, f"danger/{item.pk}/", reason=REASON)[0] == 422
    assert f"reviewed/{referral.pk}/" in page(vera, "/admin/hotline/desk/") + page(vera, case)
    assert send(ana, case, f"reason/{referral.pk}/")[0] == 422
    assert REASON in send(vera, case, f"reason/{referral.pk}/")[1]
    assert REASON not in page(vera, case)
    assert send(ana, case, f"reviewed/{referral.pk}/")[0] == 422
    assert send(vera, case, f"reviewed/{referral.pk}/")[0] == 302
    assert send(vera, case, f"reviewed/{referral.pk}/")[0] == 422


def test_second_reviewer_does_not_see_earlier_referrals(ana: Person) -> None:
    make_host("NL")
    case, item = illegal(ana, state=ItemState.IN_SECOND_REVIEW, verdict="")
    boris = make_staff("boris", "analyst")
    services.refer_urgently(report=case, item=item, actor=boris, reason=REASON, now=timezone.now())
    html = page(ana, case)
    assert "Hand-over" not in html.partition('id="assessment-heading"')[2].partition("</section>")[0]
    assert "To the police at once" not in html


def test_supervisors_edit_routing_rules(vera: Person) -> None:
    address = "/admin/hotline/routingrule/"
    rule = RoutingRule.objects.get(classification="hate_speech", place="serbia")
    form = {"classification": "hate_speech", "place": "serbia", "host": "on", "hold_days": "3"}
    assert vera.client.post(f"{address}{rule.pk}/change/", form).context["adminform"].form.errors
    assert vera.client.post(f"{address}add/", {"hold_days": "0"}).context["adminform"].form.errors
    assert vera.client.post(f"{address}{rule.pk}/change/", form | {"police": "on"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.police, rule.hold_days) == (True, 3)
    assert AuditEvent.objects.get(action="routing.changed").data == {"fields": ["hold_days"]}
    assert vera.client.post(f"{address}{rule.pk}/delete/", {"post": "yes"}).status_code == 302
    assert AuditEvent.objects.filter(action="routing.removed").exists()


def test_partner_hotlines_are_countries(vera: Person) -> None:
    path = "/admin/hotline/partnerhotline/add/"
    assert set(vera.client.post(path, {"country": "XX"}).context["adminform"].form.errors) == {"country"}
    assert vera.client.post(path, {"country": "kp", "active": "on"}).status_code == 302
    assert AuditEvent.objects.filter(action="partner_hotline.created").exists()
