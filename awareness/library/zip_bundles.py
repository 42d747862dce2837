"""Bundles: one zip of several resources with their licences, made once and kept while it is asked for."""

import hashlib
import logging
import time
import zipfile
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from awareness.library.models import Bundle, BundleState, Resource, ResourceFile
from awareness.library.paths import bundles_folder
from clicksafely.common.files.storage import media_storage
from clicksafely.common.serbian.scripts import to_script

logger = logging.getLogger(__name__)

MAKE = "library.make_bundle"
LARGEST_BUNDLE = 512 * 1024 * 1024
# All bundles together; those that nobody asked for longest go first.
LARGEST_SHELF = 4 * 1024 * 1024 * 1024
UNUSED_BUNDLE_AGE = timedelta(days=7)
LEASE = timedelta(minutes=3)
LATE = timedelta(seconds=60)
ABANDONED_SECONDS = 3600
CHUNK = 1024 * 1024
SECONDS_BETWEEN_NOTES = 0.5
LICENCES_NAME = "LICENCES.txt"


class BundleTooLarge(Exception):
    """More bytes than a bundle may have."""


class EmptyBundle(Exception):
    """There is no file in any of the resources."""


class Member(NamedTuple):
    """A file and what it is called in the zip."""

    name: str
    file: ResourceFile


def members_of(resources: Sequence[Resource]) -> list[Member]:
    """The files of these resources, each in the folder of its resource."""
    return [Member(f"{resource.slug}/{file.name}", file) for resource in resources for file in resource.files.all()]


def licences_text(resources: Sequence[Resource], language: str, address: Callable[[Resource], str]) -> str:
    """Who made what, and what may be done with it, in `language` (a code of LANGUAGES). `address` gives a resource's full address."""
    with translation.override(language):
        parts = [_("Materials of Click Safely, the Safer Internet Centre of Serbia"), ""]
        for resource in resources:
            terms = resource.terms
            lines = [
                resource.title,
                f"{_('Folder')}: {resource.slug}/",
                f"{_('Author')}: {resource.creator_name}" if resource.creator else "",
                f"{_('Publisher')}: {resource.publisher_name}" if resource.publisher else "",
                f"{_('Version')}: {resource.version}" if resource.version else "",
                f"{_('Licence')}: {resource.get_licence_display()}",
                str(terms.words) if terms else "",
                terms.url if terms else "",
            ]
            written = [to_script(line, language) for line in lines if line]
            parts += [*written, address(resource), "", "-" * 60, ""]
        parts[0] = to_script(parts[0], language)
    return "\r\n".join(parts)


def request_bundle(*, resources: Sequence[Resource], language: str, licences: str, now: datetime) -> Bundle:
    """The bundle of these resources, made by a worker unless it is there already. Raises Nothing, TooLarge."""
    members = members_of(resources)
    total = sum(member.file.size for member in members)
    if not members:
        raise EmptyBundle
    if total > LARGEST_BUNDLE:
        raise BundleTooLarge
    contents = "\n".join([*sorted(f"{member.file.sha256} {member.name}" for member in members), language, licences])
    key = hashlib.sha256(contents.encode()).hexdigest()
    bundle, _created = Bundle.objects.get_or_create(
        key=key,
        defaults={
            "language": language,
            "resources": [resource.pk for resource in resources],
            "licences": licences,
            "total": total,
            "asked_at": now,
            "used_at": now,
        },
    )
    Bundle.objects.filter(pk=bundle.pk).update(used_at=now)
    if bundle.state == BundleState.FAILED or (
        bundle.state == BundleState.READY and not media_storage().has(bundle.path)
    ):
        Bundle.objects.filter(pk=bundle.pk).update(state=BundleState.WAITING, done=0, asked_at=now, claimed_until=None)
        bundle.refresh_from_db()
    if bundle.state == BundleState.WAITING:
        transaction.on_commit(lambda: enqueue_bundle(bundle.pk))
    return bundle


def enqueue_bundle(bundle_id: int) -> None:
    """Publish the task. Never raises: the sweep finds what a broker that is away missed."""
    try:
        current_app.send_task(MAKE, kwargs={"bundle_id": bundle_id}, retry=False)
    except Exception:  # whatever client and broker come up with, the sweep is the answer to all of it
        logger.warning("The broker takes no bundle; the sweep will find it.", exc_info=True)


