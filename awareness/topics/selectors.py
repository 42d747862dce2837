"""Reads of the ground that the public site needs."""

from datetime import datetime

from django.db.models import Prefetch

from awareness.publishing.audiences import Audience
from awareness.topics.content import help_lines, removal_services
from awareness.topics.models import HelpLine, RemovalService, Topic, TopicAnswer
from clicksafely.common.page_cache.list_cache import CachedList, RecordCache, TimedListCache


def active_help_lines() -> list[HelpLine]:
    """The help lines that are shown, in their order."""
    return list(HelpLine.objects.filter(active=True))


cached_help_lines = CachedList(active_help_lines, fallback=[HelpLine(**row) for row in help_lines()])


def active_removal_services() -> list[RemovalService]:
    """The picture removal services that are shown, in their order."""
    return list(RemovalService.objects.filter(active=True))


cached_removal_services = CachedList(
    active_removal_services, fallback=[RemovalService(**row) for row in removal_services()]
)


def visible_topics(now: datetime) -> list[Topic]:
    """What everybody sees at `now`, in its order; one query."""
    return list(Topic.objects.visible(now))


def answers_for(audience: Audience, now: datetime) -> list[TopicAnswer]:
    """What an audience is told about every topic that everybody sees at `now`, in the order of topics; one query."""
    shown = Topic.objects.visible(now)
    answers = TopicAnswer.objects.filter(audience=audience, topic__in=shown)
    return list(answers.select_related("topic").order_by("topic__order", "topic_id"))


def _answers_until_change(audience: Audience, now: datetime) -> tuple[list[TopicAnswer], datetime | None]:
    return answers_for(audience, now), Topic.objects.next_change(now)


# As `answers_for`, for pages that show nothing else: most of what such a page costs is reading it.
cached_answers = TimedListCache(_answers_until_change)


def find_topic(slug: str) -> Topic | None:
    """A topic with its answers in the order of audiences, whoever may see it; two queries."""
    answers = Prefetch("answers", TopicAnswer.objects.all())
    topic = Topic.objects.filter(slug=slug).prefetch_related(answers).first()
    if topic is not None:
        order = list(Audience)
        topic.in_order = sorted(topic.answers.all(), key=lambda answer: order.index(Audience(answer.audience)))  # type: ignore[attr-defined]
    return topic


# As `find_topic`.
cached_topics = RecordCache(find_topic)
