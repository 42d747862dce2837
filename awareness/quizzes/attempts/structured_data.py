"""schema.org JSON-LD of a quiz."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from awareness.publishing.audiences import EDUCATIONAL_ROLES, Audience, Level
from awareness.publishing.structured_data import CONTEXT, record_data, without_empty
from awareness.quizzes.models import Quiz
from awareness.topics.models import Topic
from awareness.topics.structured_data import subjects
from clicksafely.common.page_metadata import build_absolute_url, json_ld


def quiz_data(request: HttpRequest, quiz: Quiz, topics: Sequence[Topic]) -> SafeString:
    """Return a schema.org `Quiz` in the page's language, safe inside a script element. `topics`: the visible ones."""
    is_for_children = quiz.level in Level.values
    audience = Audience.CHILDREN if is_for_children else Audience(quiz.level)
    here = build_absolute_url(request, reverse("quiz", args=[quiz.slug]))
    data = {
        **CONTEXT,
        **record_data(request, quiz, "Quiz", here),
        "about": subjects(request, topics),
        "typicalAgeRange": quiz.level if is_for_children else "",
        "timeRequired": f"PT{quiz.minutes}M",
        "learningResourceType": _("Quiz"),
        "audience": {"@type": "EducationalAudience", "educationalRole": EDUCATIONAL_ROLES[audience]},
    }
    return json_ld(without_empty(data))
