"""The exchange with ICCAM."""

import django.db.models.deletion
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0015_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="IccamHealth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("problem", models.CharField(blank=True, max_length=24)),
                ("failing_since", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField(null=True)),
                ("last_success", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failing_since__isnull", True), ("problem", "")),
                            models.Q(models.Q(("problem", ""), _negated=True), ("failing_since__isnull", False)),
                            _connector="OR",
                        ),
                        name="iccam_health_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IccamReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "origin",
                    models.CharField(
                        choices=[("ours", "reported by us"), ("partner", "assigned to us")],
                        max_length=8,
                        verbose_name="from",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=40, verbose_name="our reference")),
                ("iccam_id", models.BigIntegerField(null=True, verbose_name="report at ICCAM")),
                ("made_at", models.DateTimeField(verbose_name="since")),
                ("tried_at", models.DateTimeField(null=True)),
                ("exchanged_at", models.DateTimeField(null=True, verbose_name="last exchanged")),
                ("due_at", models.DateTimeField(null=True, verbose_name="next attempt")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="failed attempts")),
                ("failing_since", models.DateTimeField(null=True, verbose_name="failing since")),
                ("problem", models.CharField(blank=True, max_length=24, verbose_name="problem")),
                ("given_up_at", models.DateTimeField(null=True, verbose_name="given up")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="iccam_reports", to="hotline.report"
                    ),
                ),
            ],
            options={
                "verbose_name": "report at ICCAM",
                "verbose_name_plural": "reports at ICCAM",
            },
        ),
        migrations.CreateModel(
            name="IccamContent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_id", models.BigIntegerField(null=True, unique=True, verbose_name="content at ICCAM")),
                ("said", models.JSONField(default=dict)),
                ("classification", models.PositiveSmallIntegerField(null=True)),
                ("actions", models.JSONField(default=list)),
                ("assigned_country", models.CharField(blank=True, max_length=2, verbose_name="assigned to")),
                ("reported_state", models.CharField(blank=True, max_length=16)),
                ("reported_actions", models.PositiveSmallIntegerField(default=0)),
                (
                    "kept_back",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_ours", "it is assigned to another country: its hotline acts"),
                            ("actions_exist", "it has actions already: its assessment stays"),
                            ("baseline_stands", "it is Baseline there: that is never reassessed"),
                            ("only_national", "only National may be overruled, by the hotline of the hosting country"),
                        ],
                        max_length=16,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="iccam_contents",
                        to="hotline.contentitem",
                    ),
                ),
                (
                    "iccam_report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contents", to="hotline.iccamreport"
                    ),
                ),
            ],
            options={
                "verbose_name": "content at ICCAM",
                "verbose_name_plural": "content at ICCAM",
            },
        ),
        migrations.AddIndex(
            model_name="iccamreport",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="iccam_due"),
        ),
        migrations.AddIndex(
            model_name="iccamreport",
            index=models.Index(
                condition=models.Q(("given_up_at__isnull", False)), fields=["-id"], name="iccam_given_up"
            ),
        ),
        migrations.AddConstraint(
            model_name="iccamreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("reference",),
                name="one_iccam_report_a_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="iccamreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "ours"), models.Q(("reference", ""), _negated=True)),
                    models.Q(("iccam_id__isnull", False), ("origin", "partner"), ("reference", "")),
                    _connector="OR",
                ),
                name="iccam_report_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="iccamreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_up_at__isnull", True),
                    models.Q(("due_at__isnull", True), models.Q(("problem", ""), _negated=True)),
                    _connector="OR",
                ),
                name="iccam_given_up_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="iccamcontent",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["id"], name="iccam_content_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="iccamcontent",
            constraint=models.UniqueConstraint(fields=("iccam_report", "item"), name="item_once_an_iccam_report"),
        ),
        migrations.AddConstraint(
            model_name="iccamcontent",
            constraint=models.CheckConstraint(
                condition=models.Q(("item__isnull", False), ("content_id__isnull", False), _connector="OR"),
                name="iccam_content_is_something",
            ),
        ),
        *[migrations.RunPython(*grant(role, "hotline.view_iccamreport")) for role in (ANALYST, SUPERVISOR)],
    ]
