"""Zip bundles of several resources with their licences, created by a worker and cached on disk."""

import hashlib
import json
import logging
import time
import zipfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from awareness.library.models import Bundle, BundleState, Resource, ResourceFile
from awareness.library.paths import bundles_folder
from clicksafely.common.files.storage import media_storage
from clicksafely.common.queue.enqueue import enqueue_task
from clicksafely.common.serbian.scripts import to_script

logger = logging.getLogger(__name__)

MAKE = "library.make_bundle"
MAX_BUNDLE_BYTES = 512 * 1024 * 1024
# Total size of all bundles. The least recently used are evicted first.
MAX_TOTAL_BYTES = 4 * 1024 * 1024 * 1024
UNUSED_BUNDLE_AGE = timedelta(days=7)
LEASE = timedelta(minutes=3)
LATE = timedelta(seconds=60)
ABANDONED_SECONDS = 3600
CHUNK = 1024 * 1024
SECONDS_BETWEEN_NOTES = 0.5
LICENCES_NAME = "LICENCES.txt"


class BundleTooLarge(Exception):
    """The files exceed the size limit of a bundle."""


class EmptyBundle(Exception):
    """The resources have no files."""


class Member(NamedTuple):
    """A file and its name in the zip file."""

    name: str
    file: ResourceFile


def members_of(resources: Sequence[Resource]) -> list[Member]:
    """Return the files of these resources. Each resource has its own folder."""
    return [Member(f"{resource.slug}/{file.name}", file) for resource in resources for file in resource.files.all()]


