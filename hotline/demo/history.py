"""Two years of invented, anonymised reports, as data for the demonstration's statistics."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.categories import CATEGORIES, CSAM, CYBERBULLYING, HATE_SPEECH
from hotline.models import (
    Action,
    ActionKind,
    AgreementLevel,
    Assessment,
    Channel,
    ContentItem,
    Host,
    LocationKind,
    QuestionSet,
    Report,
    ReportItem,
    SiteType,
)
from hotline.states import ItemState, Outcome, ReportState, Round, Verdict

DAYS = 730
# All history is older, so that the demonstration cases come first in lists.
NEWEST = timedelta(days=45)
COUNTRIES = ("RS", "NL", "US", "DE", "FR", "RU", "")
COUNTRY_WEIGHTS = (30, 26, 18, 9, 6, 3, 8)
CHANNELS = (Channel.WEB, Channel.EMAIL, Channel.API, Channel.TELEPHONE)
SITE_TYPES = (SiteType.WEBSITE, SiteType.IMAGE_HOST, SiteType.SOCIAL_SITE, SiteType.FORUM, SiteType.FILE_HOST)
SET_ASIDE = (ReportState.SPAM, ReportState.DUPLICATE)
LEGAL = (Outcome.NOT_ILLEGAL, Outcome.OUTSIDE_REMIT, Outcome.CANNOT_ASSESS)
# Weights of the categories, and shares of illegal content, at which a quarter of the analysed reports are actionable CSAM, as from 2013 to
# 2015. A category that is not named is as rare as "other", and has no illegal content.
CATEGORY_WEIGHTS = {CSAM.code: 36, CYBERBULLYING.code: 30, HATE_SPEECH.code: 22}
DEFAULT_WEIGHT = 12
SHARE_ILLEGAL = {CSAM.code: 0.69, CYBERBULLYING.code: 0.45, HATE_SPEECH.code: 0.35}


def load_history(*, now: datetime, analysts: Sequence[User]) -> int:
    """Create the anonymised reports, the oldest first, and return their number. `analysts` are the two authors of the assessments.

    The reports are the same in every run, except for their secrets. Addresses use the reserved domain `.test`.
    """
    random = Random(2013)  # noqa: S311 - not used for secrets
    hosts = [f"{country.lower() or 'somewhere'}-{number}.test" for country in COUNTRIES for number in range(5)]
    Host.objects.bulk_create(Host(name=name, country=COUNTRIES[place // 5]) for place, name in enumerate(hosts))
    reports = []
    for day in range(DAYS):
        at = now - NEWEST - timedelta(days=DAYS - day)
        for _ in range(random.choices((0, 1, 2, 3), (30, 40, 22, 8 + day // 60))[0]):
            hour = at.replace(hour=random.randint(5, 21), minute=0, second=0, microsecond=0)
            reports.append(_report(random, hour))
    Report.objects.bulk_create(reports)
    items = ContentItem.objects.bulk_create(
        _item(random, number, report, hosts) for number, report in enumerate(reports) if report.outcome
    )
    named = [report for report in reports if report.outcome]
    ReportItem.objects.bulk_create(
        ReportItem(report=report, item=item, position=0) for report, item in zip(named, items, strict=True)
    )
    questions = QuestionSet.objects.get(active=True)
    assessments, done = list[Assessment](), list[Action]()
    for report, item in zip(named, items, strict=True):
        looked = report.received_at + timedelta(hours=random.expovariate(1 / 9))
        audit_log.record(action="report.claimed", subject=report, actor=analysts[0], now=looked)
        if item.verdict == Verdict.ILLEGAL:
            agreed = looked + timedelta(hours=random.expovariate(1 / 6))
            assessments += _assessments(random, item, report, zip(analysts, (looked, agreed), strict=True), questions)
            done += _actions(random, item, report, analysts[1], agreed)
    Assessment.objects.bulk_create(assessments)
    Action.objects.bulk_create(done)
    return len(reports)


def _report(random: Random, hour: datetime) -> Report:
    weights = [CATEGORY_WEIGHTS.get(code, DEFAULT_WEIGHT) for code in CATEGORIES]
    category = random.choices(list(CATEGORIES), weights)[0]
    ended, outcome = ReportState.CLOSED, random.choices(LEGAL, (60, 25, 15))[0].value
    if random.random() < 0.14:
        ended, outcome = random.choice(SET_ASIDE), ""
    elif random.random() < SHARE_ILLEGAL.get(category, 0):
        outcome = random.choices((Outcome.REMOVED, Outcome.REFERRED, Outcome.UNAVAILABLE), (55, 30, 15))[0].value
    return Report(
        channel=random.choices(CHANNELS, (68, 20, 9, 3))[0],
        category=category,
        language="sr",
        state=ReportState.ANONYMISED,
        anonymised_from=ended,
        outcome=outcome,
        closed_at=hour + timedelta(days=5) if outcome else None,
        received_at=hour,
        receipt_digest=secrets.token_bytes(32),
        reporter_salt=secrets.token_bytes(16),
        reporter_public_key=b"",
        state_digest=secrets.token_bytes(32),
    )


def _item(random: Random, number: int, report: Report, hosts: Sequence[str]) -> ContentItem:
    country = random.choices(range(len(COUNTRIES)), COUNTRY_WEIGHTS)[0]
    host = hosts[country * 5 + random.randrange(5)]
    canonical = f"https://{host}/{number}"
    legal = report.outcome in LEGAL
    return ContentItem(
        kind=LocationKind.URL,
        canonical=canonical,
        digest=sha256(f"url:{canonical}".encode()).digest(),
        host=host,
        registrable_domain=host,
        site_type=random.choices(SITE_TYPES, (38, 24, 20, 12, 6))[0],
        state=ItemState.ENDED,
        verdict=Verdict(report.outcome) if legal else Verdict.ILLEGAL,
        outcome=report.outcome,
        first_reported_at=report.received_at,
        report_count=1,
    )


def _assessments(
    random: Random, item: ContentItem, report: Report, people: Iterable[tuple[User, datetime]], questions: QuestionSet
) -> list[Assessment]:
    answers = {"classification": CATEGORIES[report.category].classification}
    if report.category == CSAM.code:
        answers["age"] = random.choices(("infant", "pre_pubescent", "pubescent", "not_determined"), (5, 45, 40, 10))[0]
        answers["gender"] = random.choices(("female", "male", "both", "undetermined"), (62, 22, 9, 7))[0]
    return [
        Assessment(
            item=item,
            report=report,
            author=author,
            question_set=questions,
            round=turn,
            answers=answers,
            verdict=Verdict.ILLEGAL,
            agreed=AgreementLevel.ANSWERS if turn is Round.SECOND else None,
            created_at=at,
        )
        for turn, (author, at) in zip((Round.FIRST, Round.SECOND), people, strict=True)
    ]


def _actions(random: Random, item: ContentItem, report: Report, author: User, agreed: datetime) -> list[Action]:
    abroad = not item.host.startswith("rs-") and report.category == CSAM.code
    sent = agreed + timedelta(hours=random.expovariate(1 / 3))
    done = [(ActionKind.PARTNER if abroad else random.choice((ActionKind.POLICE, ActionKind.HOST)), sent)]
    if item.outcome != Outcome.REFERRED:
        gone = ActionKind.REMOVED if item.outcome == Outcome.REMOVED else ActionKind.UNAVAILABLE
        done.append((gone, sent + timedelta(hours=random.expovariate(1 / 60))))
    return [Action(item=item, report=report, author=author, kind=kind, done_at=at) for kind, at in done]
