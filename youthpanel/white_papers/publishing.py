"""Publication of an edition: freeze the content, render the files one by one, publish in one transaction. Resumable."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q

from clicksafely.common.audit.audit_log import record as record_event
from clicksafely.common.documents.typst import TypstError
from clicksafely.common.page_cache import content_version
from clicksafely.common.queue.enqueue import enqueue_task
from clicksafely.common.search_registry import notify_changed
from youthpanel.models import Edition, EditionDraft, EditionDraftFile, EditionFile, Recommendation, WhitePaper
from youthpanel.white_papers.content import BilingualText, EditionContent
from youthpanel.white_papers.documents.formats import FILE_VARIANTS
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.exceptions import EditionInProgress, NotPublishable
from youthpanel.white_papers.layout import EditionInfo
from youthpanel.white_papers.publication_checks import interface_problems, publication_problems
from youthpanel.white_papers.real_name_checks import real_name_problems
from youthpanel.white_papers.snapshot import bilingual_text, build_snapshot

logger = logging.getLogger(__name__)

MAKE_EDITION_TASK: Final = "youthpanel.make_edition"
LEASE: Final = timedelta(minutes=3)
RESUME_AFTER: Final = timedelta(seconds=60)


def start_edition(
    *, paper: WhitePaper, changes: BilingualText, actor: AbstractBaseUser, now: datetime, revision: int | None = None
) -> EditionDraft:
    """Freeze the content at `now` and start rendering.

    `changes`: what is new; Serbian is required from the second edition on.

    `revision` is the revision that the actor saw. Raises NotPublishable, also if the text contains a member's real
    name, and EditionInProgress.
    """
    with transaction.atomic():
        locked = WhitePaper.objects.select_for_update().get(pk=paper.pk)
        content = build_snapshot(locked, now)
        latest = locked.editions.first()
        problems = publication_problems(
            content, latest=latest, changes=changes, is_stale=revision not in {None, locked.revision}
        )
        problems = problems or interface_problems(content, EditionInfo(_next_number(locked), now, changes))
        # Last, so that real names are decrypted only if the paper is publishable otherwise.
        problems = problems or real_name_problems(content, changes, paper=locked, actor=actor, now=now)
        draft = None if problems else _freeze(locked, content, changes, actor, now)
    # Raised after the transaction, which commits the audit entry of the name comparison.
    if draft is None:
        raise NotPublishable(problems)
    return draft


def _freeze(
    paper: WhitePaper, content: EditionContent, changes: BilingualText, actor: AbstractBaseUser, now: datetime
) -> EditionDraft:
    try:
        with transaction.atomic():
            draft = EditionDraft.objects.create(
                paper=paper,
                content=content,
                changes_sr=changes["sr"],
                changes_en=changes["en"],
                requested_at=now,
                requested_by_id=actor.pk,
            )
    except IntegrityError as error:
        raise EditionInProgress from error
    record_event(action="paper.edition_started", subject=paper, actor=actor, now=now)
    transaction.on_commit(lambda: enqueue_task(MAKE_EDITION_TASK, draft_id=draft.pk))
    return draft


def make_edition(*, draft_id: int, clock: Callable[[], datetime]) -> Edition | None:
    """Render and save the missing files of a draft one by one, then publish the edition.

    Returns None if there is no work, another worker has the lease, or rendering fails. After a failure the draft is
    marked as failed.
    """
    now = clock()
    claimed = (
        EditionDraft.objects.filter(pk=draft_id, failed=False)
        .filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
        .update(claimed_until=now + LEASE)
    )
    if not claimed:
        return None
    draft = EditionDraft.objects.get(pk=draft_id)
    about = draft_edition_info(draft)
    # This process may lack the catalogue of the `start_edition` process, and an edition can never be changed.
    if problems := interface_problems(draft.content, about):
        logger.error("An edition would show untranslated text: %s", problems)
        _mark_failed(draft_id)
        return None
    rendered_variants = set(draft.files.values_list("language", "format"))
    try:
        for language, form in FILE_VARIANTS:
            if (language, form) not in rendered_variants:
                content = render_file(draft.content, about, language=language, form=form)
                EditionDraftFile.objects.create(
                    draft=draft,
                    language=language,
                    format=form,
                    content=content,
                    sha256=hashlib.sha256(content).hexdigest(),
                )
    except TypstError:
        logger.exception("An edition could not be rendered")
        _mark_failed(draft_id)
        return None
    return _issue(draft_id, clock())


def _mark_failed(draft_id: int) -> None:
    EditionDraft.objects.filter(pk=draft_id).update(failed=True, claimed_until=None)


def draft_edition_info(draft: EditionDraft) -> EditionInfo:
    """Return the number and date of the future edition, printed in its files."""
    return EditionInfo(_next_number(draft.paper), draft.requested_at, bilingual_text(draft, "changes"))


def retry_edition(*, draft: EditionDraft) -> None:
    """Render the missing files again after a failure, which may have been temporary."""
    if EditionDraft.objects.filter(pk=draft.pk, failed=True).update(failed=False, claimed_until=None):
        enqueue_task(MAKE_EDITION_TASK, draft_id=draft.pk)


def cancel_edition(*, draft: EditionDraft, actor: AbstractBaseUser, now: datetime) -> None:
    """Cancel an unpublished edition and delete its files."""
    with transaction.atomic():
        record_event(action="paper.edition_cancelled", subject=draft.paper, actor=actor, now=now)
        EditionDraft.objects.filter(pk=draft.pk).delete()


def resume_editions(*, now: datetime) -> None:
    """Enqueue drafts that lost their task or their worker."""
    waiting = EditionDraft.objects.filter(failed=False).filter(
        Q(claimed_until=None, requested_at__lt=now - RESUME_AFTER) | Q(claimed_until__lt=now)
    )
    for pk in waiting.values_list("pk", flat=True):
        enqueue_task(MAKE_EDITION_TASK, draft_id=pk)


def _next_number(paper: WhitePaper) -> int:
    latest = paper.editions.first()
    return latest.number + 1 if latest else 1


def _issue(draft_id: int, now: datetime) -> Edition | None:
    """In one transaction: create the edition and its files, audit it, and delete the draft."""
    with transaction.atomic():
        draft = (
            EditionDraft.objects.select_for_update(of=("self",))
            .select_related("paper", "requested_by")
            .defer("requested_by__password")
            .filter(pk=draft_id)
            .first()
        )
        if draft is None or draft.files.count() < len(FILE_VARIANTS):
            return None
        changes = bilingual_text(draft, "changes")
        edition = Edition.objects.create(
            paper=draft.paper,
            number=_next_number(draft.paper),
            content=draft.content,
            changes_sr=changes["sr"],
            changes_en=changes["en"],
            issued_at=draft.requested_at,
            issued_by=draft.requested_by,
        )
        EditionFile.objects.bulk_create(
            EditionFile(
                edition=edition, language=file.language, format=file.format, content=file.content, sha256=file.sha256
            )
            for file in draft.files.order_by("pk")
        )
        draft.delete()
        notify_changed(edition.paper)
        for recommendation in Recommendation.objects.filter(
            pk__in=[row["id"] for row in edition.content["recommendations"]]
        ):
            notify_changed(recommendation)
        content_version.bump()
        record_event(
            action="edition.issued", subject=edition, actor=draft.requested_by, now=now, data={"number": edition.number}
        )
    return edition
