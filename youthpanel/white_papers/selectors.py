"""Queries of editions, handovers and responses."""

import hashlib
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from youthpanel.models import Edition, EditionFile, Handover, Recommendation, Response, WhitePaper


def first_handover_date(recommendation: Recommendation) -> date | None:
    """Return the first handover of an edition with this recommendation; None without one."""
    return (
        Handover.objects.filter(edition__content__recommendations__contains=[{"id": recommendation.pk}])
        .order_by("on")
        .values_list("on", flat=True)
        .first()
    )


def latest_response(recommendation: Recommendation) -> Response | None:
    """Return the last entry of its ledger."""
    return Response.objects.filter(recommendation=recommendation).order_by("-on", "-id").first()


def find_edition(slug: str, number: int | None) -> Edition | None:
    """Return the edition with this number, or without a number the newest; None if missing. One query."""
    editions = Edition.objects.filter(paper__slug=slug).select_related("paper").order_by("-number")
    return (editions.filter(number=number) if number is not None else editions).first()


def editions_of(paper: WhitePaper) -> list[Edition]:
    """Return the editions, the newest first, without their content. One query."""
    return list(paper.editions.defer("content").order_by("-number"))


def files_of(edition: Edition) -> QuerySet[EditionFile]:
    """Return the files by language and format, without their content."""
    return edition.files.defer("content").order_by("id")


class FileVerification(NamedTuple):
    """A file with its size in bytes, and whether its digest matches."""

    file: EditionFile
    size: int
    is_whole: bool


def verify_files(edition: Edition) -> list[FileVerification]:
    """Return every file of the edition, verified against its stored digest."""
    return [
        FileVerification(file, len(file.content), hashlib.sha256(file.content).hexdigest() == file.sha256)
        for file in edition.files.order_by("id")
    ]


def issued_papers() -> QuerySet[WhitePaper]:
    """White Papers with an edition."""
    return WhitePaper.objects.filter(editions__isnull=False).distinct()
