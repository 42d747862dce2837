"""Issuing an edition. What it says is frozen first; its files are made one after the other, and may stop half-way; when all are there it is issued in one act."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from celery import current_app
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q

from clicksafely.common.audit.audit_log import record as record_event
from clicksafely.common.documents.typst import TypesettingError
from clicksafely.common.page_cache import content_version
from clicksafely.common.search_registry import tell
from youthpanel.models import Edition, EditionFile, Proof, ProofFile, Recommendation, WhitePaper
from youthpanel.white_papers.content import Both, Content
from youthpanel.white_papers.documents.formats import FILES
from youthpanel.white_papers.documents.render import make_file
from youthpanel.white_papers.exceptions import NotIssuable, UnderWay
from youthpanel.white_papers.layout import About
from youthpanel.white_papers.publication_checks import problems_of, problems_of_interface
from youthpanel.white_papers.real_name_checks import names_in
from youthpanel.white_papers.snapshot import assemble, both

logger = logging.getLogger(__name__)

MAKE: Final = "youthpanel.make_edition"
LEASE: Final = timedelta(minutes=3)
LATE: Final = timedelta(seconds=60)


def begin_edition(
    *, paper: WhitePaper, changes: Both, actor: AbstractBaseUser, now: datetime, revision: int | None = None
) -> Proof:
    """Freeze what the paper says at `now`, and have its files made. `changes`: what is new, from the second edition on in Serbian at least.

    `revision` is that of the paper that the actor looked at. Raises NotIssuable, also where a member's real name stands in it, and UnderWay.
    """
    with transaction.atomic():
        locked = WhitePaper.objects.select_for_update().get(pk=paper.pk)
        content = assemble(locked, now)
        latest = locked.editions.first()
        problems = problems_of(
            content, latest=latest, changes=changes, is_stale=revision not in {None, locked.revision}
        )
        problems = problems or problems_of_interface(content, About(_next_number(locked), now, changes))
        # Only what could be issued otherwise: names are read as seldom as can be.
        problems = problems or names_in(content, changes, paper=locked, actor=actor, now=now)
        proof = None if problems else _freeze(locked, content, changes, actor, now)
    # After the transaction, which keeps that names were compared.
    if proof is None:
        raise NotIssuable(problems)
    return proof


def _freeze(paper: WhitePaper, content: Content, changes: Both, actor: AbstractBaseUser, now: datetime) -> Proof:
    try:
        with transaction.atomic():
            proof = Proof.objects.create(
                paper=paper,
                content=content,
                changes_sr=changes["sr"],
                changes_en=changes["en"],
                asked_at=now,
                asked_by_id=actor.pk,
            )
    except IntegrityError as error:
        raise UnderWay from error
    record_event(action="paper.proofed", subject=paper, actor=actor, now=now)
    transaction.on_commit(lambda: ask_worker(proof.pk))
    return proof


def ask_worker(proof_id: int) -> None:
    """Publish the task. Never raises: the sweep finds what a broker that is away missed."""
    try:
        current_app.send_task(MAKE, kwargs={"proof_id": proof_id}, retry=False)
    except Exception:  # whatever client and broker come up with, the sweep is the answer to all of it
        logger.warning("The broker takes no edition; the sweep will find it.", exc_info=True)


def make_edition(*, proof_id: int, clock: Callable[[], datetime]) -> Edition | None:
    """Make the files that the proof still lacks, each kept as soon as it is there, and issue the edition.

    None where there is nothing to do, somebody else is at it, or a file cannot be made: then the proof has failed.
    """
    now = clock()
    claimed = (
        Proof.objects.filter(pk=proof_id, failed=False)
        .filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
        .update(claimed_until=now + LEASE)
    )
    if not claimed:
        return None
    proof = Proof.objects.get(pk=proof_id)
    about = about_proof(proof)
    # This process may lack the catalogue that the process of `begin_edition` had: an edition can never be changed.
    if problems := problems_of_interface(proof.content, about):
        logger.error("An edition would show untranslated text: %s", problems)
        _mark_failed(proof_id)
        return None
    made = set(proof.files.values_list("language", "format"))
    try:
        for language, form in FILES:
            if (language, form) not in made:
                content = make_file(proof.content, about, language=language, form=form)
                ProofFile.objects.create(
                    proof=proof,
                    language=language,
                    format=form,
                    content=content,
                    sha256=hashlib.sha256(content).hexdigest(),
                )
    except TypesettingError:
        logger.exception("An edition could not be set")
        _mark_failed(proof_id)
        return None
    return _issue(proof_id, clock())


def _mark_failed(proof_id: int) -> None:
    Proof.objects.filter(pk=proof_id).update(failed=True, claimed_until=None)


def about_proof(proof: Proof) -> About:
    """Which edition it will be; its files say so."""
    return About(_next_number(proof.paper), proof.asked_at, both(proof, "changes"))


def try_again(*, proof: Proof) -> None:
    """Have the files that are missing made, after one could not be: the reason may have been ours."""
    if Proof.objects.filter(pk=proof.pk, failed=True).update(failed=False, claimed_until=None):
        ask_worker(proof.pk)


def give_up(*, proof: Proof, actor: AbstractBaseUser, now: datetime) -> None:
    """Take back an edition that is not issued yet; nothing of it stays."""
    with transaction.atomic():
        record_event(action="paper.proof_dropped", subject=proof.paper, actor=actor, now=now)
        Proof.objects.filter(pk=proof.pk).delete()


def sweep_proofs(*, now: datetime) -> None:
    """Ask again for proofs that wait for nobody: a broker or a worker lost them."""
    waiting = Proof.objects.filter(failed=False).filter(
        Q(claimed_until=None, asked_at__lt=now - LATE) | Q(claimed_until__lt=now)
    )
    for pk in waiting.values_list("pk", flat=True):
        ask_worker(pk)


def _next_number(paper: WhitePaper) -> int:
    latest = paper.editions.first()
    return latest.number + 1 if latest else 1


def _issue(proof_id: int, now: datetime) -> Edition | None:
    """All of it or nothing: the edition, its files, the note in the audit, and that the proof is gone."""
    with transaction.atomic():
        proof = (
            Proof.objects.select_for_update(of=("self",))
            .select_related("paper", "asked_by")
            .filter(pk=proof_id)
            .first()
        )
        if proof is None or proof.files.count() < len(FILES):
            return None
        changes = both(proof, "changes")
        edition = Edition.objects.create(
            paper=proof.paper,
            number=_next_number(proof.paper),
            content=proof.content,
            changes_sr=changes["sr"],
            changes_en=changes["en"],
            issued_at=proof.asked_at,
            issued_by=proof.asked_by,
        )
        EditionFile.objects.bulk_create(
            EditionFile(
                edition=edition, language=file.language, format=file.format, content=file.content, sha256=file.sha256
            )
            for file in proof.files.order_by("pk")
        )
        proof.delete()
        tell(edition.paper)
        for recommendation in Recommendation.objects.filter(
            pk__in=[row["id"] for row in edition.content["recommendations"]]
        ):
            tell(recommendation)
        content_version.bump()
        record_event(
            action="edition.issued", subject=edition, actor=proof.asked_by, now=now, data={"number": edition.number}
        )
    return edition
