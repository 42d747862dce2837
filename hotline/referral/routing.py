"""What is proposed for an item: the rule that fits what it was found to be, and where it is."""

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
    """Where an item is. `country` is ISO 3166-1 alpha-2, empty where not known."""

    place: HostingPlace
    country: str = ""


@dataclass(frozen=True)
class Proposal:
    """What `rule` proposes for an item of this `classification` (an answer's code); no routes where no rule fits."""

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
    """What is proposed for an item that was found illegal, by what is known of its host now."""
    classification, found = classification_of(item), hosting_region_of(item)
    return Proposal(classification, found, rule_for(classification, found.place))


def used_routes(item: ContentItem) -> set[str]:
    """The routes that an item is on or has gone; of those gone before it moved or came back last, none counts."""
    gone = item.referrals.filter(state__in=[*OPEN, ReferralState.SENT], is_for_pictures=False)
    restarted_at = AvailabilityCheck.objects.filter(item=item).values_list("restarted_at", flat=True).first()
    if restarted_at:
        gone = gone.exclude(state=ReferralState.SENT, ended_at__lte=restarted_at)
    return set(gone.values_list("route", flat=True))


def classification_of(item: ContentItem) -> str:
    """The leading answer of the assessment that counts, the last one; empty where there is none."""
    last = item.assessments.order_by("-pk").select_related("question_set").first()
    return leading_answer(last) if last else ""


def leading_answer(assessment: Assessment) -> str:
    """The code of the answer that names the verdict."""
    lead = assessment.question_set.questions.first()
    return assessment.answers.get(lead.code, "") if lead else ""


def classifications() -> dict[str, str]:
    """{code: label} of the answers that come to illegal, in every version of the questions that counts now."""
    answers = Answer.objects.filter(verdict="illegal", question__question_set__active=True)
    return {answer.code: answer.label for answer in answers}


def hosting_region_of(item: ContentItem) -> HostingRegion:
    """Where an item is, by the last look-up of its host or of the one a rule names."""
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
    """What is known of the host that counts; None where an item has none that can be looked up."""
    name = host_name_of(item)
    return Host.objects.filter(name=name).first() if name else None


def host_name_of(item: ContentItem) -> str:
    """The host that counts, a rule's where one names another; empty where there is nothing to look up."""
    return (item.host_override or item.host) if item.kind == LocationKind.URL else ""


def rule_for(classification: str, place: HostingPlace) -> RoutingRule | None:
    """The rule that fits best: by classification first, then by place."""
    fitting = RoutingRule.objects.filter(classification__in=[classification, ""], place__in=[place, ""])
    return max(fitting, key=lambda rule: (bool(rule.classification), bool(rule.place)), default=None)
