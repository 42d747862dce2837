"""Rules of triage as data."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import SUPERVISOR, grant


def draw_version(apps, schema_editor):
    apps.get_model("hotline", "RuleVersion").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("hotline", "0009_hash_lists"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="contentitem",
            name="host_override",
            field=models.CharField(blank=True, db_default="", max_length=255, verbose_name="host, by a rule"),
        ),
        migrations.AddField(
            model_name="contentitem",
            name="do_not_fetch",
            field=models.BooleanField(db_default=False, verbose_name="do not open, by a rule"),
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_rule_version")],
            },
        ),
        migrations.CreateModel(
            name="TriageRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("host", "one host"),
                            ("domain", "a domain with all its hosts"),
                            ("pattern", "addresses of one form"),
                        ],
                        max_length=8,
                        verbose_name="what it is about",
                    ),
                ),
                ("value", models.CharField(max_length=300, verbose_name="value")),
                ("set_host", models.CharField(blank=True, max_length=255, verbose_name="host to be shown")),
                ("do_not_fetch", models.BooleanField(default=False, verbose_name="do not open")),
                ("raise_priority", models.BooleanField(default=False, verbose_name="put forward")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note for analysts")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                ("settled", models.BooleanField(default=False)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of triage",
                "verbose_name_plural": "rules of triage",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["host", "domain", "pattern"])), name="rule_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__regex", r"^[*./:?#\s-]*$"), _negated=True),
                        name="rule_value_names_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("set_host", ""), _negated=True),
                            ("do_not_fetch", True),
                            ("raise_priority", True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rule_does_something",
                    ),
                    models.UniqueConstraint(fields=("kind", "value"), name="one_rule_a_value"),
                ],
                "indexes": [models.Index(condition=models.Q(("settled", False)), fields=["id"], name="rule_unsettled")],
            },
        ),
        migrations.CreateModel(
            name="RuleHit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rule_hits", to="hotline.contentitem"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hits", to="hotline.triagerule"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "rule"), name="one_hit_a_rule")],
            },
        ),
        migrations.RunPython(draw_version, migrations.RunPython.noop),
        migrations.RunPython(
            *grant(SUPERVISOR, "hotline.view_triagerule", "hotline.add_triagerule", "hotline.change_triagerule")
        ),
    ]
