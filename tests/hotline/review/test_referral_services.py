"""Hand-overs on the case page: proposed, chosen, refused and withdrawn recipients; urgent reports to the police."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.models import Action, ContentItem, PoliceHold, Referral, Report, RoutingRule
from hotline.referral import services
from hotline.states import ItemState, Outcome, ReportState
from tests.clients.staff import Person, make_staff, signed_in
from tests.hotline.referral.conftest import complete_lookup, make_host, make_illegal

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


def page(person: Person, case: Report) -> str:
    return person.client.get(f"/admin/hotline/case/{case.pk}/").content.decode()


def send(person: Person, case: Report, act: str, **form: object) -> tuple[int, str]:
    response = person.client.post(f"/admin/hotline/case/{case.pk}/{act}", form)
    return response.status_code, response.content.decode()


def section(html: str, code: str) -> str:
    begin = html.index(f'aria-labelledby="{code}"')
    return html[begin : html.index("</section>", begin)]


def ticked(html: str) -> list[str]:
    return re.findall(r'name="routes" value="(\w+)"[^>]* checked', html)


def test_recipients_of_the_rules_are_preselected(ana: Person) -> None:
    make_host("RS")
    case, _item = illegal(ana)
    html = page(ana, case)
    assert ticked(html) == ["police", "host"]
    assert "Hosting: in Serbia." in html
    assert "7 days after the hand-over to the police" in html


def test_referred_case_leaves_my_work(ana: Person) -> None:
    make_host("NL")
    case, item = illegal(ana)
    assert send(ana, case, f"refer/{item.pk}/", routes=["iccam"])[0] == 302
    item.refresh_from_db()
    assert item.state == ItemState.ACTIONED
    html = page(ana, case)
    assert "hosting is being checked again" in html
    assert "Hand-over queued: partner hotline (ICCAM)" in html
    complete_lookup("NL")
    services.confirm_hosting(now=timezone.now())
    assert "ready to send" in page(ana, case)


@pytest.mark.parametrize("routes", [[], ["nonsense"], ["police", "nonsense"]])
def test_a_missing_choice_is_an_error(routes: list[str], ana: Person) -> None:
    make_host("RS")
    case, item = illegal(ana)
    status, html = send(ana, case, f"refer/{item.pk}/", routes=routes)
    assert (status, "Choose the recipients." in html) == (422, True)
    assert not Referral.objects.exists()
    assert ticked(html) == [route for route in routes if route == "police"]


def test_only_the_claim_holder_refers(ana: Person, vera: Person) -> None:
    make_host("NL")
    case, item = illegal(ana)
    status, html = send(vera, case, f"refer/{item.pk}/", routes=["iccam"])
    assert (status, "You do not hold this case" in html) == (422, True)
    assert not Referral.objects.exists()


def test_a_referral_with_an_unverified_host_needs_a_confirmation(ana: Person) -> None:
    make_host("NL")
    case, item = illegal(ana)
    assert 'name="unsure"' not in page(ana, case)
    send(ana, case, f"refer/{item.pk}/", routes=["iccam"])
    services.fail_referral(referral=Referral.objects.get(), problem="hosting_unsure", now=timezone.now())
    assert "the host could not be checked again; decide again" in page(ana, case)
    send(ana, case, "claim/")
    html = page(ana, case)
    assert 'name="unsure"' in html
    send(ana, case, f"refer/{item.pk}/", routes=["iccam"], unsure="1")
    assert Referral.objects.latest("pk").state == "due"


def test_failed_referral_is_listed_until_decided(ana: Person) -> None:
    make_host("NL")
    case, item = illegal(ana)
    send(ana, case, f"refer/{item.pk}/", routes=["iccam"])
    services.fail_referral(referral=Referral.objects.get(), problem="hosting_changed", now=timezone.now())
    desk_html = ana.client.get("/admin/hotline/desk/").content.decode()
    assert "Failed hand-overs" in desk_html
    assert "the hosting has changed; decide again" in desk_html
    send(ana, case, "claim/")
    send(ana, case, f"refer/{item.pk}/", routes=["iccam"])
    assert "Failed hand-overs" not in ana.client.get("/admin/hotline/desk/").content.decode()


def test_a_help_service_is_contacted_by_hand_and_that_is_recorded(ana: Person, vera: Person) -> None:
    """The portal sends nothing to a help service: the referral waits in plain sight until a person records the hand-over."""
    case, item = illegal(ana, classification="cyberbullying", category="cyberbullying", kind="app")
    response = ana.client.post(f"/admin/hotline/case/{case.pk}/refer/{item.pk}/", {"routes": ["signpost"]}, follow=True)
    assert "Contact this recipient yourself: help service." in response.content.decode()
    referral, work = Referral.objects.get(), "/admin/hotline/desk/"
    assert (referral.state, Action.objects.count()) == ("due", 0)
    for path in (f"/admin/hotline/case/{case.pk}/", "/admin/hotline/referral/", "/admin/hotline/health/"):
        shown = vera.client.get(path).content.decode()
        assert "to be handed over by hand" in shown, path
    assert case.reference in section(vera.client.get(work).content.decode(), "manual-referrals")
    assert "Hand-overs to make by hand" in vera.client.get("/admin/").content.decode()
    assert send(vera, case, f"handed-over/{referral.pk}/")[0] == 302
    referral.refresh_from_db()
    item.refresh_from_db()
    case.refresh_from_db()
    assert (referral.state, referral.ended_at is not None) == ("sent", True)
    assert (item.state, item.outcome, case.state) == (ItemState.ENDED, Outcome.REFERRED, ReportState.CLOSED)
    assert Action.objects.values_list("kind", "author").get() == ("signpost", vera.user.pk)
    event = AuditEvent.objects.get(action="referral.sent")
    assert (event.actor_id, event.data["route"], event.data["referral"]) == (vera.user.pk, "signpost", referral.pk)
    assert "Handed over: help service" in page(ana, case)
    assert "manual-referrals" not in vera.client.get(work).content.decode()
    status, html = send(ana, case, f"handed-over/{referral.pk}/")
    assert (status, "changed in the meantime" in html) == (422, True)
    assert Action.objects.count() == 1


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

    def found(state: str, language: str) -> tuple[str, list[bool]]:
        ana.client.cookies["lang"] = language
        html = ana.client.get(f"/admin/hotline/referral/?state__exact={state}").content.decode()
        return html, [case.reference in html for case in (by_hand, sent)]

    for language, words in (("en", "to be handed over by hand"), ("sr", "предаје се ручно")):
        html, rows = found("by_hand", language)
        assert (rows, html.count(words) > 1) == ([True, False], True)
        assert found("due", language)[1] == [False, True]
    assert found("sent", "en")[1] == [False, False]
    assert found("", "en")[1] == [True, True]


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
    assert "Record the hand-over" in page(ana, case)
    assert send(ana, case, f"handed-over/{referral.pk}/")[0] == 302
    item.refresh_from_db()
    assert Action.objects.values_list("kind", "author").get() == ("signpost", ana.user.pk)
    assert (item.state, item.outcome) == (ItemState.ENDED, Outcome.REMOVED)


def test_automatic_referrals_cannot_be_recorded_manually(ana: Person) -> None:
    case, item = illegal(ana, kind="app")
    send(ana, case, f"refer/{item.pk}/", routes=["police"])
    referral = Referral.objects.get()
    assert "Record the hand-over" not in page(ana, case)
    assert send(ana, case, f"handed-over/{referral.pk}/")[0] == 422
    referral.refresh_from_db()
    assert (referral.state, Action.objects.count()) == ("due", 0)


def test_withdrawn_before_delivery(ana: Person) -> None:
    make_host("NL")
    case, item = illegal(ana)
    send(ana, case, f"refer/{item.pk}/", routes=["iccam"])
    referral = Referral.objects.get()
    assert send(ana, case, f"withdraw/{referral.pk}/")[0] == 302
    status, html = send(ana, case, f"withdraw/{referral.pk}/")
    assert (status, "can no longer be withdrawn" in html) == (422, True)


def test_ended_police_hold_releases_the_notice_to_the_host(ana: Person) -> None:
    make_host("RS")
    case, item = illegal(ana)
    send(ana, case, f"refer/{item.pk}/", routes=["police", "host"])
    hold = PoliceHold.objects.get()
    assert "Police hold until" in page(ana, case)
    assert send(ana, case, f"hold/{hold.pk}/")[0] == 302
    assert PoliceHold.objects.values_list("end", "ended_by").get() == ("released", ana.user.pk)
    assert send(ana, case, f"hold/{hold.pk}/")[0] == 422


def test_to_the_police_alone_with_a_reason_that_supervisors_read(ana: Person, vera: Person) -> None:
    case, item = illegal(ana, state=ItemState.UNASSESSED, verdict="")
    status, html = send(ana, case, f"danger/{item.pk}/", reason=" ")
    assert (status, "Enter the reason why it cannot wait for a second opinion." in html) == (422, True)
    status, html = send(ana, case, f"danger/{item.pk}/", reason="ш" * 2001)
    assert (status, "At most 2,000 characters" in html, "ш" * 2001 in html) == (422, True, True)
    assert send(ana, case, f"danger/{item.pk}/", reason=REASON)[0] == 302
    referral = Referral.objects.get()
    assert (referral.urgent, referral.state, referral.route) == (True, "due", "police")
    assert send(ana, case, f"danger/{item.pk}/", reason=REASON)[0] == 422
    assert "Sent to the police by one person" not in ana.client.get("/admin/hotline/desk/").content.decode()
    assert "Sent to the police by one person" in vera.client.get("/admin/hotline/desk/").content.decode()
    assert send(ana, case, f"reason/{referral.pk}/")[0] == 422
    assert REASON in send(vera, case, f"reason/{referral.pk}/")[1]
    assert REASON not in page(vera, case)
    assert send(ana, case, f"reviewed/{referral.pk}/")[0] == 422
    assert send(vera, case, f"reviewed/{referral.pk}/")[0] == 302
    assert send(vera, case, f"reviewed/{referral.pk}/")[0] == 422
    assert "Sent to the police by one person" not in vera.client.get("/admin/hotline/desk/").content.decode()
    assert "referral.urgent" in AuditEvent.objects.values_list("action", flat=True)


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
    html = vera.client.post(f"{address}{rule.pk}/change/", form).content.decode()
    assert "A police hold requires the police as a recipient." in html
    assert "Choose at least one recipient" in vera.client.post(f"{address}add/", {"hold_days": "0"}).content.decode()
    assert vera.client.post(f"{address}{rule.pk}/change/", form | {"police": "on"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.police, rule.hold_days) == (True, 3)
    assert AuditEvent.objects.get(action="routing.changed").data == {"fields": ["hold_days"]}
    assert vera.client.post(f"{address}{rule.pk}/delete/", {"post": "yes"}).status_code == 302
    assert AuditEvent.objects.filter(action="routing.removed").exists()


def test_partner_hotlines_are_countries(vera: Person) -> None:
    address = "/admin/hotline/partnerhotline/add/"
    assert "This is not the code of a country." in vera.client.post(address, {"country": "XX"}).content.decode()
    assert vera.client.post(address, {"country": "kp", "active": "on"}).status_code == 302
    assert AuditEvent.objects.filter(action="partner_hotline.created").exists()
