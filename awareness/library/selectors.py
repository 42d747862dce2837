"""Queries for resources, files and baskets."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from awareness.library.facets import MAX_USED, TITLE, FacetSelection, filter_resources
from awareness.library.models import Resource, ResourceFile, title_order
from awareness.publishing.audiences import Reader, readers_first, readers_of
from awareness.topics.models import Topic
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN

# A phone shows a page of the list in at most 6,000 pixels.
PAGE_SIZE = 8
# Limits the cost of a large OFFSET. Users find older resources with the filters.
MAX_PAGES = 100
# The columns of a card, without the long texts.
CARD_FIELDS = (
    "id", "slug", "title_sr", "title_en", "summary_sr", "summary_en", "kind", "language", "other_languages", "ages", "audiences", "minutes",
    "published_at", "withdrawn_at",
)  # fmt: skip


def list_page(
    selection: FacetSelection, topics: Sequence[Topic], now: datetime, total: int, reader: Reader | None = None
) -> tuple["Page[int]", Sequence[Resource]]:
    """Return the requested page, or the last one if the number is too high, and its resources. Those for the reader are first.

    `total` is the number of matching resources. Two queries; none if nothing matches.
    """
    # Sort and skip only ids, because rows are wide.
    ordered = _ordered(selection, topics, now)
    ids: Sequence[int] | QuerySet[Resource, int] = ordered.values_list("pk", flat=True)
    if reader:
        rows = ordered.values_list("pk", "audiences", "ages")
        ids = [pk for pk, *_fits in readers_first(rows, reader, lambda row: readers_of(row[1], row[2]))]
    pages = Paginator(ids, PAGE_SIZE)
    pages.count = min(total, MAX_PAGES * PAGE_SIZE)
    page = pages.get_page(selection.page)
    order = {pk: place for place, pk in enumerate(page.object_list)}
    found = Resource.objects.filter(pk__in=order).only(*CARD_FIELDS)
    return page, sorted(found, key=lambda resource: order[resource.pk])


def _ordered(wish: FacetSelection, topics: Sequence[Topic], now: datetime) -> QuerySet[Resource]:
    found = filter_resources(wish, topics, now)
    if wish.sort == TITLE:
        return found.order_by(title_order(get_language() or SERBIAN), "pk")
    if wish.sort == MAX_USED:
        return found.order_by("-uses", "-published_at", "-pk")
    return found.order_by("-published_at", "-pk")


def find_resource(slug: str) -> Resource | None:
    """Return a resource with its files and topics, published or not. Three queries."""
    return (
        Resource.objects.filter(slug=slug)
        .select_related("replaces")
        .prefetch_related(Prefetch("files", ResourceFile.present.all()), "topics")
        .first()
    )


class Relations(NamedTuple):
    """The public resources related to a resource."""

    newer: Resource | None
    older: Resource | None
    parts: Sequence[Resource]
    whole: Sequence[Resource]
    related: Sequence[Resource]


def relations_of(resource: Resource, topics: Collection[Topic], now: datetime, *, most: int = 3) -> Relations:
    """Return newer and older versions, parts, wholes, and other resources on these topics. Two queries."""
    tied = list(
        Resource.objects.visible(now)
        .filter(Q(replaces=resource) | Q(pk=resource.replaces_id) | Q(part_of=resource) | Q(parts=resource))
        .annotate(
            is_part=Count("part_of", filter=Q(part_of=resource)), is_whole=Count("parts", filter=Q(parts=resource))
        )
        .order_by(title_order(get_language() or SERBIAN), "pk")
    )
    linked_ids = {resource.pk, *(each.pk for each in tied)}
    about = resources_about([topic.pk for topic in topics], most=most + len(linked_ids), now=now)
    related = [each for each in about if each.pk not in linked_ids]
    return Relations(
        next((each for each in tied if each.replaces_id == resource.pk), None),
        next((each for each in tied if each.pk == resource.replaces_id), None),
        [each for each in tied if each.is_part],
        [each for each in tied if each.is_whole],
        related[:most],
    )


def resources_about(topics: Collection[int], *, most: int, now: datetime) -> list[Resource]:
    """Return visible resources on any of these topics, those with most shared topics first, then the newest.

    One query; none without topics.
    """
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
    """Return a file with its resource, published or not; None if the file was removed. One query."""
    return ResourceFile.present.select_related("resource").filter(pk=file_id, resource__slug=slug).first()


def in_basket(slugs: Sequence[str], now: datetime) -> list[Resource]:
    """Return the visible resources with these slugs, in the given order, with their files. Two queries."""
    found = Resource.objects.visible(now).filter(slug__in=slugs).prefetch_related("files")
    by_slug = {resource.slug: resource for resource in found}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def newest(now: datetime, most: int) -> list[Resource]:
    """Return the newest visible resources with files and visible topics. Three queries."""
    found = Resource.objects.visible(now).prefetch_related("files", Prefetch("topics", Topic.objects.visible(now)))
    return list(found.order_by("-published_at", "-pk")[:most])


def files_for_reader(resource: Resource, language: str) -> tuple[list[ResourceFile], list[ResourceFile]]:
    """Return the files of a resource for a reader of `language` (a code of LANGUAGES), and all other files.

    A file without a language is for every reader. Without a file for the reader, all files are.
    """
    files = list(resource.files.all())
    own = [each for each in files if each.language in {"", LANGUAGES[language].tag}]
    return (own, [each for each in files if each not in own]) if own else (files, [])
