"""Reads of papers: editions, to whom they were handed, what was answered."""

import hashlib
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from youthpanel.models import Edition, EditionFile, Handover, Recommendation, Response, WhitePaper


def first_handover_date(recommendation: Recommendation) -> date | None:
    """The day on which an edition with this recommendation was first handed over; None where none was."""
    return (
        Handover.objects.filter(edition__content__recommendations__contains=[{"id": recommendation.pk}])
        .order_by("on")
        .values_list("on", flat=True)
        .first()
    )


def latest_response(recommendation: Recommendation) -> Response | None:
    """The last entry of its ledger."""
    return Response.objects.filter(recommendation=recommendation).order_by("-on", "-id").first()


def find_edition(slug: str, number: int | None) -> Edition | None:
    """The edition of this number of a White Paper, else the newest; None where there is none. One query."""
    editions = Edition.objects.filter(paper__slug=slug).select_related("paper").order_by("-number")
    return (editions.filter(number=number) if number is not None else editions).first()


def editions_of(paper: WhitePaper) -> list[Edition]:
    """Its editions, the newest first, without what they say. One query."""
    return list(paper.editions.defer("content").order_by("-number"))


def files_of(edition: Edition) -> QuerySet[EditionFile]:
    """Its files by language and format, without their bytes."""
    return edition.files.defer("content").order_by("id")


class FileVerification(NamedTuple):
    """A file with its size in bytes, and whether it still is what was issued."""

    file: EditionFile
    size: int
    is_whole: bool


def verify_files(edition: Edition) -> list[FileVerification]:
    """Every file of the edition, compared with the sum that was kept of it."""
    return [
        FileVerification(file, len(file.content), hashlib.sha256(file.content).hexdigest() == file.sha256)
        for file in edition.files.order_by("id")
    ]


def issued_papers() -> QuerySet[WhitePaper]:
    """Those of which there is an edition."""
    return WhitePaper.objects.filter(editions__isnull=False).distinct()