def licences_text(
    resources: Sequence[Resource],
    language: str,
    address: Callable[[Resource], str],
    *,
    links: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the author and licence of each resource in `language` (a code of LANGUAGES).

    `address` returns the full URL of a resource. `links`: titles and full URLs of quizzes that belong to the lesson.
    """
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
        for title, url in links:
            parts += [to_script(f"{_('Class quiz')}: {title}", language), url, ""]
        parts[0] = to_script(parts[0], language)
    return "\r\n".join(parts)


def request_bundle(
    *,
    resources: Sequence[Resource],
    language: str,
    licences: str,
    now: datetime,
    pages: Mapping[str, str] | None = None,
) -> Bundle:
    """Return the bundle of these resources, and enqueue it unless it is ready. Raises EmptyBundle, BundleTooLarge.

    `pages`: HTML pages by their names in the zip file.
    """
    members = members_of(resources)
    total = sum(member.file.size for member in members)
    if not members and not pages:
        raise EmptyBundle
    if total > MAX_BUNDLE_BYTES:
        raise BundleTooLarge
    packed = json.dumps(pages, ensure_ascii=False) if pages else ""
    files = sorted(f"{member.file.sha256} {member.name}" for member in members)
    key = hashlib.sha256("\n".join([*files, language, licences, packed]).encode()).hexdigest()
    # Before the row exists, because the worker reads the pages.
    stored = _store_pages(Bundle(key=key), packed)
    bundle, _created = Bundle.objects.get_or_create(
        key=key,
        defaults={
            "language": language,
            "resources": [resource.pk for resource in resources],
            "licences": licences,
            "total": total,
            "requested_at": now,
            "used_at": now,
        },
    )
    Bundle.objects.filter(pk=bundle.pk).update(used_at=now)
    if not stored:
        Bundle.objects.filter(pk=bundle.pk).update(state=BundleState.FAILED)
        return bundle
    if bundle.state == BundleState.FAILED or (
        bundle.state == BundleState.READY and not media_storage().has(bundle.path)
    ):
        Bundle.objects.filter(pk=bundle.pk).update(
            state=BundleState.WAITING, done=0, requested_at=now, claimed_until=None
        )
        bundle.refresh_from_db()
    if bundle.state == BundleState.WAITING:
        transaction.on_commit(lambda: enqueue_task(MAKE, bundle_id=bundle.pk))
    return bundle


def _store_pages(bundle: Bundle, packed: str) -> bool:
    """Store the pages of a bundle unless they are stored. Return False if the disk is full."""
    path = bundle.pages_path
    if not packed or media_storage().has(path):
        return True
    try:
        media_storage().write(path, packed.encode())
    except FileExistsError:
        # An equal request has begun to store them.
        return media_storage().has(path)
    except OSError:
        logger.exception("The pages of a bundle could not be stored")
        media_storage().erase(path)
        return False
    return True


def make_bundle(*, bundle_id: int, clock: Callable[[], datetime]) -> bool:
    """Create the zip file of one bundle. A full disk sets the bundle to failed.

    Returns False if it failed, is already done, or another worker holds the lease.
    """
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
        logger.exception("A bundle could not be created")
        Bundle.objects.filter(pk=bundle_id).update(state=BundleState.FAILED, claimed_until=None)
        return False
    Bundle.objects.filter(pk=bundle_id).update(
        state=BundleState.READY, done=F("total"), size=size, claimed_until=None, used_at=clock()
    )
    return True


class MissingBundleFile(Exception):
    """A resource, a file or the pages of the bundle no longer exist."""


def _write(bundle: Bundle) -> int:
    """Write the zip file. Return its size in bytes."""
    found = {each.pk: each for each in Resource.objects.filter(pk__in=bundle.resources).prefetch_related("files")}
    if set(bundle.resources) - set(found):
        raise MissingBundleFile
    bundles_folder().mkdir(mode=0o770, parents=True, exist_ok=True)
    unfinished = bundle.path.with_suffix(".new")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            archive.writestr(_entry(LICENCES_NAME, timezone.now()), b"\xef\xbb\xbf" + bundle.licences.encode())
            for name, page in _pages(bundle).items():
                archive.writestr(_entry(name, timezone.now()), page.encode())
            note = _notes(bundle)
            next(note)
            for member in members_of([found[pk] for pk in bundle.resources]):
                with (
                    closing(media_storage().open(member.file.path)) as source,
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


def _pages(bundle: Bundle) -> dict[str, str]:
    try:
        pages: dict[str, str] = json.loads(media_storage().read(bundle.pages_path))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        # They were stored in part. The next request stores them again.
        media_storage().erase(bundle.pages_path)
        raise MissingBundleFile from error
    return pages


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, timezone.localtime(moment).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _notes(bundle: Bundle) -> Generator[None, int]:
    """Receive byte counts. Store the progress and extend the lease at intervals."""
    done, last = 0, 0.0
    while True:
        done += yield
        if time.monotonic() - last > SECONDS_BETWEEN_NOTES:
            last = time.monotonic()
            Bundle.objects.filter(pk=bundle.pk).update(
                done=min(done, bundle.total), claimed_until=timezone.now() + LEASE
            )


def evict_bundles(size: int) -> None:
    """Delete the least recently used bundles until `size` more bytes fit within the limit."""
    ready = list(Bundle.objects.filter(state=BundleState.READY).order_by("used_at"))
    used = sum(bundle.size for bundle in ready)
    for bundle in ready:
        if used + size <= MAX_TOTAL_BYTES:
            return
        delete_bundle(bundle)
        used -= bundle.size


def delete_bundle(bundle: Bundle) -> None:
    """Delete a bundle. A new request creates it again."""
    bundle.delete()
    media_storage().erase(bundle.path, bundle.pages_path)


def clean_up_bundles(*, now: datetime) -> None:
    """Enqueue waiting bundles without a lease again, and delete those unused for a week."""
    waiting = Bundle.objects.filter(state=BundleState.WAITING).filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    for bundle_id in waiting.values_list("pk", flat=True):
        enqueue_task(MAKE, bundle_id=bundle_id)
    for bundle in Bundle.objects.filter(used_at__lt=now - UNUSED_BUNDLE_AGE):
        delete_bundle(bundle)


def sweep_files() -> None:
    """Erase files that belong to no bundle."""
    bundle_keys = set(Bundle.objects.values_list("key", flat=True))
    for path, _size, modified, _mode in media_storage().all_files_below(bundles_folder()):
        old = modified < time.time() - ABANDONED_SECONDS
        if old and (path.suffix == ".new" or path.stem not in bundle_keys):
            media_storage().erase(path)


def is_bundle_public(bundle: Bundle, now: datetime) -> bool:
    """Return whether all resources of the bundle are public."""
    return Resource.objects.visible(now).filter(pk__in=bundle.resources).count() == len(set(bundle.resources))


def touch_bundle(*, bundle: Bundle, now: datetime) -> None:
    """Record a use of the bundle, which postpones its deletion."""
    Bundle.objects.filter(pk=bundle.pk).update(used_at=now)
