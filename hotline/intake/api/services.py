"""Stores the reports of an API request, one by one."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.http.middleware import DATABASE_ERRORS
from clicksafely.common.http.problem_details import ProblemDetail
from hotline.intake.api.keys import Seeds
from hotline.intake.api.parsers import Incoming, InvalidReport, read_report
from hotline.intake.api.schemas import is_xarf
from hotline.intake.api.xarf import read_xarf
from hotline.intake.services import submit_report
from hotline.models import PartnerKey, PartnerReport

logger = logging.getLogger(__name__)

_AWAY = (*DATABASE_ERRORS, SealError)
# A shared lock: reports with one key run concurrently. A revocation, or making the partner inactive, waits for the current report, and the
# next report is refused. The public site has no right to lock partners.
_LOCK = "SELECT 1 FROM hotline_partnerkey WHERE id = %s FOR SHARE"
# A statement of its own: the one that waited for the lock does not see what was committed meanwhile.
_VALID = """
    SELECT 1 FROM hotline_partnerkey AS key JOIN hotline_partner AS partner ON partner.id = key.partner_id
    WHERE key.id = %s AND key.revoked_at IS NULL AND partner.active
"""


class StorageUnavailable(Exception):
    """The database or the encryption keys are unavailable. No report was stored."""


class KeyRevoked(Exception):
    """The key was revoked, or its partner made inactive, during the request."""


@dataclass(frozen=True)
class ReportResult:
    """The result for one report as an HTTP status.

    201: stored, with `sent` and `receipt`. 422: invalid. 401: key revoked during the request. 503: database or keys
    unavailable.
    """

    status: int
    sent: PartnerReport | None = None
    receipt: str = ""
    faults: Sequence[ProblemDetail] = ()


def accept_reports(
    *, key: PartnerKey, items: Sequence[tuple[str, Any]], seeds: Seeds, now: datetime
) -> Iterator[ReportResult]:
    """Store each of `items`, (pointer, value), and yield the results in the same order.

    Stored reports stay stored if a later one fails. Raises StorageUnavailable if the first report cannot be stored.
    """
    status = 0
    for place, (pointer, value) in enumerate(items):
        if status:
            yield ReportResult(status)
            continue
        try:
            read = read_xarf if is_xarf(value) else read_report
            incoming = read(value, pointer, now=now)
            sent = accept_report(key=key, incoming=incoming, seeds=seeds, place=place, now=now)
            yield ReportResult(201, sent, seeds.receipt(place))
        except InvalidReport as faulty:
            yield ReportResult(422, faults=faulty.faults)
        except KeyRevoked:
            status = 401
            yield ReportResult(status)
        except _AWAY as error:
            logger.error("A partner's report could not be stored.", exc_info=error, extra={"place": place})
            if place == 0:
                raise StorageUnavailable from error
            status = 503
            yield ReportResult(status)


@transaction.atomic
def accept_report(*, key: PartnerKey, incoming: Incoming, seeds: Seeds, place: int, now: datetime) -> PartnerReport:
    """Store one report of the partner. Repeated calls with the same seeds return the same report. Raises KeyRevoked."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [key.pk])
        cursor.execute(_VALID, [key.pk])
        if cursor.fetchone() is None:
            raise KeyRevoked
    state_digest = seeds.state_digest(place)
    report = submit_report(submission=incoming.submission(seeds.receipt(place)), state_digest=state_digest, now=now)
    if report is None:
        sent = PartnerReport.objects.only("uuid", "reference")
        return sent.get(report__state_digest=state_digest, partner=key.partner)
    data = {"partner": key.partner_id, "key": key.pk}
    audit_log.record(action="partner.reported", subject=report, actor=None, now=hour_of(now), data=data)
    return PartnerReport.objects.create(report=report, partner=key.partner, key=key, reference=incoming.reference)
