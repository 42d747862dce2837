"""The founding quizzes; editors look after quizzes and questions."""

from datetime import UTC, datetime, timedelta

from django.db import migrations

from awareness.quizzes import rows
from awareness.quizzes.founding import founding_quizzes
from clicksafely.common.roles import EDITOR, grant

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
MODELS = ("question", "questionchoice", "questionsituation", "quiz", "quizentry", "closing", "nextstep")


def load(apps, schema_editor):
    model = {name: apps.get_model("quizzes", name) for name in ("Question", "QuestionChoice", "QuestionSituation")}
    topics = {topic.slug: topic for topic in apps.get_model("topics", "Topic").objects.all()}
    for place, facts in enumerate(founding_quizzes()):
        since = SINCE + timedelta(minutes=place)
        quiz = apps.get_model("quizzes", "Quiz").objects.create(
            published_at=since, changed_at=since, **rows.quiz_fields(facts)
        )
        quiz.topics.set([topics[slug] for slug in facts.topics if slug in topics])
        for order, each in enumerate(facts.questions, 1):
            question = model["Question"].objects.create(changed_at=since, **rows.question_fields(each, topics))
            model["QuestionChoice"].objects.bulk_create(
                model["QuestionChoice"](question=question, **fields) for fields in rows.choice_fields(each)
            )
            model["QuestionSituation"].objects.bulk_create(
                model["QuestionSituation"](question=question, **fields) for fields in rows.situation_fields(each)
            )
            apps.get_model("quizzes", "QuizEntry").objects.create(quiz=quiz, question=question, order=order)
        for closing in facts.closings:
            apps.get_model("quizzes", "Closing").objects.create(
                quiz=quiz, from_percent=closing.from_percent, **rows.both("text", closing.text)
            )
        for order, step in enumerate(facts.next_steps, 1):
            apps.get_model("quizzes", "NextStep").objects.create(quiz=quiz, order=order, kind=step.kind, slug=step.slug)


def unload(apps, schema_editor):
    apps.get_model("quizzes", "Quiz").objects.all().delete()
    apps.get_model("quizzes", "Question").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0001_initial"),
        ("topics", "0004_founding_topics"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(load, unload),
        migrations.RunPython(
            *grant(
                EDITOR,
                *(f"quizzes.{action}_{model}" for model in MODELS for action in ("view", "add", "change", "delete")),
            )
        ),
    ]
