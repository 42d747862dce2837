"""Queries for the parts of a lesson."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness.library.enums import EducationalLevel, ResourceKind
from awareness.library.models import Resource, ResourceFile
from awareness.publishing.audiences import Audience, Level
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import find_quiz, questions_of
from awareness.topics.models import Topic
from awareness.topics.sheets.pictures import illustration_alt
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.illustrations import illustration_of_prefix

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
# In the name of a file that holds all that is printed for the lesson.
PRINT_NAME: Final = "sve-za-stampu"


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


@dataclass(frozen=True, slots=True)
class ReadyLesson:
    """A lesson plan that comes with its other parts, and the values of the page that shows it."""

    plan: Resource
    grade: str
    topic: Topic

    @property
    def drawing(self) -> str:
        """The name of the kit's illustration; empty for other plans."""
        return illustration_of_prefix("kits", self.plan.slug)

    @property
    def alt(self) -> str:
        """The alternative text of the illustration in the active language."""
        return illustration_alt("kits", self.drawing, get_language() or SERBIAN)


def ready_lessons(now: datetime) -> dict[str, list[ReadyLesson]]:
    """Return the visible lesson plans for educators that have all other parts, by grade, in the order of `GRADES`. Two queries."""
    plans = Resource.objects.visible(now).filter(
        kind=ResourceKind.LESSON_PLAN, audiences__contains=[Audience.EDUCATORS]
    )
    for material in MATERIALS[1:]:
        plans = plans.filter(parts__kind=material.kind)
    plans = (
        plans.prefetch_related(Prefetch("topics", Topic.objects.visible(now))).order_by("published_at", "pk").distinct()
    )
    return {
        grade: [
            ReadyLesson(plan, grade, topic) for plan in plans if grade in plan.levels for topic in plan.topics.all()[:1]
        ]
        for grade in GRADES
    }


@dataclass(frozen=True, slots=True)
class Lesson:
    """The materials of a lesson by kind, in the order of `MATERIALS`, and its quiz with questions."""

    topic: Topic
    grade: str
    materials: dict[str, Resource]
    quiz: Quiz | None

    @property
    def plan(self) -> Resource | None:
        """The lesson plan."""
        return self.materials.get(ResourceKind.LESSON_PLAN)

    @property
    def resources(self) -> list[Resource]:
        """The materials in the order of `MATERIALS`."""
        return list(self.materials.values())


def find_lesson(topic: Topic, grade: str, now: datetime) -> Lesson:
    """Return the lesson on a topic for a grade (a key of `GRADES`), possibly without some or all parts."""
    found = lesson_materials(topic, grade, now)
    materials = {each.kind.value: found[each.kind] for each in MATERIALS if each.kind in found}
    quiz = find_quiz(lesson_quiz(topic, grade, materials.get(ResourceKind.LESSON_PLAN), now) or "")
    return Lesson(topic, grade, materials, quiz)


def printed_file(lesson: Lesson, language: str) -> ResourceFile | None:
    """Return the file with everything to print for a reader of `language` (a code of LANGUAGES).

    Returns None without such a file, or if a material or the quiz was changed after the file was made.
    """
    if lesson.plan is None or lesson.quiz is None:
        return None
    ending = f"-{PRINT_NAME}-{language}.pdf"
    found = next((file for file in lesson.plan.files.all() if file.name.endswith(ending)), None)
    changes = [
        lesson.quiz.changed_at,
        *(question.changed_at for question in questions_of(lesson.quiz)),
        *(resource.changed_at for resource in lesson.resources),
        *(file.added_at for resource in lesson.resources for file in resource.files.all()),
    ]
    return found if found and max(changes) <= found.added_at else None


def lesson_materials(topic: Topic, grade: str, now: datetime) -> dict[str, Resource]:
    """Return the visible material of each kind in `MATERIALS` for educators, by kind, with its files.

    The result has the lesson plan with the most parts (the newest of several) and its parts. Other kinds have the
    newest material. Five queries at most.
    """
    found = list(
        Resource.objects.visible(now)
        .filter(
            topics=topic,
            levels__contains=[grade],
            audiences__contains=[Audience.EDUCATORS],
            kind__in=[each.kind for each in MATERIALS],
        )
        .select_related("quiz")
        .prefetch_related(Prefetch("files", ResourceFile.present.all()), "parts")
        .order_by("-published_at", "-pk")
    )
    materials = {resource.kind: resource for resource in reversed(found)}
    plans = [resource for resource in found if resource.kind == ResourceKind.LESSON_PLAN]
    if plans:
        plan = max(plans, key=lambda each: len(each.parts.all()))
        materials |= {resource.kind: resource for resource in found if resource == plan or resource in plan.parts.all()}
    return materials


def lesson_quiz(topic: Topic, grade: str, plan: Resource | None, now: datetime) -> str | None:
    """Return the slug of the quiz of the plan, or of the newest quiz on a topic for a grade.

    Only visible quizzes with questions count. Returns None if there is none. At most two queries.
    """
    playable = Quiz.objects.visible(now).filter(entries__isnull=False)
    if plan and plan.quiz and playable.filter(pk=plan.quiz.pk).exists():
        return plan.quiz.slug
    found = playable.filter(topics=topic, level=QUIZ_LEVELS[EducationalLevel(grade)])
    newest = found.order_by("-published_at", "-pk").first()
    return newest.slug if newest else None
