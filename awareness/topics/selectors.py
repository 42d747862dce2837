"""Queries of help lines, removal services and topics."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Prefetch, Value, When

from awareness.publishing.audiences import Reader, distance, readers_first
from awareness.topics.content import built_in_rows, help_lines, removal_services
from awareness.topics.models import HelpLine, RemovalService, Topic, TopicAnswer
from clicksafely.common.content.files import ContentError
from clicksafely.common.page_cache.list_cache import CachedList, RecordCache, TimedListCache

logger = logging.getLogger(__name__)


def _file_rows(read: Callable[[], list[dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    """Return the rows of a content file, for a process that has not read the database.

    Returns the built-in rows if the file is damaged.
    """
    for source, shown in ((read, "built-in rows are shown"), (lambda: built_in_rows(kind), "no rows are shown")):
        try:
            return source()
        except ContentError as error:
            for problem in error.problems:
                logger.error("The content file is damaged, %s: %s", shown, problem)
    return []


def active_help_lines() -> list[HelpLine]:
    """Shown help lines, in order."""
    return list(HelpLine.objects.filter(active=True))


cached_help_lines = CachedList(
    active_help_lines,
    fallback=lambda: [HelpLine(**row) for row in _file_rows(help_lines, "help_lines")],
)


def active_removal_services() -> list[RemovalService]:
    """Shown picture removal services, in order."""
    return list(RemovalService.objects.filter(active=True))


cached_removal_services = CachedList(
    active_removal_services,
    fallback=lambda: [RemovalService(**row) for row in _file_rows(removal_services, "removal_services")],
)


def visible_topics(now: datetime, reader: Reader | None = None) -> list[Topic]:
    """Topics public at `now`, in order; one query. With a reader, `topics_for` that reader; two queries."""
    topics = list(Topic.objects.visible(now))
    return topics if reader is None else topics_for(topics, reader)


def topics_for(topics: Iterable[Topic], reader: Reader) -> list[Topic]:
    """Return the topics, those with an answer for the reader first; one query. The youngest get only topics with an answer for them."""
    answers: dict[int, list[str]] = {}
    for topic, audience in TopicAnswer.objects.values_list("topic_id", "audience"):
        answers.setdefault(topic, []).append(audience)
    found = readers_first(topics, reader, lambda topic: answers.get(topic.pk, []))
    if reader != Reader.YOUNGEST:
        return found
    return [topic for topic in found if distance(answers.get(topic.pk, []), reader) < 2]


# The answers shown to a reader, the best first. A child of unknown age gets none for 15 to 18 years, the youngest none for older children.
_READERS: Final = {
    Reader.CHILDREN: (Reader.CHILDREN, Reader.YOUNGEST, Reader.MIDDLE),
    Reader.YOUNGEST: (Reader.YOUNGEST, Reader.CHILDREN),
    Reader.MIDDLE: (Reader.MIDDLE, Reader.CHILDREN),
    Reader.OLDEST: (Reader.OLDEST, Reader.CHILDREN),
    Reader.PARENTS: (Reader.PARENTS,),
    Reader.EDUCATORS: (Reader.EDUCATORS,),
}


def answers_for(reader: Reader, now: datetime) -> list[TopicAnswer]:
    """Return the best answer for a reader from every topic public at `now`. One query.

    Answers are in the order of `_READERS`, then of topics.
    """
    readers = _READERS[reader]
    best_first = Case(*(When(audience=each, then=Value(place)) for place, each in enumerate(readers)))
    found = TopicAnswer.objects.filter(audience__in=readers, topic__in=Topic.objects.visible(now)).select_related(
        "topic"
    )
    answers = found.order_by("topic__order", "topic_id", best_first).distinct("topic__order", "topic_id")
    return sorted(answers, key=lambda answer: readers.index(Reader(answer.audience)))


def _answers_until_change(reader: Reader, now: datetime) -> tuple[list[TopicAnswer], datetime | None]:
    return answers_for(reader, now), Topic.objects.next_change(now)


# `answers_for`, cached: the query is most of the cost of a page of advice.
cached_answers = TimedListCache(_answers_until_change)


def in_order(answers: Iterable[TopicAnswer]) -> list[TopicAnswer]:
    """Return the answers of a topic in the order of readers."""
    return sorted(answers, key=lambda answer: Reader.values.index(answer.audience))


def find_topic(slug: str) -> Topic | None:
    """Return a topic in any state with its answers in the order of readers; two queries."""
    answers = Prefetch("answers", TopicAnswer.objects.all())
    topic = Topic.objects.filter(slug=slug).prefetch_related(answers).first()
    if topic is not None:
        topic.in_order = in_order(topic.answers.all())  # type: ignore[attr-defined]
    return topic


# `find_topic`, cached.
cached_topics = RecordCache(find_topic)
