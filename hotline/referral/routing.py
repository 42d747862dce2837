"""Routing: the recipients proposed for an item by its classification and hosting place."""

from dataclasses import dataclass

from hotline.models import (
    Answer,
    Assessment,
    AvailabilityCheck,
    ContentItem,
    Host,
    HostingPlace,
    LocationKind,
    PartnerHotline,
    ReferralState,
    Route,
    RoutingRule,
)
from hotline.models.referral import OPEN

HOME = "RS"


@dataclass(frozen=True)
class HostingRegion:
    """Location of an item. `country` is ISO 3166-1 alpha-2, empty if unknown."""

    place: HostingPlace
    country: str = ""


@dataclass(frozen=True)
class Proposal:
    """The proposal of `rule` for an item; no routes without a matching rule. `classification` is an answer's code."""

    classification: str
    whereabouts: HostingRegion
    rule: RoutingRule | None

    @property
    def routes(self) -> list[Route]:
        return self.rule.routes if self.rule else []

    @property
    def hold_days(self) -> int:
        return self.rule.hold_days if self.rule else 0


def propose(item: ContentItem) -> Proposal:
    """Return the proposal for an illegal item, based on the current hosting facts."""
    classification, found = classification_of(item), hosting_region_of(item)
    return Proposal(classification, found, rule_for(classification, found.place))


def used_routes(item: ContentItem) -> set[str]:
    """Return the routes with an open or sent referral.

    Referrals sent before the content last moved or returned do not count.
    """
    gone = item.referrals.filter(state__in=[*OPEN, ReferralState.SENT], is_for_pictures=False)
    restarted_at = AvailabilityCheck.objects.filter(item=item).values_list("restarted_at", flat=True).first()
    if restarted_at:
        gone = gone.exclude(state=ReferralState.SENT, ended_at__lte=restarted_at)
    return set(gone.values_list("route", flat=True))


def classification_of(item: ContentItem) -> str:
    """Return the first question's answer in the last assessment; empty without an assessment."""
    last = item.assessments.order_by("-pk").select_related("question_set").first()
    return leading_answer(last) if last else ""


def leading_answer(assessment: Assessment) -> str:
    """Return the code of the answer that carries the verdict."""
    lead = assessment.question_set.questions.first()
    return assessment.answers.get(lead.code, "") if lead else ""


def classifications() -> dict[str, str]:
    """{code: label} of the answers with the verdict "illegal", in every version of the questions in use."""
    answers = Answer.objects.filter(verdict="illegal", question__question_set__active=True)
    return {answer.code: answer.label for answer in answers}


def hosting_region_of(item: ContentItem) -> HostingRegion:
    """Return the hosting region of an item by the last lookup of its host, or of a rule's host."""
    if item.kind == LocationKind.ONION:
        return HostingRegion(HostingPlace.ONION)
    if item.kind == LocationKind.APP:
        return HostingRegion(HostingPlace.PLATFORM)
    host = host_of(item)
    country = host.country if host else ""
    if not country:
        return HostingRegion(HostingPlace.UNKNOWN)
    if country == HOME:
        return HostingRegion(HostingPlace.SERBIA, country)
    if PartnerHotline.objects.filter(country=country, active=True).exists():
        return HostingRegion(HostingPlace.INHOPE, country)
    return HostingRegion(HostingPlace.ELSEWHERE, country)


def host_of(item: ContentItem) -> Host | None:
    """Return the effective host; None if the item has none that can be looked up."""
    name = host_name_of(item)
    return Host.objects.filter(name=name).first() if name else None


def host_name_of(item: ContentItem) -> str:
    """Return the name of the effective host: a rule's host overrides the item's. Empty if nothing can be looked up."""
    return (item.host_override or item.host) if item.kind == LocationKind.URL else ""


def rule_for(classification: str, place: HostingPlace) -> RoutingRule | None:
    """Return the best match: equal classification first, then equal place."""
    fitting = RoutingRule.objects.filter(classification__in=[classification, ""], place__in=[place, ""])
    return max(fitting, key=lambda rule: (bool(rule.classification), bool(rule.place)), default=None)
