"""Template context: pages that the words of an unknown address may have meant."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest
from django.utils import timezone

from awareness.search.engine import Result, read, search
from awareness.search.query_parser import words_of
from awareness.search.synonyms import thesaurus_during
from clicksafely.common.i18n.language import ENGLISH, language_of_path
from clicksafely.common.page_cache.list_cache import UNREACHABLE

logger = logging.getLogger(__name__)

LONGEST_PATH = 300
MOST_WORDS, MOST = 6, 5
# Where somebody may be in distress, or nothing is to be found.
SILENT = ("/report/", "/hotline/", "/help/", "/class/", "/bookings/")
# Words of addresses, not of what they lead to.
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
    """`suggestions` is looked for when a template asks for it, not before."""
    return {"suggestions": partial(suggest, request)}


def suggest(request: HttpRequest) -> Sequence[Result]:
    """At most five pages; none where the address says nothing, or the database is away."""
    path = request.path_info[:LONGEST_PATH]
    code = language_of_path(path)
    if code is None or any(part in path for part in SILENT):
        return ()
    words = [word for word in words_of(path[len(code) + 1 :]) if word not in SECTIONS and len(word) > 2][-MOST_WORDS:]
    language = "en" if code == ENGLISH else "sr"
    try:
        query = read(" ".join(words), language)
        thesaurus = thesaurus_during(request, language)
        return search(query, language, thesaurus, timezone.now(), per_page=MOST, some_words=True).results
    except UNREACHABLE:
        logger.warning("no suggestions: the database did not answer")
        return ()
