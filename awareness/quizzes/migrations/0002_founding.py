"""The founding quizzes; editors look after quizzes and questions."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant

MODELS = ("question", "questionchoice", "questionsituation", "quiz", "quizentry", "closing", "nextstep")


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0001_initial"),
        ("topics", "0004_founding_topics"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(
            *grant(
                EDITOR,
                *(f"quizzes.{action}_{model}" for model in MODELS for action in ("view", "add", "change", "delete")),
            )
        ),
    ]
