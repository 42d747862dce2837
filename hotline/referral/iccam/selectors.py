"""Queries of the exchange: due reports, changed content, the desired state of an item at ICCAM."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Exists, F, IntegerChoices, OuterRef, Q, QuerySet

from hotline.hosting.abuse_contacts import contacts_responsible_for
from hotline.lifecycle.closings import pending_closings
from hotline.models import (
    Answer,
    Assessment,
    ContentItem,
    IccamAction,
    IccamClassification,
    IccamContent,
    IccamHealth,
    IccamOrigin,
    IccamReport,
    Referral,
    ReferralState,
    Route,
)
from hotline.referral.iccam import mapping
from hotline.referral.iccam.mapping import DesiredState
from hotline.referral.iccam.schemas import NewUrl
from hotline.referral.routing import host_of
from hotline.states import ItemState, ReportState

DECIDED = (ItemState.ASSESSED, ItemState.ACTIONED, ItemState.ENDED)
# After this time of failures or inactivity, supervisors see a warning.
LATE = timedelta(minutes=15)


def due_reports(now: datetime) -> QuerySet[IccamReport]:
    """Return the due reports, the longest due first.

    A report is not due while a closing of the case or its content can be undone.
    """
    of_case = pending_closings(now).filter(report=OuterRef("report"))
    of_content = pending_closings(now).filter(item__iccam_contents__iccam_report=OuterRef("pk"))
    due = IccamReport.objects.filter(due_at__lte=now).exclude(Exists(of_case)).exclude(Exists(of_content))
    return due.select_related("report").order_by("due_at", "pk")


def waiting_referral(content: IccamContent) -> Referral | None:
    """Return the referral that waits until this content is assigned to its country."""
    waiting = Referral.objects.filter(item__iccam_contents=content, route=Route.ICCAM, state=ReferralState.DUE)
    return waiting.select_related("item", "report").first()


def has_other_assigned_content(content: IccamContent, *, country: str) -> bool:
    """Return whether ICCAM has other content of the same item that is assigned to us."""
    others = IccamContent.objects.filter(item=content.item_id, assigned_country=country, ended_at=None)
    return others.exclude(pk=content.pk).exists()


def changed_contents(country: str, now: datetime) -> QuerySet[IccamContent]:
    """Content assigned to us whose item has changed since the last exchange, by decisions in effect at `now`."""
    ours = IccamContent.objects.filter(
        ended_at=None, content_id__isnull=False, assigned_country=country, iccam_report__due_at=None
    ).filter(iccam_report__given_up_at=None)
    counted = ours.annotate(done=Count("item__actions"))
    moved_on = ~Q(reported_state=F("item__state")) | ~Q(reported_actions=F("done"))
    aside = Q(item__state=ItemState.UNASSESSED, iccam_report__report__state__in=list(mapping.ASIDE))
    news = Q(item__state__in=DECIDED) & moved_on | aside & ~Q(reported_state=F("iccam_report__report__state"))
    of_it = Q(report=OuterRef("iccam_report__report")) | Q(item=OuterRef("item"))
    return counted.filter(news).exclude(Exists(pending_closings(now).filter(of_it)))


def desired_state(content: IccamContent, *, analyst: str) -> DesiredState:
    """Return the desired state at ICCAM for the current state of the item. `analyst` is the name given with an assessment."""
    item = content.item
    if item is None:
        return DesiredState()
    closed_as = _closed_without_assessment_as(content)
    if closed_as:
        assessment = mapping.assessment({}, verdict=closed_as, analyst=analyst)
        return DesiredState(assessment=assessment, actions=mapping.actions([], outcome=closed_as))
    if item.state not in DECIDED:
        return DesiredState()
    referral = waiting_referral(content)
    host = host_of(item)
    return DesiredState(
        assessment=assessment_of(item, analyst=analyst),
        actions=mapping.actions(item.actions.values_list("kind", flat=True), outcome=item.outcome),
        country=referral.country if referral else "",
        ip=host.places[0].ip if referral and host and host.places else "",
    )


def state_to_report(content: IccamContent) -> str:
    """Return the value for `reported_state`: the item's state, or that of a case closed without assessment."""
    if content.item is None:
        return ""
    return content.iccam_report.report.state if _closed_without_assessment_as(content) else content.item.state


