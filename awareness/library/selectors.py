"""Reads of the library."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from awareness.library.facets import MOST_USED, TITLE, FacetQuery, filter_resources
from awareness.library.models import Resource, ResourceFile, title_order
from awareness.topics.models import Topic
from clicksafely.common.i18n.language import ENGLISH

PAGE_SIZE = 24
# Nobody pages further; who looks for something older narrows down. Skipping over far more rows would cost more than it is worth.
MOST_PAGES = 50
# What a card shows; the long texts stay where they are.
CARD_FIELDS = (
    "id", "slug", "title_sr", "title_en", "summary_sr", "summary_en", "kind", "language", "ages", "audiences", "minutes",
    "published_at", "withdrawn_at",
)  # fmt: skip


class Page(NamedTuple):
    """One page of a list, its number, and how many there are; `capped` where there is more than they show."""

    resources: Sequence[Resource]
    number: int
    last: int
    capped: bool = False


def list_page(wish: FacetQuery, topics: Sequence[Topic], now: datetime, total: int) -> Page:
    """The page that the wish asks for, or the last one where there are not so many. One query; none where nothing fits."""
    last = min(MOST_PAGES, max(1, -(-total // PAGE_SIZE)))
    number = min(wish.page, last)
    if not total:
        return Page([], 1, 1)
    rows = _ordered(wish, topics, now)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    # Only the ids are sorted and skipped over: rows are wide.
    ids = list(rows.values_list("pk", flat=True))
    order = {pk: place for place, pk in enumerate(ids)}
    resources = sorted(Resource.objects.filter(pk__in=ids).only(*CARD_FIELDS), key=lambda resource: order[resource.pk])
    return Page(resources, number, last, total > MOST_PAGES * PAGE_SIZE)


def _ordered(wish: FacetQuery, topics: Sequence[Topic], now: datetime) -> QuerySet[Resource]:
    found = filter_resources(wish, topics, now)
    if wish.sort == TITLE:
        return found.order_by(title_order("en" if get_language() == ENGLISH else "sr"), "pk")
    if wish.sort == MOST_USED:
        return found.order_by("-uses", "-published_at", "-pk")
    return found.order_by("-published_at", "-pk")


def find_resource(slug: str) -> Resource | None:
    """A resource with its files and topics, whoever may see it; three queries."""
    return (
        Resource.objects.filter(slug=slug)
        .select_related("replaces")
        .prefetch_related(Prefetch("files", ResourceFile.present.all()), "topics")
        .first()
    )


class Relations(NamedTuple):
    """What a resource is tied to, as far as everybody sees it."""

    newer: Resource | None
    older: Resource | None
    parts: Sequence[Resource]
    whole: Sequence[Resource]
    related: Sequence[Resource]


def relations_of(resource: Resource, topics: Collection[Topic], now: datetime, *, most: int = 3) -> Relations:
    """Newer and older version, parts, what it is a part of, and others on these topics; two queries."""
    tied = list(
        Resource.objects.visible(now)
        .filter(Q(replaces=resource) | Q(pk=resource.replaces_id) | Q(part_of=resource) | Q(parts=resource))
        .annotate(
            is_part=Count("part_of", filter=Q(part_of=resource)), is_whole=Count("parts", filter=Q(parts=resource))
        )
        .order_by("title_sr", "pk")
    )
    known = {resource.pk, *(each.pk for each in tied)}
    about = resources_about([topic.pk for topic in topics], most=most + len(known), now=now)
    related = [each for each in about if each.pk not in known]
    return Relations(
        next((each for each in tied if each.replaces_id == resource.pk), None),
        next((each for each in tied if each.pk == resource.replaces_id), None),
        [each for each in tied if each.is_part],
        [each for each in tied if each.is_whole],
        related[:most],
    )


def resources_about(topics: Collection[int], *, most: int, now: datetime) -> list[Resource]:
    """Visible resources on any of these topics: on more of them first, then the newest. One query; none without topics."""
    if not topics:
        return []
    return list(
        Resource.objects.visible(now)
        .filter(topics__in=topics)
        .annotate(shared=Count("topics"))
        .order_by("-shared", "-published_at", "-pk")
        .only(*CARD_FIELDS)[:most]
    )


def find_file(slug: str, file_id: int) -> ResourceFile | None:
    """A file with its resource, whoever may see it; one query. None where it was taken away."""
    return ResourceFile.present.select_related("resource").filter(pk=file_id, resource__slug=slug).first()


def in_basket(slugs: Sequence[str], now: datetime) -> list[Resource]:
    """The visible ones among these, in the order given, with their files; two queries."""
    found = Resource.objects.visible(now).filter(slug__in=slugs).prefetch_related("files")
    by_slug = {resource.slug: resource for resource in found}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def newest(now: datetime, most: int) -> list[Resource]:
    """The newest visible ones with files and visible topics; three queries."""
    found = Resource.objects.visible(now).prefetch_related("files", Prefetch("topics", Topic.objects.visible(now)))
    return list(found.order_by("-published_at", "-pk")[:most])
