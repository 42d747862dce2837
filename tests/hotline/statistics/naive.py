"""An independent, slow count of the figures in plain Python, row by row."""

from collections import Counter, defaultdict
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from clicksafely.common.models import AuditEvent
from hotline.models import Action, AvailabilityCheck, ContentItem, Host, Report

BELGRADE = ZoneInfo("Europe/Belgrade")
Cell = tuple[str, str, str, str]
ENDS = ("referred", "removed", "unavailable", "moved", "not_illegal", "outside_remit", "cannot_assess")
BUCKETS = {
    "under_1h": range(1),
    "1h_to_4h": range(1, 4),
    "4h_to_24h": range(4, 24),
    "1d_to_3d": range(24, 72),
    "3d_to_7d": range(72, 168),
    "7d_to_30d": range(168, 720),
    "over_30d": range(720, 10**6),
}
CSAM = {"baseline_csam": "1", "national_csam": "2"}
AGES = {"not_determined": "1", "infant": "2", "pre_pubescent": "3", "pubescent": "4"}
GENDERS = {"undetermined": "1", "female": "2", "male": "3", "both": "4"}


class Tally:
    """Counts into months, years and all."""

    def __init__(self) -> None:
        self.cells: Counter[Cell] = Counter()
        self.hours: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def count(self, measure: str, at: datetime, hours: int | None = None, **keys: str) -> None:
        local = at.astimezone(BELGRADE)
        for period in (f"{local.year}-{local.month:02}", str(local.year), "all"):
            self.cells[measure, "", "", period] += 1
            for dimension, key in keys.items():
                self.cells[measure, dimension, key, period] += 1
            if hours is not None:
                self.hours[measure, period].append(hours)

    def median(self, measure: str, period: str) -> float:
        return float(median(self.hours[measure, period]))


def recount() -> Tally:
    """All figures of the database."""
    tally = Tally()
    for report in Report.objects.all():
        _count_report(tally, report)
    for item in ContentItem.objects.all():
        _count_item(tally, item)
    return tally


def _count_report(tally: Tally, report: Report) -> None:
    state = report.anonymised_from or report.state
    set_aside = {"duplicate", "spam", "outside_remit", "cannot_assess", "not_assessed"}
    outcome = report.outcome if state == "closed" else state if state in set_aside else "open"
    at = report.received_at
    tally.count("reports", at, channel=report.channel, category=report.category, outcome=outcome)
    if outcome in ENDS:
        actionable = any(_classification(item) in CSAM for item in report.items.all())
        tally.count("analysed", at, csam="yes" if actionable else "no")
    looks = [event.at for event in AuditEvent.objects.filter(subject_id=report.pk, action="report.claimed")]
    if looks:
        _count_time(tally, "first_look", at, min(looks))


def _count_item(tally: Tally, item: ContentItem) -> None:
    at = item.first_reported_at
    keys = {"country": _country(item), "site_type": str(item.site_type)}
    tally.count("items", at, **keys, outcome=item.outcome if item.state == "ended" else "open")
    actions = {(action.kind, action.done_at) for action in Action.objects.filter(item=item)}
    handed = [done for kind, done in actions if kind in {"police", "host", "partner"}]
    if handed:
        _count_time(tally, "referral", at, min(handed))
    if handed and item.outcome in {"removed", "unavailable"}:
        check = AvailabilityCheck.objects.filter(item=item).first()
        gone = [done for kind, done in actions if kind in {"removed", "unavailable"}]
        end = check.unavailable_since if check else min(gone, default=None)
        if end:
            _count_time(tally, "removal", at, end)
    if _classification(item) in CSAM:
        answers = _last_answers(item)
        keys |= {
            "classification": CSAM[answers["classification"]],
            "age": AGES[answers["age"]],
            "gender": GENDERS[answers["gender"]],
        }
        tally.count("illegal", at, **keys)
        if any(kind == "partner" for kind, _done in actions):
            tally.count("exchanged", at, **keys)


def _count_time(tally: Tally, measure: str, since: datetime, until: datetime) -> None:
    hours = max(0, int((until - since).total_seconds() // 3600))
    bucket = next(code for code, span in BUCKETS.items() if hours in span)
    tally.count(measure, since, hours, time=bucket)


def _classification(item: ContentItem) -> str:
    return _last_answers(item).get("classification", "") if item.verdict == "illegal" else ""


def _last_answers(item: ContentItem) -> dict[str, str]:
    assessment = item.assessments.order_by("pk").last()
    return dict(assessment.answers) if assessment else {}


def _country(item: ContentItem) -> str:
    if item.kind != "url":
        return {"onion": "onion"}.get(item.kind, "platform")
    if item.verdict == "illegal":
        for referral in item.referrals.filter(state="sent").exclude(country="").order_by("ended_at"):
            return referral.country
    host = Host.objects.filter(name=item.host_override or item.host).first()
    return (host.country if host else "") or "unknown"
