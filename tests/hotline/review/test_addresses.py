"""A staff page prints the address of an item only to a person who has opened it, by the audit trail."""

import html

import pytest
from django.db import transaction
from django.http import HttpResponse

from clicksafely.common.models import AuditEvent
from hotline.models import AvailabilityCheck, ContentItem, PolicePackage, Referral
from tests.clients.staff import Person, signed_in
from tests.factories.notices import contact, due_item, make_notice
from tests.factories.staff_pages import make_paths
from tests.hotline.review.conftest import NOW, make_case, make_item

pytestmark = pytest.mark.django_db
# Lists, exports, forms, previews and actions of the hotline, and pages of all lists.
WALKED = ("admin/hotline/", "admin/common/", "admin/find/", "admin/r/", "admin/^")
# Pages of one case, whose actions show something of it. The slow test tries actions everywhere.
ACTS = tuple(f"/admin/hotline/{place}/" for place in ("case", "notices", "police", "address"))


def body(response: HttpResponse) -> str:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    return html.unescape(content.decode(errors="replace"))


def printed(person: Person, text: str) -> set[int]:
    """Return the items whose address is in `text` without an opening by `person`."""
    # The path alone: the host is printed in clear.
    shown = {item.pk for item in ContentItem.objects.all() if item.canonical.partition("://")[2] in text}
    openings = AuditEvent.objects.filter(action="address.opened", actor_id=person.user.pk)
    return shown - {data["item"] for data in openings.values_list("data", flat=True)}


def make_pages() -> dict[str, str]:
    """Return the staff pages of a case, and those of a case with a notice that was sent and content that moved."""
    paths = {route: path for route, path in make_paths().items() if route.startswith(WALKED)}
    contact()
    item = due_item(f"https://www.example.org/{'a' * 20}")
    case = item.reports.get()
    notice = make_notice(item, case)
    notice.messages.create(kind="first", began_at=NOW, sent_at=NOW, subject="Notice", text=f"At\n{item.canonical}\n")
    moved = make_item()
    AvailabilityCheck.objects.create(item=item, began_at=NOW, result="moved", moved_to=moved.canonical)
    package = PolicePackage.objects.latest("pk")
    author = notice.entries.get().referral.author
    police = Referral.objects.create(item=item, report=case, author=author, route="police", created_at=NOW)
    package.items.create(referral=police)
    waiting = make_item(f"https://www.example.org/{'b' * 20}", state="assessed", verdict="illegal")
    make_case(item, waiting, state="in_review")
    more = {
        "case": f"case/{case.pk}/",
        "preview": f"case/{case.pk}/notice-preview/{item.pk}/",
        "notice": f"notices/{notice.pk}/",
        "package": f"police/{package.pk}/",
        "content": f"contentitem/{item.pk}/change/",
        "history": f"contentitem/{item.pk}/history/",
        "delete": f"contentitem/{item.pk}/delete/",
        "check": f"availabilitycheck/{AvailabilityCheck.objects.latest('pk').pk}/change/",
        "referral": f"referral/{police.pk}/change/",
        "list": "contentitem/?q=www.example.org",
        "queue": "report/?show=all",
    }
    return paths | {name: f"/admin/hotline/{path}" for name, path in more.items()}


@pytest.mark.parametrize("role", [pytest.param("analyst", marks=pytest.mark.slow), "supervisor", "auditor"])
def test_no_page_prints_an_address_that_this_person_has_not_opened(role: str) -> None:
    pages, person = make_pages(), signed_in("person", role)
    found = {}
    for name, path in pages.items():
        acts = role == "analyst" or (role == "supervisor" and path.startswith(ACTS))
        for method in [person.client.get, person.client.post] if acts else [person.client.get]:
            with transaction.atomic():
                if unopened := printed(person, body(method(path))):
                    found[method.__name__, name] = unopened
                transaction.set_rollback(True)
    assert found == {}
