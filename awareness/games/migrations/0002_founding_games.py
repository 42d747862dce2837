"""The games the portal is founded with; editors look after games."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant

MODELS = (
    "game",
    "gamesource",
    "nextstep",
    "meter",
    "character",
    "scene",
    "scenechoice",
    "bin",
    "card",
    "pair",
    "mock",
    "mockpart",
    "viewer",
    "privacysetting",
    "privacyoption",
)


class Migration(migrations.Migration):
    dependencies = [
        ("games", "0001_initial"),
        ("topics", "0004_founding_topics"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(
            *grant(
                EDITOR,
                *(f"games.{action}_{model}" for model in MODELS for action in ("view", "add", "change", "delete")),
            )
        ),
    ]
