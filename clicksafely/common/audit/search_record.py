"""Records queries of the audit trail in it: who reads the trail is part of it."""

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest

from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.site import acting_user

# A further page of a query recorded within this time is not recorded again.
SAME_QUERY: Final = timedelta(hours=1)
PAGE: Final = "p"
ACTION: Final = "audit.searched"


def record_query(request: HttpRequest, *, now: datetime) -> None:
    """Record the filters that are codes, once for all pages of a query; free text of a search is not kept."""
    query = {name: str(value) for name, value in request.GET.items() if name != PAGE}
    data = {name: value for name, value in query.items() if name.isidentifier() and audit_log.is_code(value)}
    actor = acting_user(request)
    if PAGE in request.GET:
        earlier = AuditEvent.objects.filter(actor_id=actor.pk, at__gt=now - SAME_QUERY, action=ACTION, data=data)
        # Free text is not recorded, so another text would look the same.
        if len(data) == len(query) and earlier.exists():
            return
    audit_log.record(action=ACTION, subject=None, actor=actor, now=now, data=data)
