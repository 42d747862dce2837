"""Closings: proposals that a second person confirms, closings that can be undone, decisions that are checked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0023_duties"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("aside", "without assessment"),
                            ("assessed", "assessed"),
                            ("actions", "actions recorded by hand"),
                            ("gone", "content found gone"),
                            ("closed_again", "closed again"),
                        ],
                        max_length=12,
                        verbose_name="how",
                    ),
                ),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("received", "received"),
                            ("triaged", "waiting for review"),
                            ("in_review", "in review"),
                            ("assessed", "assessed"),
                            ("second_review", "second review"),
                            ("action_pending", "action pending"),
                            ("referred", "being handed over"),
                            ("monitoring", "being monitored"),
                            ("closed", "closed"),
                            ("duplicate", "duplicate"),
                            ("spam", "spam"),
                            ("outside_remit", "outside remit"),
                            ("cannot_assess", "cannot be assessed"),
                            ("anonymised", "anonymised"),
                        ],
                        max_length=16,
                        verbose_name="closed as",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for a second person"),
                            ("made", "closed"),
                            ("refused", "refused by a second person"),
                            ("undone", "undone"),
                        ],
                        default="made",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("author_opened", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(verbose_name="closed")),
                ("second_opened", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("effective_at", models.DateTimeField(null=True)),
                ("fingerprint", models.BinaryField(default=b"", max_length=32)),
                ("before", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "closing",
                "verbose_name_plural": "closings without assessment",
            },
        ),
        migrations.AddField(
            model_name="report",
            name="proposed_end",
            field=models.CharField(
                blank=True,
                choices=[
                    ("received", "received"),
                    ("triaged", "waiting for review"),
                    ("in_review", "in review"),
                    ("assessed", "assessed"),
                    ("second_review", "second review"),
                    ("action_pending", "action pending"),
                    ("referred", "being handed over"),
                    ("monitoring", "being monitored"),
                    ("closed", "closed"),
                    ("duplicate", "duplicate"),
                    ("spam", "spam"),
                    ("outside_remit", "outside remit"),
                    ("cannot_assess", "cannot be assessed"),
                    ("anonymised", "anonymised"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="proposed end",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="was_csam",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_end", ""),
                    models.Q(
                        ("proposed_end__in", ["cannot_assess", "closed", "duplicate", "outside_remit", "spam"]),
                        ("state", "second_review"),
                    ),
                    _connector="OR",
                ),
                name="report_proposed_whole",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="item",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="closings",
                to="hotline.contentitem",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="closings",
                to="hotline.report",
                verbose_name="report",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="second",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="second person",
            ),
        ),
        migrations.AddIndex(
            model_name="closing",
            index=models.Index(
                condition=models.Q(("effective_at__isnull", True), ("state__in", ["proposed", "made"])),
                fields=["report"],
                name="closing_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="closing",
            index=models.Index(fields=["author", "made_at"], name="closing_author"),
        ),
        migrations.AddIndex(
            model_name="closing",
            index=models.Index(condition=models.Q(("act", "aside")), fields=["-id"], name="closing_aside"),
        ),
        migrations.AddIndex(
            model_name="closing",
            index=models.Index(
                condition=models.Q(("act", "aside"), models.Q(("state", "made"), _negated=True)),
                fields=["state", "-id"],
                name="closing_aside_rare",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "made", "refused", "undone"])), name="closing_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "proposed"), _negated=True),
                    models.Q(
                        ("act", "aside"),
                        ("effective_at__isnull", True),
                        ("end__in", ["cannot_assess", "closed", "duplicate", "outside_remit", "spam"]),
                        ("second__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="closing_proposed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second__isnull", True), models.Q(("second", models.F("author")), _negated=True), _connector="OR"
                ),
                name="closing_second_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("report",), name="one_proposed_closing"
            ),
        ),
        migrations.RunPython(*grant(SUPERVISOR, "hotline.view_closing")),
    ]
