"""What the desk sees of hash lists: which files of a case are on one, and whether a picture is locked or still being compared."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from hotline.models import FileHash, HashMatch, Report, Upload

SHOWN = 20


@dataclass(frozen=True)
class CaseFiles:
    """The first `SHOWN` files of a case, those on lists before the others, and how many there are beyond."""

    files: list[FileHash]
    beyond: int

    @property
    def without_picture(self) -> list[FileHash]:
        """Those of which there is nothing but hashes."""
        return [file for file in self.files if file.upload_id is None]


def files_of(report: Report) -> CaseFiles:
    """The files of a case with their matches (`file.matches.all`, each with its list)."""
    on_lists = Exists(HashMatch.objects.filter(file_hash=OuterRef("pk")))
    matches = Prefetch("matches", HashMatch.objects.select_related("hash_list").order_by("distance", "pk"))
    files = list(report.file_hashes.order_by(on_lists.desc(), "pk").prefetch_related(matches)[:SHOWN])
    beyond = report.file_hashes.count() - SHOWN if len(files) == SHOWN else 0
    return CaseFiles(files, beyond)


def is_locked(upload: Upload) -> bool:
    """Whether nobody may open the picture any more; as it is now, whatever `upload` says."""
    return Upload.objects.filter(pk=upload.pk, locked_at__isnull=False).exists()


def is_compared(upload: Upload) -> bool:
    """Whether the picture has been held against the lists in use. One that came without hashes cannot be."""
    return not FileHash.objects.filter(upload=upload, matched_at=None).exists()
