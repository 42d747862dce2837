"""Records queries of the audit trail in it: who reads the trail is part of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, QueryDict

from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.date_fields import parse_date
from clicksafely.common.staff.site import acting_user

# A further page of a query recorded within this time is not recorded again.
SAME_QUERY: Final = timedelta(hours=1)
PAGE: Final = "p"
ACTION: Final = "audit.searched"


def filters_of(query: QueryDict) -> dict[str, str]:
    """Return the filled filters, dates in ISO 8601."""
    filled = ((name, str(value).strip()) for name, value in query.items() if name != PAGE)
    return {name: day.isoformat() if (day := parse_date(value)) else value for name, value in filled if value}


def codes_of(filters: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that are codes, without free text."""
    return {name: value for name, value in filters.items() if name.isidentifier() and audit_log.is_code(value)}


def record_query(request: HttpRequest, *, now: datetime) -> None:
    """Record the filters that are codes, once for all pages of a query. Free text of a search is not kept."""
    query = filters_of(request.GET)
    if not query and PAGE not in request.GET:
        return
    data = codes_of(query)
    actor = acting_user(request)
    if PAGE in request.GET:
        earlier = AuditEvent.objects.filter(actor_id=actor.pk, at__gt=now - SAME_QUERY, action=ACTION, data=data)
        # Free text is not recorded, so another text would look the same.
        if len(data) == len(query) and earlier.exists():
            return
    audit_log.record(action=ACTION, subject=None, actor=actor, now=now, data=data)
