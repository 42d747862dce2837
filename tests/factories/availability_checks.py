"""Content handed over through the real services."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Group

from clicksafely.accounts.models import User
from hotline.hosting.lookup import full_hour
from hotline.models import AvailabilityCheck, ContentItem, Host, HostAddress, Referral, Report, Route
from hotline.referral import services as referral
from hotline.review.claims import claim_case
from hotline.review.referral_services import refer
from tests.factories.openings import open_and_assess
from tests.hotline.review.conftest import ILLEGAL, NOW, make_case, make_item

# The time of the hand-over.
SENT = NOW
HOUR = timedelta(hours=1)


def person(username: str) -> User:
    user, created = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    if created:
        user.groups.add(Group.objects.get(name="analyst"))
    return user


def host_at(name: str, country: str, asn: int = 64501) -> Host:
    """A host with the given look-up result."""
    hour = full_hour(NOW)
    found = {
        "addresses": [HostAddress("192.31.196.7", country, asn).as_dict()],
        "country": country,
        "asn": asn,
        "problem": "",
        "looked_up_at": hour,
        "expires_at": hour + timedelta(days=365),
        "next_lookup_at": None,
    }
    return Host.objects.update_or_create(name=name, defaults=found)[0]


def decided(*items: ContentItem, now: datetime = NOW) -> Report:
    """A case whose items two people assessed as illegal, held by the second one."""
    report = make_case(*items)
    for username in ("first", "second"):
        claim_case(report_id=report.pk, actor=person(username), now=now)
        for item in items:
            open_and_assess(report=report, item=item, actor=person(username), answers=ILLEGAL, now=now)
    report.refresh_from_db()
    return report


def send_referrals(
    report: Report, item: ContentItem, *routes: Route, country: str = "NL", now: datetime = SENT
) -> None:
    """Decide the recipients, look up the host and send the hand-overs."""
    report.refresh_from_db()
    item.refresh_from_db()
    if report.claimed_by_id != person("second").pk:
        claim_case(report_id=report.pk, actor=person("second"), now=now)
    refer(report=report, item=item, actor=person("second"), routes=list(routes), now=now)
    if item.host:
        host_at(item.host, country)
    referral.confirm_hosting(now=now)
    for each in Referral.objects.filter(item=item, state="due"):
        referral.mark_sent(referral=each, now=now)


def make_watched(
    address: str = "https://www.example.org/a/1",
    *,
    routes: tuple[Route, ...] = (Route.ICCAM,),
    country: str = "NL",
    host: str = "www.example.org",
    **columns: object,
) -> AvailabilityCheck:
    """The check of an item handed over at `SENT`; its case is `check.item.reports.get()`."""
    item = make_item(address, host=host, **columns)
    host_at(host, country)
    send_referrals(decided(item), item, *routes, country=country)
    return AvailabilityCheck.objects.get(item=item)
