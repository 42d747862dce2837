"""What a topic says of itself to machines: schema.org JSON-LD, as a page of answers that one may learn from; and what all records say alike."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from awareness.publishing.audiences import EDUCATIONAL_ROLES, Audience
from awareness.publishing.structured_data import centre, language_tag
from awareness.topics.models import Topic, TopicAnswer
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.templatetags.page_metadata import build_absolute_url, json_ld

# The texts of a topic stand on every visitor's page of it, and taking the markup out of them takes a twentieth of drawing it.
_said = lru_cache(maxsize=256)(html_to_text)


def subjects(request: HttpRequest, topics: Iterable[Topic]) -> list[dict[str, str]]:
    """What a record is `about`: topics that everybody sees."""
    return [
        {"@type": "Thing", "name": topic.title, "url": build_absolute_url(request, reverse("topic", args=[topic.slug]))}
        for topic in topics
    ]


def topic_data(request: HttpRequest, topic: Topic, answers: "list[TopicAnswer]") -> SafeString:
    """The schema.org graph of a topic in the language of the page, safe inside a script element.

    The page with a `Question` for each audience and, where there is something to do now, one for everybody; and the way to it from home.
    """
    here = build_absolute_url(request, reverse("topic", args=[topic.slug]))
    questions = [_question(answer.title, f"{answer.lead} {_said(answer.body)}", answer.audience) for answer in answers]
    if topic.do_now:
        questions.insert(0, _question(_("What to do now"), _said(topic.do_now)))
    page: dict[str, Any] = {
        "@type": ["FAQPage", "LearningResource"],
        "@id": here,
        "url": here,
        "name": topic.title,
        "description": topic.summary,
        "inLanguage": language_tag(topic),
        "dateModified": topic.changed_at.isoformat(),
        "isAccessibleForFree": True,
        "audience": [_audience(answer.audience) for answer in answers],
        "publisher": centre(request),
        "mainEntity": questions,
        "breadcrumb": {"@id": f"{here}#way"},
    }
    if topic.published_at:
        page["datePublished"] = topic.published_at.isoformat()
    return json_ld({"@context": "https://schema.org", "@graph": [page, _way(request, topic, here)]})


def _question(name: str, answer: str, audience: str = "") -> dict[str, Any]:
    question: dict[str, Any] = {
        "@type": "Question",
        "name": name,
        "acceptedAnswer": {"@type": "Answer", "text": answer},
    }
    return question | ({"audience": _audience(audience)} if audience else {})


def _audience(audience: str) -> dict[str, str]:
    return {"@type": "EducationalAudience", "educationalRole": EDUCATIONAL_ROLES[Audience(audience)]}


def _way(request: HttpRequest, topic: Topic, here: str) -> dict[str, Any]:
    steps = [
        (_("Home"), build_absolute_url(request, reverse("home"))),
        (_("Topics"), build_absolute_url(request, reverse("topics"))),
        (topic.title, here),
    ]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{here}#way",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(steps, start=1)
        ],
    }
