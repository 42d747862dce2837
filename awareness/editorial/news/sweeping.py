"""Files that no article needs: taken for a form that was never saved, or replaced in every version."""

from datetime import datetime, timedelta
from typing import Final

from django.core.files.storage import default_storage

from awareness.editorial.news.files import FOLDER
from awareness.editorial.news.models import Article, ArticleBlock
from awareness.topics.models import Version

# A form is open for hours at most: see `LASTS_SECONDS` of the form.
KEPT_FOR: Final = timedelta(days=2)
_DIGEST_LENGTH: Final = 64


def discard_unneeded_files(*, now: datetime) -> int:
    """Delete what neither a block nor a version names and was stored two days ago or more; returns how many files that were."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    needed, discarded = _needed(), 0
    for name in names:
        path = f"{FOLDER}/{name}"
        if name[:_DIGEST_LENGTH] not in needed and default_storage.get_modified_time(path) < now - KEPT_FOR:
            default_storage.delete(path)
            discarded += 1
    return discarded


def _needed() -> set[str]:
    digests = set(ArticleBlock.objects.exclude(digest="").values_list("digest", flat=True))
    versions = Version.objects.filter(kind=Article._meta.label_lower).values_list("content__parts__blocks", flat=True)
    for blocks in versions.iterator():
        digests.update(block["digest"] for block in blocks or () if block.get("digest"))
    return digests
