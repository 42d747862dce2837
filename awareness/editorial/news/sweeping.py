"""Files that no article needs: taken for a form that was never saved, or replaced in every version."""

from datetime import UTC, datetime, timedelta
from typing import Final

from awareness.editorial.news.files import news_folder
from awareness.editorial.news.models import Article, ArticleBlock
from awareness.topics.models import Version
from clicksafely.common.media.place import media

# A form is open for hours at most: see `LASTS_SECONDS` of the form.
KEPT_FOR: Final = timedelta(days=2)
DIGEST_LENGTH: Final = 64


def discard_unneeded_files(*, now: datetime) -> int:
    """Delete what neither a block nor a version names and was stored two days ago or more; returns how many files that were."""
    needed, discarded = _needed(), 0
    for found in media().lying_below(news_folder()):
        stored_at = datetime.fromtimestamp(found.modified, UTC)
        if found.path.name[:DIGEST_LENGTH] not in needed and stored_at < now - KEPT_FOR:
            media().erase(found.path)
            discarded += 1
    return discarded


def _needed() -> set[str]:
    digests = set(ArticleBlock.objects.exclude(digest="").values_list("digest", flat=True))
    versions = Version.objects.filter(kind=Article._meta.label_lower).values_list("content__parts__blocks", flat=True)
    for blocks in versions.iterator():
        digests.update(block["digest"] for block in blocks or () if block.get("digest"))
    return digests
