"""Queries for the parts of a lesson."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awareness.library.enums import EducationalLevel, ResourceKind
from awareness.library.models import Resource, ResourceFile
from awareness.publishing.audiences import Audience, Level
from awareness.quizzes.models import Quiz
from awareness.topics.models import Topic

GRADES: Final[dict[str, str | Promise]] = {
    level.value: level.label
    for level in (EducationalLevel.LOWER_PRIMARY, EducationalLevel.UPPER_PRIMARY, EducationalLevel.SECONDARY)
}
# The level of quizzes for each grade.
QUIZ_LEVELS: Final = {
    EducationalLevel.LOWER_PRIMARY: Level.YOUNGEST,
    EducationalLevel.UPPER_PRIMARY: Level.MIDDLE,
    EducationalLevel.SECONDARY: Level.OLDEST,
}
LESSON_MINUTES: Final = 45


@dataclass(frozen=True, slots=True)
class MaterialKind:
    """A kind of material that a lesson has, and the text of a lesson without one."""

    kind: ResourceKind
    missing: str | Promise


MATERIALS: Final = (
    MaterialKind(ResourceKind.LESSON_PLAN, _("There is no lesson plan on this topic for these grades yet.")),
    MaterialKind(ResourceKind.WORKSHEET, _("There is no worksheet on this topic for these grades yet.")),
    MaterialKind(ResourceKind.PRESENTATION, _("There are no slides on this topic for these grades yet.")),
    MaterialKind(ResourceKind.POSTER, _("There is no poster on this topic for these grades yet.")),
)


def lesson_materials(topic: Topic, grade: str, now: datetime) -> dict[str, Resource]:
    """Return the newest visible material of each kind in `MATERIALS` for educators, by kind, with its files. Two queries."""
    found = (
        Resource.objects.visible(now)
        .filter(
            topics=topic,
            levels__contains=[grade],
            audiences__contains=[Audience.EDUCATORS],
            kind__in=[each.kind for each in MATERIALS],
        )
        .prefetch_related(Prefetch("files", ResourceFile.present.all()))
        .order_by("published_at", "pk")
    )
    return {resource.kind: resource for resource in found}


def lesson_quiz(topic: Topic, grade: str, now: datetime) -> str | None:
    """Return the slug of the newest visible quiz with questions on a topic for a grade, None if there is none. One query."""
    found = Quiz.objects.visible(now).filter(
        topics=topic, level=QUIZ_LEVELS[EducationalLevel(grade)], entries__isnull=False
    )
    newest = found.order_by("-published_at", "-pk").first()
    return newest.slug if newest else None
