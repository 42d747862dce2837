"""What goes with the news of a demonstration: their versions, and those of their files that no other article has."""

from awareness.editorial.news.files import news_folder
from awareness.editorial.news.models import Article, ArticleBlock
from awareness.editorial.news.sweeping import DIGEST_LENGTH
from awareness.topics.demonstration.leaving import leave_records
from clicksafely.common.demoremoval import Leaving
from clicksafely.common.media.place import media


def leave(leaving: Leaving) -> None:
    """Add them."""
    leave_records(leaving, Article)
    blocks = leaving.numbers(ArticleBlock)
    kept = set(ArticleBlock.objects.exclude(pk__in=blocks).values_list("digest", flat=True))
    going = {*ArticleBlock.objects.filter(pk__in=blocks).values_list("digest", flat=True)} - kept - {""}
    if going:
        found = (each.path for each in media().below(news_folder()))
        leaving.files |= {path for path in found if path.name[:DIGEST_LENGTH] in going}
