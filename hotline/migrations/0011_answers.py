"""Answers to messages, and the threads they belong to."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [("hotline", "0010_rules")]

    operations = [
        migrations.CreateModel(
            name="MailThread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mail_thread", to="hotline.report"
                    ),
                ),
                ("tag", models.CharField(editable=False, max_length=16, unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tag__regex", "^[0-9A-HJKMNP-TV-Z]{16}$")), name="mail_tag_well_formed"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outgoing_mails",
                        to="hotline.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("answer", "answer with the receipt"), ("news", "there is news")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "waiting"), ("sent", "sent"), ("failed", "given up"), ("refused", "refused")],
                        default="due",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("queued_at", models.DateTimeField(verbose_name="made")),
                ("due_at", models.DateTimeField(null=True, verbose_name="next attempt")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("interrupted", "the program was ended while sending"),
                            ("unreachable", "the mail server does not answer"),
                            ("encryption", "no trusted encrypted connection to the mail server"),
                            ("login", "the mail server does not accept our name and password"),
                            ("sender", "the mail server does not accept our address"),
                            ("deferred", "the mail server asks for later"),
                            ("lost", "the connection broke off, it may have arrived"),
                            ("recipient", "the address is refused"),
                            ("content", "the message is refused"),
                            ("returned", "it came back"),
                            ("secret", "MAIL_SECRET has changed, the address cannot be opened"),
                            ("unforeseen", "something nobody thought of, the log says what"),
                        ],
                        max_length=12,
                        verbose_name="last error",
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("receipt_sent", models.BooleanField(default=False, verbose_name="with the receipt")),
            ],
            options={
                "verbose_name": "outgoing e-mail",
                "verbose_name_plural": "outgoing e-mails",
                "indexes": [
                    models.Index(condition=models.Q(("state", "due")), fields=["due_at"], name="outgoing_due"),
                    models.Index(fields=["state", "-id"], name="outgoing_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["answer", "news"])), name="outgoing_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["due", "sent", "failed", "refused"])),
                        name="outgoing_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("sealed__isnull", False), ("state", "due")),
                            models.Q(
                                models.Q(("state", "due"), _negated=True),
                                ("due_at__isnull", True),
                                ("sealed__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outgoing_address_while_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["failed", "refused"]), _negated=True),
                            models.Q(("error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="outgoing_failure_named",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "due")), fields=("report",), name="one_outgoing_due"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("address_digest", models.BinaryField(max_length=32)),
                ("count", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "address_digest"), name="one_count_an_address"),
                    models.CheckConstraint(condition=models.Q(("count__range", (1, 3))), name="answers_within_limit"),
                ],
                "indexes": [],
            },
        ),
        migrations.RunPython(*grant(ANALYST, "hotline.view_outgoingmail")),
        migrations.RunPython(*grant(SUPERVISOR, "hotline.view_outgoingmail")),
    ]
