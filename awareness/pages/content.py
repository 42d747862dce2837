"""Seed content (fixed pages, partners) and demonstration content (contact points)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from awareness.pages.models import ContactPoint, FixedPage, PageSection
from awareness.publishing.services import save_record
from awareness.topics.content import DEMO, PLACE, SEED, SINCE, publish_loaded, published
from clicksafely.accounts.models import User
from clicksafely.common.content.loader import ContentKind, Part, model_values
from clicksafely.common.content.schema import content_files, read_checked, read_data

EDITOR: Final = "editor"
FIXED_PAGES: Final = SEED / "pages" / "fixed"

KINDS: Final = (
    ContentKind(
        model="pages.fixedpage",
        files=FIXED_PAGES,
        key=("slug",),
        parts={"sections": Part(key="slug", number="order", rich_text=frozenset({"text"}))},
        created=published,
        update=publish_loaded,
    ),
    ContentKind(
        model="pages.partner",
        files=SEED / "pages" / "partners.yaml",
        key=("key",),
        match=("name_sr", "role"),
        update=publish_loaded,
        once=PLACE,
    ),
)


def load_contacts(now: datetime) -> Iterator[tuple[int, int]]:
    """Load nothing if contacts exist. Requires the editor's demonstration account."""
    if ContactPoint.objects.exists():
        return
    points = read_data(DEMO / "pages" / "contacts.yaml")
    actor = User.objects.get(username=EDITOR)
    for number, point in enumerate(points, 1):
        save_record(record=ContactPoint(order=number, **point), actor=actor, now=now)
        yield number, len(points)


def seeded_pages() -> Iterator[tuple[FixedPage, list[PageSection]]]:
    """Yield the fixed pages of the seed content with their sections, not saved. Raises ContentError."""
    for document in read_checked(content_files(FIXED_PAGES)):
        page = FixedPage(published_at=SINCE, **model_values(FixedPage, document.data, besides={"sections"}))
        rows = [model_values(PageSection, row, rich_text={"text"}) for row in document.data.get("sections", ())]
        yield page, [PageSection(order=order, **row) for order, row in enumerate(rows, 1)]