def make_bundle(*, bundle_id: int, clock: Callable[[], datetime]) -> bool:
    """Make the zip of one bundle; False where there is nothing to do, or somebody else is at it. A disk that is full fails the bundle."""
    now = clock()
    claimed = (
        Bundle.objects.filter(pk=bundle_id, state=BundleState.WAITING)
        .filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
        .update(claimed_until=now + LEASE, done=0)
    )
    if not claimed:
        return False
    bundle = Bundle.objects.get(pk=bundle_id)
    try:
        evict_bundles(bundle.total)
        size = _write(bundle)
    except (OSError, MissingBundleFile):
        logger.exception("A bundle could not be made")
        Bundle.objects.filter(pk=bundle_id).update(state=BundleState.FAILED, claimed_until=None)
        return False
    Bundle.objects.filter(pk=bundle_id).update(
        state=BundleState.READY, done=F("total"), size=size, claimed_until=None, used_at=clock()
    )
    return True


class MissingBundleFile(Exception):
    """A resource or a file of the bundle is no longer there."""


def _write(bundle: Bundle) -> int:
    """The size of the zip in bytes."""
    found = {each.pk: each for each in Resource.objects.filter(pk__in=bundle.resources).prefetch_related("files")}
    if set(bundle.resources) - set(found):
        raise MissingBundleFile
    bundles_folder().mkdir(mode=0o770, parents=True, exist_ok=True)
    unfinished = bundle.path.with_suffix(".new")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            archive.writestr(_entry(LICENCES_NAME, timezone.now()), b"\xef\xbb\xbf" + bundle.licences.encode())
            note = _notes(bundle)
            next(note)
            for member in members_of([found[pk] for pk in bundle.resources]):
                with (
                    closing(media_storage().opened(member.file.path)) as source,
                    archive.open(_entry(member.name, member.file.added_at), "w", force_zip64=True) as target,
                ):
                    while chunk := source.read(CHUNK):
                        target.write(chunk)
                        note.send(len(chunk))
        size = unfinished.stat().st_size
        media_storage().keep(bundle.path, written=unfinished)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return size


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, timezone.localtime(moment).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _notes(bundle: Bundle) -> Generator[None, int]:
    """Takes numbers of bytes; writes down now and then how far it is."""
    done, last = 0, 0.0
    while True:
        done += yield
        if time.monotonic() - last > SECONDS_BETWEEN_NOTES:
            last = time.monotonic()
            Bundle.objects.filter(pk=bundle.pk).update(
                done=min(done, bundle.total), claimed_until=timezone.now() + LEASE
            )


def evict_bundles(size: int) -> None:
    """Erase bundles that nobody asked for longest until `size` more bytes have their place on the shelf."""
    ready = list(Bundle.objects.filter(state=BundleState.READY).order_by("used_at"))
    used = sum(bundle.size for bundle in ready)
    for bundle in ready:
        if used + size <= LARGEST_SHELF:
            return
        delete_bundle(bundle)
        used -= bundle.size


def delete_bundle(bundle: Bundle) -> None:
    """Erase a bundle; asked for again, it is made again."""
    bundle.delete()
    media_storage().erase(bundle.path)


def clean_up_bundles(*, now: datetime) -> None:
    """Ask again for those that wait with nobody at work, and erase what nobody asked for in a week."""
    waiting = Bundle.objects.filter(state=BundleState.WAITING).filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    for bundle_id in waiting.values_list("pk", flat=True):
        enqueue_bundle(bundle_id)
    for bundle in Bundle.objects.filter(used_at__lt=now - UNUSED_BUNDLE_AGE):
        delete_bundle(bundle)


def sweep_files() -> None:
    """Erase files of no bundle."""
    known = set(Bundle.objects.values_list("key", flat=True))
    for path, _size, modified, _mode in media_storage().all_files_below(bundles_folder()):
        old = modified < time.time() - ABANDONED_SECONDS
        if old and (path.suffix == ".new" or path.stem not in known):
            media_storage().erase(path)


def is_bundle_public(bundle: Bundle, now: datetime) -> bool:
    """Whether everything in it still is for everybody."""
    return Resource.objects.visible(now).filter(pk__in=bundle.resources).count() == len(set(bundle.resources))


def touch_bundle(*, bundle: Bundle, now: datetime) -> None:
    """Somebody wants this bundle still."""
    Bundle.objects.filter(pk=bundle.pk).update(used_at=now)
