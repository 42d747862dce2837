"""What goes with the news of a demonstration: their versions, and those of their files that no other article has."""

from awareness.editorial.news.files import news_folder
from awareness.editorial.news.models import Article, ArticleBlock
from awareness.topics.demonstration.leaving import leave_records
from clicksafely.common.demoremoval import Leaving


def leave(leaving: Leaving) -> None:
    """Add them."""
    leave_records(leaving, Article)
    blocks = leaving.numbers(ArticleBlock)
    kept = set(ArticleBlock.objects.exclude(pk__in=blocks).values_list("digest", flat=True))
    for digest in {*ArticleBlock.objects.filter(pk__in=blocks).values_list("digest", flat=True)} - kept - {""}:
        leaving.files |= set(news_folder().glob(f"{digest}*"))
