"""Takes what partners send: the reports of a request, one by one."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.http.middleware import DATABASE_ERRORS
from clicksafely.common.http.problem_details import ProblemDetail
from hotline.intake.api.keys import Seeds
from hotline.intake.api.parsers import Incoming, InvalidReport, read_report
from hotline.intake.api.schemas import is_xarf
from hotline.intake.api.xarf import read_xarf
from hotline.intake.services import hour_of, submit_report
from hotline.models import PartnerKey, PartnerReport

logger = logging.getLogger(__name__)

_AWAY = (*DATABASE_ERRORS, SealError)
# Shared: reports of one key do not wait for each other, but whoever revokes it waits for the report at hand, and the next one is refused.
_VALID = """
    SELECT 1 FROM hotline_partnerkey AS key JOIN hotline_partner AS partner ON partner.id = key.partner_id
    WHERE key.id = %s AND key.revoked_at IS NULL AND partner.active FOR SHARE
"""


class StorageUnavailable(Exception):
    """Nothing can be kept at the moment: database or sealing keys are away. Nothing was taken."""


class KeyRevoked(Exception):
    """The key, or its partner, has been shut out since the request began."""


@dataclass(frozen=True)
class ReportResult:
    """What became of one report of a request, as an HTTP status: 201 taken (with `sent` and `receipt`), 422 faulty, 401 the key was
    revoked meanwhile, 503 nothing can be kept at the moment.
    """

    status: int
    sent: PartnerReport | None = None
    receipt: str = ""
    faults: Sequence[ProblemDetail] = ()


def take_reports(
    *, key: PartnerKey, items: Sequence[tuple[str, Any]], seeds: Seeds, now: datetime
) -> Iterator[ReportResult]:
    """Take each of `items`, (pointer, value), on its own and yield what became of it, in their order.

    What was taken stays taken, whatever happens to those after it. Raises StorageUnavailable where not even the first could be.
    """
    status = 0
    for place, (pointer, value) in enumerate(items):
        if status:
            yield ReportResult(status)
            continue
        try:
            incoming = read_xarf(value, pointer) if is_xarf(value) else read_report(value, pointer)
            sent = take_report(key=key, incoming=incoming, seeds=seeds, place=place, now=now)
            yield ReportResult(201, sent, seeds.receipt(place))
        except InvalidReport as faulty:
            yield ReportResult(422, faults=faulty.faults)
        except KeyRevoked:
            status = 401
            yield ReportResult(status)
        except _AWAY as error:
            logger.error("a partner's report could not be kept", exc_info=error, extra={"place": place})
            if place == 0:
                raise StorageUnavailable from error
            status = 503
            yield ReportResult(status)


@transaction.atomic
def take_report(*, key: PartnerKey, incoming: Incoming, seeds: Seeds, place: int, now: datetime) -> PartnerReport:
    """Keep one report and that it is the partner's; sent again with the same seeds it is the same one. Raises Revoked."""
    with connection.cursor() as cursor:
        cursor.execute(_VALID, [key.pk])
        if cursor.fetchone() is None:
            raise KeyRevoked
    state_digest = seeds.state_digest(place)
    report = submit_report(submission=incoming.submission(seeds.receipt(place)), state_digest=state_digest, now=now)
    if report is None:
        return PartnerReport.objects.get(report__state_digest=state_digest, partner=key.partner)
    data = {"partner": key.partner_id, "key": key.pk}
    audit_log.record(action="partner.reported", subject=report, actor=None, now=hour_of(now), data=data)
    return PartnerReport.objects.create(report=report, partner=key.partner, key=key, reference=incoming.reference)
