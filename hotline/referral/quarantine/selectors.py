"""Queries of locked pictures that wait for the police."""

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from hotline.models import HashMatch, ListMeaning, Referral, ReferralState, Report, Suspicion, Upload, UploadState

AT_ONCE = 200


def awaiting_handover() -> QuerySet[Report]:
    """Cases with locked pictures that the police do not have yet, newest first.

    `locked` is the number of pictures, `locked_since` the hour of the first. `way` and `problem` are the state and
    problem of the last referral of the pictures (NULL if there is none).
    """
    counted = _awaiting().filter(report=OuterRef("pk")).order_by().values("report")
    last = Referral.objects.filter(report=OuterRef("pk"), is_for_pictures=True).order_by("-pk")
    return (
        Report.objects.filter(pk__in=_awaiting().filter(report__isnull=False).values("report"))
        .annotate(
            locked=Subquery(counted.annotate(n=Count("pk")).values("n")),
            locked_since=Subquery(counted.annotate(first=Min("locked_at")).values("first")),
            way=Subquery(last.values("state")[:1]),
            problem=Subquery(last.values("problem")[:1]),
        )
        .order_by("-pk")
    )


def pictures_awaiting(report: Report) -> QuerySet[Upload]:
    """Return the locked pictures of a case that the police do not have yet, oldest first. One that is being checked follows later."""
    return _awaiting().filter(report=report).exclude(state=UploadState.WAITING).order_by("pk")


def pictures_to_erase() -> QuerySet[Upload]:
    """Delivered pictures whose files still exist."""
    return Upload.objects.filter(handed_over_at__isnull=False, erased_at__isnull=True).order_by("pk")


def active_suspicion(upload: Upload) -> Suspicion | None:
    """Return the active suspicion of the picture, if any."""
    return (
        Suspicion.objects.select_related("author")
        .defer("author__password")
        .filter(upload=upload, withdrawn_at=None)
        .first()
    )


def is_on_abuse_list(upload: Upload) -> bool:
    """Return whether an abuse list has matched the picture exactly or by similarity."""
    return HashMatch.objects.filter(file_hash__upload=upload, hash_list__meaning=ListMeaning.CSAM).exists()


def open_handover(report: Report) -> Referral | None:
    """Return the open referral of the report's pictures."""
    return Referral.objects.filter(report=report, is_for_pictures=True, state=ReferralState.DUE).first()


def _awaiting() -> QuerySet[Upload]:
    return Upload.objects.filter(locked_at__isnull=False, handed_over_at__isnull=True)