def _closed_without_assessment_as(content: IccamContent) -> str:
    """The end state of a case closed before its item was assessed; empty for every other case."""
    case = content.iccam_report.report.state
    if content.item is None or content.item.state != ItemState.UNASSESSED or case not in mapping.ASIDE:
        return ""
    return mapping.ASIDE[ReportState(case)].value


def assessment_of(item: ContentItem, *, analyst: str) -> dict[str, object] | None:
    """Return the last assessment in ICCAM's terms; None if there is none to send."""
    last = item.assessments.order_by("-pk").first()
    if last is None:
        return None
    return mapping.assessment(codes_of(last), verdict=last.verdict, analyst=analyst)


def codes_of(assessment: Assessment) -> dict[str, int | None]:
    """{question code: ICCAM's id of the answer}."""
    answers = Answer.objects.filter(question__question_set=assessment.question_set_id).values_list(
        "question__code", "code", "iccam_id"
    )
    return {question: iccam_id for question, code, iccam_id in answers if assessment.answers.get(question) == code}


def new_url(content: IccamContent, *, is_source: bool, reference: str, analyst: str) -> NewUrl:
    """Return an address of a new report, with the hosting facts."""
    item = content.item
    assert item is not None  # noqa: S101 - ours begin with the item
    host, referral = host_of(item), waiting_referral(content)
    contacts = contacts_responsible_for(host, name=host.name, domain=item.registrable_domain) if host else []
    return NewUrl(
        address=item.canonical,
        reference=f"{reference}/{item.pk}",
        is_source=is_source,
        content_type=mapping.content_type(item.canonical),
        country=referral.country if referral else "",
        ip=host.places[0].ip if host and host.places else "",
        organisation=host.organisation if host else "",
        asn=host.asn if host else None,
        is_cdn=any(contact.is_cdn for contact in contacts),
        assessment=assessment_of(item, analyst=analyst),
    )


@dataclass(frozen=True)
class KnownContent:
    """ICCAM's data about an item, for the case page."""

    content: IccamContent

    @property
    def row(self) -> IccamReport:
        return self.content.iccam_report

    @property
    def classification(self) -> str:
        """The label of the first answer of ICCAM's last assessment; empty if there is none."""
        return _label(IccamClassification, self.content.classification)

    @property
    def actions(self) -> list[str]:
        return [_label(IccamAction, action) for action in self.content.actions]

    @property
    def is_stuck(self) -> bool:
        """Whether a retry is useful: the exchange failed and is queued, or ended without a failed referral."""
        waits = self.row.due_at is not None and bool(self.row.error)
        return waits or (self.row.given_up_at is not None and self.row.origin == IccamOrigin.PARTNER)

    @cached_property
    def partner_answers(self) -> list[tuple[str, str]]:
        """The partner's answers on arrival as (question, answer), in the wording of the current questions."""
        answers = Answer.objects.filter(question__question_set__active=True, iccam_id__isnull=False)
        answers_by_part = self.content.partner_answers
        return [
            (answer.question.label, answer.label)
            for answer in answers.select_related("question").order_by("question__position", "position")
            if answers_by_part.get(mapping.PARTS.get(answer.question.code, "")) == answer.iccam_id
        ]


def known_contents(item: ContentItem) -> list[KnownContent]:
    """ICCAM's data about an item, oldest first."""
    return [KnownContent(content) for content in item.iccam_contents.select_related("iccam_report").order_by("pk")]


def _label(choices: type[IntegerChoices], value: int | None) -> str:
    return str(choices(value).label) if value in choices.values else "" if value is None else str(value)


@dataclass(frozen=True)
class SyncTrouble:
    """An interruption of the exchange: since when, and a code of `ReferralProblem` (empty: no run takes place)."""

    since: datetime
    problem: str


def sync_trouble(now: datetime) -> SyncTrouble | None:
    """Return the current interruption of the exchange; None if it works or we do not take part."""
    health = IccamHealth.objects.first()
    if health is None:
        return None
    if health.failing_since and health.failing_since <= now - LATE:
        return SyncTrouble(health.failing_since, health.problem)
    if health.last_success and health.last_success <= now - LATE and not health.failing_since:
        return SyncTrouble(health.last_success, "")
    return None


def failed_contents() -> QuerySet[IccamReport]:
    """Failed updates of partners' reports. Our own reports are among the failed referrals."""
    return (
        IccamReport.objects.filter(given_up_at__isnull=False, origin=IccamOrigin.PARTNER)
        .select_related("report")
        .order_by("-pk")
    )
