"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import AUTHOR, EDITOR, grant

EDITOR_PERMISSIONS = (
    "quizzes.add_nextstep",
    "quizzes.add_question",
    "quizzes.add_questionchoice",
    "quizzes.add_questionsituation",
    "quizzes.add_quiz",
    "quizzes.add_quizentry",
    "quizzes.add_resulttext",
    "quizzes.change_nextstep",
    "quizzes.change_question",
    "quizzes.change_questionchoice",
    "quizzes.change_questionsituation",
    "quizzes.change_quiz",
    "quizzes.change_quizentry",
    "quizzes.change_resulttext",
    "quizzes.delete_nextstep",
    "quizzes.delete_question",
    "quizzes.delete_questionchoice",
    "quizzes.delete_questionsituation",
    "quizzes.delete_quiz",
    "quizzes.delete_quizentry",
    "quizzes.delete_resulttext",
    "quizzes.view_nextstep",
    "quizzes.view_question",
    "quizzes.view_questionchoice",
    "quizzes.view_questionsituation",
    "quizzes.view_quiz",
    "quizzes.view_quizentry",
    "quizzes.view_resulttext",
)
AUTHOR_PERMISSIONS = (
    "quizzes.add_nextstep",
    "quizzes.add_question",
    "quizzes.add_questionchoice",
    "quizzes.add_questionsituation",
    "quizzes.add_quiz",
    "quizzes.add_quizentry",
    "quizzes.add_resulttext",
    "quizzes.change_nextstep",
    "quizzes.change_question",
    "quizzes.change_questionchoice",
    "quizzes.change_questionsituation",
    "quizzes.change_quiz",
    "quizzes.change_quizentry",
    "quizzes.change_resulttext",
    "quizzes.delete_nextstep",
    "quizzes.delete_questionchoice",
    "quizzes.delete_questionsituation",
    "quizzes.delete_quizentry",
    "quizzes.delete_resulttext",
    "quizzes.view_nextstep",
    "quizzes.view_question",
    "quizzes.view_questionchoice",
    "quizzes.view_questionsituation",
    "quizzes.view_quiz",
    "quizzes.view_quizentry",
    "quizzes.view_resulttext",
)


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0002_search_column"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
        migrations.RunPython(*grant(AUTHOR, *AUTHOR_PERMISSIONS)),
    ]
