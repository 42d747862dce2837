"""What the news offers the rest of the public site: cards on shelves, and documents for the search."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from awareness.news.models import Article
from awareness.news.selectors import article_cards
from awareness.publishing.related_content import register_cards as offer_cards
from awareness.publishing.versions import as_lines
from clicksafely.common.search_registry import SearchableModel, SearchDocument, SearchText, register_searchable

ORDER: Final = 50


def article_document(article: Article) -> SearchDocument:
    """An article for the search; in English only where it has an English title."""
    blocks, topics = list(article.blocks.all()), list(article.topics.all())
    words = {}
    for language in ("sr", "en"):
        if title := getattr(article, f"title_{language}"):
            texts = [getattr(block, f"{name}_{language}") for block in blocks for name in ("heading", "text", "alt")]
            words[language] = SearchText(
                title=title,
                keywords=" ".join(filter(None, (getattr(topic, f"title_{language}") for topic in topics))),
                summary=getattr(article, f"summary_{language}") or "",
                body="\n".join(line for text in texts for line in as_lines(text)),
            )
    return SearchDocument(words=words, url_name="article", url_kwargs={"slug": article.slug})


def register() -> None:
    """Once, when the app is ready."""
    offer_cards(
        kind="article", title=_("News"), order=ORDER, provider=article_cards, next_change=Article.objects.next_change
    )
    register_searchable(SearchableModel("article", _("News"), Article, article_document))
