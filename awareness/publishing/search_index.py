"""Search documents of publications."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.utils import translation

from awareness.publishing.models import Publication
from clicksafely.common.search_registry import SearchDocument, SearchText

WRITTEN_LANGUAGES: Final = ("sr", "en")


def publication_document(
    record: Publication,
    *,
    topics: Iterable[Publication] = (),
    keywords: Callable[[str], Iterable[str]] = lambda language: (),
    texts: Callable[[str], Iterable[str]],
    details: Callable[[str], Sequence[str]] = lambda language: (),
    past_at: datetime | None = None,
) -> SearchDocument:
    """Return the search document of a record, in each written language ("sr", "en") in which it has a title.

    The titles of `topics` are keywords. `keywords` returns more keywords in one language. `texts` returns the plain
    texts of the body, and `details` the texts that a result shows after its kind. They run with that language active.
    The name of the model is the name of the URL, whose only argument is the slug.
    """
    words, about = {}, list(topics)
    for language in WRITTEN_LANGUAGES:
        if title := getattr(record, f"title_{language}"):
            named = (getattr(topic, f"title_{language}") for topic in about)
            with translation.override(language):
                words[language] = SearchText(
                    title=title,
                    keywords=" ".join(filter(None, (*keywords(language), *named))),
                    summary=getattr(record, f"summary_{language}") or "",
                    body="\n".join(filter(None, texts(language))),
                    details=details(language),
                )
    return SearchDocument(
        words=words, url_name=str(record._meta.model_name), url_kwargs={"slug": record.slug}, past_at=past_at
    )
