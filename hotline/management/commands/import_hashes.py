"""`manage.py import_hashes FILE --name ... --source ... --label ... --layout md5`: imports a hash list, with progress, in this process."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.files.file_store import FileTooBig, StorageFull, StoredFile
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.queue.enqueue import enqueue_task
from hotline.models import HashList, ListLayout, ListMeaning, ListState
from hotline.permissions import MANAGE_HASH_LISTS
from hotline.triage.hash_lists.files import MAX_BYTES, store_file
from hotline.triage.hash_lists.labels import problem_lines
from hotline.triage.hash_lists.list_import import import_list
from hotline.triage.hash_lists.list_services import ERASE_TASK, SWEEP_TASK, ListDetails, add_list
from hotline.triage.hash_lists.selectors import unfinished_lists

CHUNK = 1024 * 1024


class Command(BaseCommand):
    """Imports a hash list. Exit status 1, without an import, for an invalid file or option. A worker finishes an interrupted import."""

    help = "Import a hash list (one hash per line, or CSV with a header line). Replaces a version in use only with --replace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True)
        parser.add_argument("--source", required=True, help="who gave it to us")
        parser.add_argument("--label", required=True, help="the source's description of the files")
        parser.add_argument("--layout", required=True, choices=ListLayout.values)
        parser.add_argument("--meaning", default=ListMeaning.CSAM.value, choices=ListMeaning.values)
        parser.add_argument("--replace", action="store_true", help="replace the version in use")
        parser.add_argument("--by", default="", help="user name recorded for the import; empty: the administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = _importer(options["by"]) if options["by"] else None
        stored = _store(options["file"])
        details = ListDetails(**{name: options[name] for name in ("name", "source", "label", "layout", "meaning")})
        _check_lengths(details, stored)
        with translation.override("en"):
            try:
                added = add_list(
                    details=details, stored=stored, replaces=options["replace"], actor=actor, now=timezone.now()
                )
            except ActionRefused as refusal:
                stored.erase()
                raise CommandError(str(refusal.message)) from refusal
            if not import_list(list_id=added.pk, clock=timezone.now, progress=self._show):
                raise CommandError("The list was removed, or a worker is importing it. See the staff site.")
            self._end(added)

    def _show(self, percent: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{percent:3d} %", ending="")

    def _end(self, added: HashList) -> None:
        added.refresh_from_db()
        if sys.stderr.isatty():
            self.stderr.write("\r", ending="")
        if added.state == ListState.REFUSED:
            more = added.problem_count - len(added.problems)
            lines = [*problem_lines(added), *([f"... and {more:,} more"] if more else [])]
            raise CommandError("Nothing was imported.\n" + "\n".join(lines))
        self.stdout.write(f"{added.entries:,} hashes imported, {added.duplicates:,} duplicates left out.")
        for former in unfinished_lists().filter(state=ListState.REMOVING):
            enqueue_task(ERASE_TASK, list_id=former.pk)
        enqueue_task(SWEEP_TASK)


def _importer(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None or not has_role_permission(user, MANAGE_HASH_LISTS):
        raise CommandError(f"No role of {username} grants {MANAGE_HASH_LISTS}.")
    return user


def _store(path: Path) -> StoredFile:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    try:
        return store_file(chunks())
    except FileTooBig as error:
        raise CommandError(f"{path} is larger than {MAX_BYTES:,} bytes.") from error
    except StorageFull as error:
        raise CommandError(f"Cannot write to the folder of hash lists: {error.__cause__}") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error


def _check_lengths(details: ListDetails, stored: StoredFile) -> None:
    for name in ("name", "source", "label"):
        longest = getattr(HashList._meta.get_field(name), "max_length", 0)
        if not 0 < len(getattr(details, name).strip()) <= longest:
            stored.erase()
            raise CommandError(f"--{name} has 1 to {longest} characters.")
