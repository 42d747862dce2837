"""Services of recommendations and White Papers, and of immutable handovers and responses."""

from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clicksafely.common.audit.audit_log import record as record_event
from clicksafely.common.exceptions import EditConflict
from clicksafely.common.page_cache import content_version
from youthpanel.models import Edition, Handover, Recommendation, Response, WhitePaper
from youthpanel.models.white_papers import ANSWER_TIME
from youthpanel.states import RESPONSE_TRANSITIONS, ResponseKind
from youthpanel.white_papers.content import BilingualText
from youthpanel.white_papers.exceptions import EntryRejected
from youthpanel.white_papers.real_name_checks import check_no_real_names
from youthpanel.white_papers.selectors import first_handover_date, latest_response


def save_recommendation(*, recommendation: Recommendation, actor: AbstractBaseUser, now: datetime) -> None:
    """Save a recommendation. Published editions keep their text; the next edition has the new one."""
    with transaction.atomic():
        recommendation.changed_at = now
        recommendation.save()
        record_event(action="recommendation.saved", subject=recommendation, actor=actor, now=now)


def save_paper(*, paper: WhitePaper, opened: int | None, actor: AbstractBaseUser, now: datetime) -> None:
    """Save a White Paper; `opened` is the revision that the form was built from (None: no check). Raises EditConflict."""
    with transaction.atomic():
        if paper.pk is not None:
            stored = WhitePaper.objects.select_for_update().filter(pk=paper.pk).first()
            if stored is None or (opened is not None and stored.revision != opened):
                raise EditConflict
            paper.revision = stored.revision + 1
        paper.changed_at = now
        paper.save()
        record_event(action="paper.saved", subject=paper, actor=actor, now=now)


def delete_unpublished(*, record: models.Model, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete an unpublished recommendation or White Paper. Raises ProtectedError."""
    with transaction.atomic():
        record_event(action=f"{record._meta.model_name}.deleted", subject=record, actor=actor, now=now)
        record.delete()


def record_handover(
    *,
    edition: Edition,
    recipient: BilingualText,
    on: date,
    document: str,
    answer_by: date | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Handover:
    """Record the handover of an edition; without `answer_by` an answer is expected within `ANSWER_TIME`.

    Raises EntryRejected for a date before publication or in the future, or a member's name.
    """
    check_handover(edition=edition, on=on, answer_by=answer_by, now=now)
    check_no_real_names(
        {"recipient_sr": recipient["sr"], "recipient_en": recipient["en"], "document": document}, now=now
    )
    with transaction.atomic():
        handover = Handover.objects.create(
            edition=edition,
            recipient_sr=recipient["sr"],
            recipient_en=recipient["en"],
            on=on,
            document=document,
            answer_by=answer_by or on + ANSWER_TIME,
        )
        content_version.bump()
        record_event(action="edition.handed_over", subject=handover, actor=actor, now=now)
    return handover


def check_handover(*, edition: Edition, on: date, answer_by: date | None, now: datetime) -> None:
    """Raises EntryRejected if the edition cannot have been handed over on that day."""
    issued = timezone.localdate(edition.issued_at)
    if on < issued:
        raise EntryRejected(
            _("This edition was published on %(day)s. The handover cannot be earlier.")
            % {"day": date_format(issued, "DATE_FORMAT")},
            "on",
        )
    if on > timezone.localdate(now):
        raise EntryRejected(_("This day is in the future."), "on")
    if answer_by is not None and answer_by <= on:
        raise EntryRejected(_("The answer can be expected only after the handover."), "answer_by")


def record_response(
    *,
    recommendation: Recommendation,
    kind: ResponseKind,
    on: date,
    text: BilingualText,
    source: str,
    promised_by: date | None = None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Response:
    """Add an entry to the ledger of a recommendation, after its handover.

    Entries must be in chronological order and follow `RESPONSE_TRANSITIONS`. Raises EntryRejected.
    """
    with transaction.atomic():
        # Lock the recommendation, because the allowed kinds depend on the last entry.
        recommendation = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
        check_response(recommendation=recommendation, kind=kind, on=on, text=text, now=now)
        check_no_real_names({"text_sr": text["sr"], "text_en": text["en"], "source": source}, now=now)
        response = Response.objects.create(
            recommendation=recommendation,
            kind=kind,
            on=on,
            text_sr=text["sr"],
            text_en=text["en"],
            source=source,
            promised_by=promised_by,
            recorded_at=now,
            recorded_by_id=actor.pk if actor else None,
        )
        content_version.bump()
        record_event(
            action="recommendation.response_recorded",
            subject=recommendation,
            actor=actor,
            now=now,
            data={"kind": str(kind)},
        )
    return response


def check_response(
    *, recommendation: Recommendation, kind: ResponseKind, on: date, text: BilingualText, now: datetime
) -> None:
    """Raises EntryRejected for an invalid entry."""
    handed, last = first_handover_date(recommendation), latest_response(recommendation)
    if handed is None:
        raise EntryRejected(
            _("It was not handed over yet. First record the handover of an edition that contains it."), "recommendation"
        )
    if on < handed:
        raise EntryRejected(
            _("It was handed over on %(day)s. The answer cannot be earlier.")
            % {"day": date_format(handed, "DATE_FORMAT")},
            "on",
        )
    if on > timezone.localdate(now):
        raise EntryRejected(_("This day is in the future."), "on")
    if last is not None and on < last.on:
        raise EntryRejected(
            _("The last entry has the date %(day)s. A new entry cannot be earlier.")
            % {"day": date_format(last.on, "DATE_FORMAT")},
            "on",
        )
    if kind not in RESPONSE_TRANSITIONS[ResponseKind(last.kind) if last else None]:
        raise EntryRejected(
            _("“%(next)s” cannot follow “%(last)s”.")
            % {"next": kind.label, "last": ResponseKind(last.kind).label if last else _("no answer")},
            "kind",
        )
    if kind == ResponseKind.REJECTED and not text["sr"].strip():
        raise EntryRejected(_("Give the reason for the rejection."), "text_sr")
