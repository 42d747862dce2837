"""Cases with content for a partner hotline, in the state after routing."""

from datetime import timedelta

from django.db import transaction

from clicksafely.accounts.models import User
from hotline.models import Assessment, ContentItem, Host, HostAddress, IccamReport, QuestionSet, Referral, Report, Route
from hotline.referral import services
from hotline.states import Queue, ReportState
from hotline.triage.url_normalisation import locate
from tests.hotline.review.conftest import NOW, make_case, make_item

ILLEGAL = {"classification": "baseline_csam", "age": "infant", "gender": "female"}
NATIONAL = ILLEGAL | {"classification": "national_csam"}


def put_host(name: str, country: str, ip: str = "192.0.2.140") -> Host:
    """A host, looked up an hour ago."""
    return Host.objects.update_or_create(
        name=name,
        defaults={
            "country": country,
            "asn": 64501,
            "organisation": "Example Hosting",
            "addresses": [HostAddress(ip, country, 64501, "Example Hosting").as_dict()],
            "address_count": 1,
            "looked_up_at": NOW - timedelta(hours=1),
            "expires_at": NOW + timedelta(days=1),
            "next_lookup_at": None,
        },
    )[0]


def assess(item: ContentItem, report: Report, author: User, answers: dict[str, str], verdict: str = "illegal") -> None:
    """An assessment of the item."""
    Assessment.objects.create(
        item=item,
        report=report,
        author=author,
        question_set=QuestionSet.objects.get(active=True),
        round="first",
        answers=answers,
        verdict=verdict,
        created_at=NOW,
    )


def illegal_item(address: str, country: str, **columns: object) -> ContentItem:
    """An illegal item on a host in `country`."""
    location = locate(address)
    put_host(location.host, country)
    return make_item(
        location.canonical,
        digest=location.digest,
        host=location.host,
        registrable_domain=location.registrable_domain,
        state="assessed",
        verdict="illegal",
        **columns,
    )


@transaction.atomic
def due_case(
    *addresses: str, actor: User, country: str = "DE", answers: dict[str, str] | None = None
) -> list[Referral]:
    """A case whose items are due for ICCAM."""
    items = [illegal_item(address, country) for address in addresses]
    report = make_case(*items, state=ReportState.ACTION_PENDING, queue=Queue.ACTION)
    referrals = []
    for item in items:
        assess(item, report, actor, answers or ILLEGAL)
        referrals += services.refer_item(
            report=report, item=item, actor=actor, routes=[Route.ICCAM], now=NOW, unsure=True
        )
    return referrals


def row_of(referral: Referral) -> IccamReport:
    """The ICCAM report of the referral."""
    return IccamReport.objects.filter(contents__item=referral.item_id).latest("pk")
