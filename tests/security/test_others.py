"""IDs and tokens never give access to objects of other records: a child of one record is not found under another."""

import re

import pytest
from django.db import transaction
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.review import claims
from tests.clients.staff import signed_in
from tests.factories.events import make_date
from tests.factories.notices import make_notice
from tests.factories.papers import make_paper
from tests.factories.staff_pages import STAFF, make_paths
from tests.factories.youthpanel import make_consultation, make_meeting, make_member
from tests.hotline.intake.api.program import make_partner
from tests.hotline.review.conftest import make_case, make_item
from youthpanel.models import SafeguardingNote
from youthpanel.safeguarding.services import NoteData, write_note

pytestmark = pytest.mark.django_db
# A record and an object that belongs to it, both in the URL.
NESTED = [
    route for route in STAFF if len(re.findall(r"<", route)) > 1 and not re.search(r"admin/r/|<slug:|<path:", route)
]


def test_objects_are_not_found_under_other_records() -> None:
    paths = make_paths()
    people = {role: signed_in(role, role) for role in ("supervisor", "events", "coordinator", "safeguarding")}
    now = timezone.now()
    # Records of the same kinds without these objects; the case is claimed, so that no other rule refuses.
    other = make_case()
    claims.claim_case(report_id=other.pk, actor=people["supervisor"].user, now=now)
    worry = NoteData(text="x", member=None, urgent=False)
    write_note(draft=worry, actor=people["coordinator"].user, now=now)
    parents = {
        "report_id": other.pk,
        "notice_id": make_notice(make_item(), make_case()).pk,
        "partner_id": make_partner("other").pk,
        "member_id": make_member().pk,
        "meeting_id": make_meeting().pk,
        "consultation_id": make_consultation().pk,
        "event_id": make_date().event_id,
        "object_id": make_paper().pk,
        "note_id": SafeguardingNote.objects.latest("pk").pk,
    }
    before, found = AuditEvent.objects.count(), {}
    for route in NESTED:
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        pattern = re.sub(r"<(?:\w+:)?\w+>", "([^/]+)", route.replace(".", r"\."))
        values = dict(zip(names, re.fullmatch("/" + pattern, paths[route]).groups(), strict=True))  # type: ignore[union-attr]
        values[names[0]] = parents[names[0]]
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda each, values=values: str(values[each[1]]), route)
        person = people[
            "safeguarding"
            if "safeguarding" in route
            else "coordinator"
            if "youthpanel" in route
            else "events"
            if "events" in route
            else "supervisor"
        ]
        for method in (person.client.get, person.client.post):
            with transaction.atomic():
                response = method(path, {"reason": "x", "text": "x", "confirmed": "1"})
                written = AuditEvent.objects.count() - before
                transaction.set_rollback(True)
            if (
                response.status_code not in {302, 303, 403, 404, 405}
                or (response.status_code in {302, 303} and method == person.client.post)
                or written
            ):
                found[method.__name__, path] = (response.status_code, written)
    assert len(NESTED) > 20
    assert found == {}
