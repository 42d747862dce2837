"""Template context: pages suggested from the words of an unknown URL."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest
from django.utils import timezone

from awareness.search.engine import Result, parse_typed_text, search
from awareness.search.query_parser import folded_words
from awareness.search.synonyms import cached_thesaurus
from clicksafely.common.i18n.language import ENGLISH, language_of_path
from clicksafely.common.page_cache.list_cache import DATABASE_UNREACHABLE

logger = logging.getLogger(__name__)

MAX_PATH_LENGTH = 300
MAX_WORDS, MAX_COUNT = 6, 5
# No suggestions on these paths: the visitor may be in distress, or there is no page to suggest.
SILENT = ("/report/", "/hotline/", "/help/", "/class/", "/bookings/")
# Words that are part of URLs but not of page content.
SECTIONS = {
    "topics",
    "news",
    "resources",
    "quizzes",
    "games",
    "events",
    "files",
    "html",
    "php",
    "asp",
    "aspx",
    "index",
    "www",
    "https",
}


def suggestions(request: HttpRequest) -> dict[str, Callable[[], Sequence[Result]]]:
    """`suggestions` is queried only when a template uses it."""
    return {"suggestions": partial(suggest_pages, request)}


def suggest_pages(request: HttpRequest) -> Sequence[Result]:
    """At most five pages; none if the URL has no usable word or the database is unavailable."""
    path = request.path_info[:MAX_PATH_LENGTH]
    code = language_of_path(path)
    if code is None or any(part in path for part in SILENT):
        return ()
    words = [word for word in folded_words(path[len(code) + 1 :]) if word not in SECTIONS and len(word) > 2][
        -MAX_WORDS:
    ]
    language = "en" if code == ENGLISH else "sr"
    try:
        query = parse_typed_text(" ".join(words), language)
        thesaurus = cached_thesaurus(request, language)
        return search(query, language, thesaurus, timezone.now(), per_page=MAX_COUNT, some_words=True).results
    except DATABASE_UNREACHABLE:
        logger.warning("no suggestions: the database did not answer")
        return ()
