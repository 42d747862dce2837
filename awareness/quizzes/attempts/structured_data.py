"""What a quiz says of itself to machines: schema.org JSON-LD."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from awareness.publishing.structured_data import centre, language_tag
from awareness.quizzes.models import Quiz
from awareness.topics.models import Topic
from awareness.topics.structured_data import subjects
from clicksafely.common.templatetags.page_metadata import build_absolute_url, json_ld


def quiz_data(request: HttpRequest, quiz: Quiz, topics: Sequence[Topic]) -> SafeString:
    """A schema.org `Quiz` in the language of the page, safe inside a script element. `topics`: those that everybody sees."""
    here = build_absolute_url(request, reverse("quiz", args=[quiz.slug]))
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Quiz",
        "@id": here,
        "url": here,
        "name": quiz.title,
        "description": quiz.summary,
        "inLanguage": language_tag(quiz),
        "about": subjects(request, topics),
        "typicalAgeRange": quiz.level,
        "timeRequired": f"PT{quiz.minutes}M",
        "learningResourceType": _("Quiz"),
        "audience": {"@type": "EducationalAudience", "educationalRole": "student"},
        "isAccessibleForFree": True,
        "dateModified": quiz.changed_at.isoformat(),
        "publisher": centre(request),
    }
    if quiz.published_at:
        data["datePublished"] = quiz.published_at.isoformat()
    return json_ld({name: value for name, value in data.items() if value not in ("", [])})
