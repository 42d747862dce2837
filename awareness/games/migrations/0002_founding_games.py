"""The games the portal is founded with; editors look after games."""

from datetime import UTC, datetime

from django.db import migrations

from awareness.games.exchange.documents import rows_of
from awareness.games.founding import documents
from clicksafely.common.roles import EDITOR, grant

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
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


def plain(row):
    """Historical models know nothing of languages: a translated field is written in Serbian too."""
    return row | {name.removesuffix("_sr"): value for name, value in row.items() if name.endswith("_sr")}


def load(apps, schema_editor):
    game, topic = apps.get_model("games", "Game"), apps.get_model("topics", "Topic")
    for document in documents():
        rows = rows_of(document)
        made = game.objects.create(published_at=SINCE, changed_at=SINCE, **plain(rows.fields))
        made.topics.set(topic.objects.filter(slug__in=rows.topics))
        for relation, parts in rows.parts.items():
            model = game._meta.get_field(relation).related_model
            model.objects.bulk_create(model(game=made, **plain(part)) for part in parts)


def unload(apps, schema_editor):
    apps.get_model("games", "Game").objects.filter(slug__in=[document["slug"] for document in documents()]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("games", "0001_initial"),
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
                *(f"games.{action}_{model}" for model in MODELS for action in ("view", "add", "change", "delete")),
            )
        ),
    ]
