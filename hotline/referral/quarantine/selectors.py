"""Named reads: which pictures are locked and wait for the police, and why."""

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from hotline.models import HashMatch, ListMeaning, Referral, ReferralState, Report, Suspicion, Upload

AT_ONCE = 200


def awaiting_handover() -> QuerySet[Report]:
    """Cases with locked pictures that the police do not have yet, the newest first.

    `locked` is how many each has, `locked_since` the hour of the first, `way` the state of the last hand-over of its pictures (NULL where
    there is none), `problem` what that one ran into.
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
    """The locked pictures of a case that the police do not have yet, the oldest first."""
    return _awaiting().filter(report=report).order_by("pk")


def pictures_to_erase() -> QuerySet[Upload]:
    """Pictures that the police have and that are here still."""
    return Upload.objects.filter(handed_over_at__isnull=False, erased_at__isnull=True).order_by("pk")


def active_suspicion(upload: Upload) -> Suspicion | None:
    """Who suspects the picture, where somebody does."""
    return Suspicion.objects.select_related("author").filter(upload=upload, withdrawn_at=None).first()


def is_on_abuse_list(upload: Upload) -> bool:
    """Whether a list of abuse material has named the picture, or one like it."""
    return HashMatch.objects.filter(file_hash__upload=upload, hash_list__meaning=ListMeaning.CSAM).exists()


def open_handover(report: Report) -> Referral | None:
    """The hand-over of the report's pictures that is on its way."""
    return Referral.objects.filter(report=report, is_for_pictures=True, state=ReferralState.DUE).first()


def _awaiting() -> QuerySet[Upload]:
    return Upload.objects.filter(locked_at__isnull=False, handed_over_at__isnull=True)
