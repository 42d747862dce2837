"""Hand-overs, routing as data, holds of the police, and watches."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0012_claim_holders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerHotline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "country",
                    models.CharField(
                        help_text="Code of two letters, for example RS.",
                        max_length=2,
                        unique=True,
                        verbose_name="country",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="hotline")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "partner hotline",
                "verbose_name_plural": "partner hotlines",
                "ordering": ["country"],
            },
        ),
        migrations.CreateModel(
            name="PoliceHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("placed_at", models.DateTimeField(verbose_name="since")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("released", "released by the police"),
                            ("expired", "ran out"),
                            ("withdrawn", "nothing went to the police"),
                        ],
                        max_length=12,
                        verbose_name="how it ended",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold of the police",
                "verbose_name_plural": "holds of the police",
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("police", "police"),
                            ("host", "host or platform"),
                            ("iccam", "partner hotline (ICCAM)"),
                            ("signpost", "pointed to help"),
                        ],
                        max_length=12,
                        verbose_name="way",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "hosting is looked up again"),
                            ("held", "waits for the police"),
                            ("due", "is about to go out"),
                            ("sent", "handed over"),
                            ("failed", "did not go out"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="checking",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=24, verbose_name="problem")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("made_at", models.DateTimeField(verbose_name="decided")),
                ("due_at", models.DateTimeField(null=True, verbose_name="next attempt")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="handed over or given up")),
                ("urgent", models.BooleanField(default=False, verbose_name="imminent danger")),
                ("sealed_reason", models.BinaryField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True, verbose_name="reviewed")),
            ],
            options={
                "verbose_name": "hand-over",
                "verbose_name_plural": "hand-overs",
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "classification",
                    models.CharField(
                        blank=True,
                        help_text="Code of the answer. Empty: any illegal one.",
                        max_length=40,
                        verbose_name="classification",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("serbia", "in Serbia"),
                            ("inhope", "in a country with a partner hotline"),
                            ("elsewhere", "in a country without one"),
                            ("unknown", "not known where"),
                            ("onion", "onion service"),
                            ("platform", "in an app or game"),
                        ],
                        help_text="Empty: anywhere.",
                        max_length=12,
                        verbose_name="where",
                    ),
                ),
                ("police", models.BooleanField(default=False, verbose_name="police")),
                ("host", models.BooleanField(default=False, verbose_name="host or platform")),
                ("iccam", models.BooleanField(default=False, verbose_name="partner hotline (ICCAM)")),
                ("signpost", models.BooleanField(default=False, verbose_name="pointed to help")),
                (
                    "hold_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="So long the host is not told, unless the police release it.",
                        verbose_name="hold of the police, days",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing rule",
                "verbose_name_plural": "routing rules",
                "ordering": ["classification", "place"],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(verbose_name="since")),
                ("next_check_at", models.DateTimeField(null=True, verbose_name="next check")),
                ("checks", models.PositiveIntegerField(default=0, verbose_name="checks")),
                ("misses", models.PositiveSmallIntegerField(default=0, verbose_name="misses in a row")),
                ("checked_at", models.DateTimeField(null=True, verbose_name="last check")),
                ("result", models.CharField(blank=True, max_length=16, verbose_name="last result")),
                ("moved_to", models.TextField(blank=True, verbose_name="leads to")),
                ("gone_at", models.DateTimeField(null=True, verbose_name="gone since")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("referred", "handed over"),
                            ("removed", "removed"),
                            ("unavailable", "unavailable"),
                            ("moved", "moved"),
                            ("not_illegal", "not illegal"),
                            ("outside_remit", "outside remit"),
                            ("cannot_assess", "cannot be assessed"),
                        ],
                        max_length=16,
                        verbose_name="outcome",
                    ),
                ),
            ],
            options={
                "verbose_name": "watch",
                "verbose_name_plural": "watches",
            },
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_reopened_whole",
        ),
        migrations.AddField(
            model_name="report",
            name="anonymised_from",
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
                verbose_name="anonymised from",
            ),
        ),
        migrations.AlterField(
            model_name="action",
            name="kind",
            field=models.CharField(
                choices=[
                    ("police", "reported to the police"),
                    ("host", "reported to the host or platform"),
                    ("partner", "handed to a partner hotline"),
                    ("removed", "found removed"),
                    ("unavailable", "found unavailable"),
                    ("moved", "found moved"),
                    ("signpost", "pointed to help"),
                ],
                max_length=12,
                verbose_name="what was done",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="reopened_from",
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
                max_length=16,
                verbose_name="opened again from",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="state",
            field=models.CharField(
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
                default="received",
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "received",
                            "triaged",
                            "in_review",
                            "assessed",
                            "second_review",
                            "action_pending",
                            "referred",
                            "monitoring",
                            "closed",
                            "duplicate",
                            "spam",
                            "outside_remit",
                            "cannot_assess",
                            "anonymised",
                        ],
                    )
                ),
                name="report_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("state", "anonymised"), _negated=True), ("anonymised_from", "")),
                    models.Q(
                        ("anonymised_from__in", ["cannot_assess", "closed", "duplicate", "outside_remit", "spam"]),
                        ("state", "anonymised"),
                    ),
                    _connector="OR",
                ),
                name="report_anonymised_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reopened_at__isnull", True), ("reopened_from", "")),
                    models.Q(
                        ("reopened_at__isnull", False),
                        ("reopened_from__in", ["cannot_assess", "closed", "duplicate", "outside_remit", "spam"]),
                        models.Q(
                            (
                                "state__in",
                                ["anonymised", "cannot_assess", "closed", "duplicate", "outside_remit", "spam"],
                            ),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="report_reopened_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerhotline",
            constraint=models.CheckConstraint(
                condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="partner_hotline_country_code"
            ),
        ),
        migrations.AddField(
            model_name="policehold",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="policehold",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="hotline.contentitem"
            ),
        ),
        migrations.AddField(
            model_name="policehold",
            name="report",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hotline.report"),
        ),
        migrations.AddField(
            model_name="referral",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="hotline.contentitem"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="hotline.report"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.UniqueConstraint(fields=("classification", "place"), name="one_routing_rule_a_place"),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("place__in", ["", "serbia", "inhope", "elsewhere", "unknown", "onion", "platform"])
                ),
                name="routing_rule_place_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("police", True), ("host", True), ("iccam", True), ("signpost", True), _connector="OR"
                ),
                name="routing_rule_leads_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hold_days", 0), models.Q(("hold_days__lte", 90), ("police", True)), _connector="OR"
                ),
                name="routing_rule_hold_needs_police",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("iccam", False), ("place__in", ["", "inhope"]), _connector="OR"),
                name="routing_rule_iccam_needs_partner",
            ),
        ),
        migrations.AddField(
            model_name="watch",
            name="item",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="watch", to="hotline.contentitem"
            ),
        ),
        migrations.AddIndex(
            model_name="policehold",
            index=models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["until"], name="hold_open"),
        ),
        migrations.AddConstraint(
            model_name="policehold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("item",), name="one_open_hold_an_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="policehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at__isnull", True)),
                    models.Q(("ended_at__isnull", False), models.Q(("end", ""), _negated=True)),
                    _connector="OR",
                ),
                name="hold_end_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state__in", ["checking", "due", "held"])),
                fields=["state", "route", "due_at"],
                name="referral_open",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(condition=models.Q(("state", "failed")), fields=["-id"], name="referral_failed"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("reviewed_at__isnull", True), ("urgent", True)),
                fields=["-id"],
                name="referral_unreviewed",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["route", "ended_at"], name="referral_sent"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["checking", "due", "held"])),
                fields=("item", "route"),
                name="one_open_referral_a_route",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["checking", "held", "due", "sent", "failed", "withdrawn"])),
                name="referral_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("route__in", ["police", "host", "iccam", "signpost"])), name="referral_route_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["checking", "due", "held"])),
                    models.Q(
                        models.Q(("state__in", ["checking", "due", "held"]), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="referral_end_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    models.Q(("problem", ""), _negated=True),
                    _connector="OR",
                ),
                name="referral_failure_has_problem",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgent", False), ("route", "police"), _connector="OR"),
                name="referral_urgent_is_police",
            ),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(
                condition=models.Q(("next_check_at__isnull", False)), fields=["next_check_at"], name="watch_due"
            ),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)), fields=["ended_at"], name="watch_ended"
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("outcome", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("next_check_at__isnull", True),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="watch_end_whole",
            ),
        ),
        *[
            migrations.RunPython(*grant(role, "hotline.view_referral", "hotline.view_policehold", "hotline.view_watch"))
            for role in (ANALYST, SUPERVISOR)
        ],
        migrations.RunPython(
            *grant(
                SUPERVISOR,
                *[
                    f"hotline.{act}_{name}"
                    for name in ("routingrule", "partnerhotline")
                    for act in ("view", "add", "change", "delete")
                ],
            )
        ),
    ]
