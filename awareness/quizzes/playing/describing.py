"""What a quiz says of itself to machines: schema.org JSON-LD."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.quizzes.models import Quiz
from clicksafely.common.language import LANGUAGES
from clicksafely.common.templatetags.page import json_ld

Absolute = Callable[[str], str]


def quiz_data(quiz: Quiz, absolute: Absolute) -> SafeString:
    """A schema.org `Quiz`, safe inside a script element. `absolute` makes a full address of a path."""
    here = absolute(reverse("quiz", args=[quiz.slug]))
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Quiz",
        "@id": here,
        "url": here,
        "name": quiz.title,
        "description": quiz.summary,
        "inLanguage": LANGUAGES[str(get_language())].tag,
        "about": [{"@type": "Thing", "name": topic.title} for topic in quiz.topics.all()],
        "typicalAgeRange": quiz.level,
        "timeRequired": f"PT{quiz.minutes}M",
        "learningResourceType": _("Quiz"),
        "audience": {"@type": "EducationalAudience", "educationalRole": "student"},
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": _("Click Safely")},
    }
    if quiz.published_at:
        data["datePublished"] = timezone.localtime(quiz.published_at).date().isoformat()
    return json_ld({name: value for name, value in data.items() if value not in ("", [])})
