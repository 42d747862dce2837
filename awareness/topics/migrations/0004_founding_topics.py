"""Versions of public records; the topics of the founding text and of today; editors look after topics."""

from datetime import UTC, datetime

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from awareness.topics.subjects import TOPICS
from awareness.topics.subjects.shape import as_list
from clicksafely.common.roles import EDITOR, grant

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def both(name, text):
    return {name: text.sr, f"{name}_sr": text.sr, f"{name}_en": text.en}


def listed(name, steps):
    return {name: as_list(steps, "sr"), f"{name}_sr": as_list(steps, "sr"), f"{name}_en": as_list(steps, "en")}


def load(apps, schema_editor):
    topic, answer = apps.get_model("topics", "Topic"), apps.get_model("topics", "TopicAnswer")
    for order, facts in enumerate(TOPICS, 1):
        made = topic.objects.create(
            slug=facts.slug,
            published_at=SINCE,
            changed_at=SINCE,
            report_category=facts.report_category,
            order=order,
            **both("title", facts.title),
            **both("summary", facts.summary),
            **listed("do_now", facts.do_now),
        )
        answer.objects.bulk_create(
            answer(
                topic=made,
                audience=text.audience,
                **both("title", text.title),
                **both("lead", text.lead),
                **listed("body", text.steps),
            )
            for text in facts.answers
        )


def unload(apps, schema_editor):
    apps.get_model("topics", "Topic").objects.filter(slug__in=[facts.slug for facts in TOPICS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0003_topics"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("object_id", models.PositiveBigIntegerField()),
                ("revision", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
                ("content", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id", "revision"), name="one_version_a_revision")
                ],
            },
        ),
        migrations.RunPython(load, unload),
        migrations.RunPython(
            *grant(
                EDITOR,
                *(
                    f"topics.{action}_{model}"
                    for model in ("topic", "topicanswer")
                    for action in ("view", "add", "change", "delete")
                ),
            )
        ),
    ]
