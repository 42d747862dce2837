"""schema.org JSON-LD of a topic, and the subject list shared by all records."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from awareness.publishing.audiences import EDUCATIONAL_ROLES, Reader
from awareness.publishing.structured_data import CONTEXT, breadcrumbs, record_data, without_empty
from awareness.topics.models import Topic, TopicAnswer
from clicksafely.common.page_metadata import build_absolute_url, json_ld
from clicksafely.common.rich_text import html_to_text

# Cached, because removing the markup takes a twentieth of the page's rendering time.
_plain_text = lru_cache(maxsize=256)(html_to_text)


def subjects(request: HttpRequest, topics: Iterable[Topic]) -> list[dict[str, str]]:
    """Return the `about` list of a record: its public topics."""
    return [
        {"@type": "Thing", "name": topic.title, "url": build_absolute_url(request, reverse("topic", args=[topic.slug]))}
        for topic in topics
    ]


def topic_data(request: HttpRequest, topic: Topic, answers: "list[TopicAnswer]") -> SafeString:
    """Return the schema.org graph of a topic in the language of the page, safe inside a script element.

    It has the page and the breadcrumbs. The page has a `Question` for each reader, and one for the steps to take now,
    if there are any.
    """
    here = build_absolute_url(request, reverse("topic", args=[topic.slug]))
    questions = [
        _question(answer.title, f"{answer.lead} {_plain_text(answer.body)}", Reader(answer.audience))
        for answer in answers
    ]
    if topic.do_now:
        questions.insert(0, _question(_("What to do now"), _plain_text(topic.do_now)))
    page = {
        **record_data(request, topic, ["FAQPage", "LearningResource"], here),
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": role}
            for role in dict.fromkeys(_role(Reader(answer.audience)) for answer in answers)
        ],
        "mainEntity": questions,
        "breadcrumb": {"@id": f"{here}#way"},
    }
    way = breadcrumbs(request, _("Topics"), reverse("topics"), topic, here)
    return json_ld({**CONTEXT, "@graph": [without_empty(page), way]})


def _question(name: str, answer: str, reader: Reader | None = None) -> dict[str, Any]:
    question: dict[str, Any] = {
        "@type": "Question",
        "name": name,
        "acceptedAnswer": {"@type": "Answer", "text": answer},
    }
    if reader is not None:
        question["audience"] = {"@type": "EducationalAudience", "educationalRole": _role(reader)}
        question["typicalAgeRange"] = reader.ages
    return without_empty(question)


def _role(reader: Reader) -> str:
    return EDUCATIONAL_ROLES[reader.audience]
