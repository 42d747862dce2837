"""Messages that came by e-mail, the mailbox they come from, and categories that nobody has chosen yet."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0004_channels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="category_assumed",
            field=models.BooleanField(db_default=False, default=False, verbose_name="category not chosen yet"),
        ),
        migrations.CreateModel(
            name="MailboxState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_success", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "the server does not answer"),
                            ("timeout", "the server is too slow or hangs"),
                            ("certificate", "the server's certificate is not trusted"),
                            ("login", "wrong user name or password"),
                            ("busy", "the server refuses to serve for the moment"),
                            ("folder", "the folder to read cannot be opened"),
                            ("broken", "the connection breaks off"),
                            ("nonsense", "the server does not keep to the protocol"),
                            ("full", "messages cannot be moved, the mailbox may be full"),
                            ("removal", "messages that were taken cannot be removed"),
                            ("interrupted", "the program was ended in the middle of a message"),
                            ("sealing", "messages cannot be sealed, the public keys are missing"),
                            ("settings", "the settings are wrong"),
                        ],
                        max_length=12,
                    ),
                ),
                ("held_by", models.UUIDField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("at_uid", models.BigIntegerField(null=True)),
                ("cleaned_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_mailbox"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("error", ""), ("failing_since__isnull", True)),
                            models.Q(("failing_since__isnull", False), models.Q(("error", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="mailbox_failure_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_by__isnull", True), ("held_until__isnull", True)),
                            models.Q(("held_by__isnull", False), ("held_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="mailbox_hold_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("identity", models.BinaryField(max_length=32, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "new report"),
                            ("reply", "reply in a case"),
                            ("auto_reply", "automatic reply"),
                            ("bounce", "delivery notice"),
                            ("unreadable", "could not be read"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=32, verbose_name="reason")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sealed", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "to be looked at"),
                            ("reported", "entered as a report"),
                            ("nothing", "nothing to report"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("handled_at", models.DateTimeField(null=True, verbose_name="handled")),
                (
                    "handled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handled by",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="hotline.report",
                        verbose_name="report",
                    ),
                ),
            ],
            options={
                "verbose_name": "message by e-mail",
                "verbose_name_plural": "messages by e-mail",
                "indexes": [
                    models.Index(fields=["kind", "-id"], name="mail_kind"),
                    models.Index(
                        condition=models.Q(("state", ""), _negated=True), fields=["state", "-id"], name="mail_state"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("identity__length", 32)), name="mail_identity_whole"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["report", "reply", "auto_reply", "bounce", "unreadable"])),
                        name="mail_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["report", "reply"]), _negated=True),
                            ("report__isnull", False),
                            _connector="OR",
                        ),
                        name="mail_report_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["report", "reply"]), ("sealed__isnull", False), _connector="OR"
                        ),
                        name="mail_content_kept",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "unreadable"), _negated=True),
                            models.Q(models.Q(("reason", ""), _negated=True), models.Q(("state", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="mail_unreadable_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at__isnull", True), ("state__in", ["", "open"])),
                            models.Q(("handled_at__isnull", False), ("state__in", ["reported", "nothing"])),
                            _connector="OR",
                        ),
                        name="mail_handled_whole",
                    ),
                ],
            },
        ),
        migrations.RunPython(*grant(ANALYST, "hotline.view_incomingmail")),
        migrations.RunPython(*grant(SUPERVISOR, "hotline.view_incomingmail")),
    ]
