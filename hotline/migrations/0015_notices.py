"""Notices to hosts, their founding wording, the days without them, and what is answered to them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant


def forget_answers(apps, schema_editor):
    """Backwards the table of messages knows no answers to notices, which go with the notices, and none about packages."""
    apps.get_model("hotline", "IncomingMail").objects.filter(kind__in=["notice", "police"]).delete()


class Migration(migrations.Migration):
    dependencies = [("hotline", "0014_police")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tag", models.CharField(editable=False, max_length=16, unique=True)),
                ("address", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                (
                    "group",
                    models.CharField(
                        choices=[("csam", "sexual abuse of children"), ("other", "other illegal content")],
                        max_length=5,
                        verbose_name="about",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("host", "host"),
                            ("owner", "site owner"),
                            ("registrar", "registrar"),
                            ("network", "network"),
                        ],
                        max_length=9,
                        verbose_name="written to as",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "about to go out"),
                            ("by_hand", "to be sent by hand"),
                            ("sent", "sent, no answer yet"),
                            ("answered", "answered"),
                            ("bounced", "came back undelivered"),
                            ("refused", "could not be sent"),
                            ("escalated", "went on to the next contact"),
                            ("exhausted", "without effect, nobody else is known"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="planned",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("waiting", models.BooleanField(default=False, verbose_name="to be looked at")),
                ("repeats", models.PositiveSmallIntegerField(default=0, verbose_name="reminders")),
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
                ("due_at", models.DateTimeField(null=True, verbose_name="next step")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
            },
        ),
        migrations.CreateModel(
            name="NoticeDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="why")),
            ],
            options={
                "verbose_name": "day without notices",
                "verbose_name_plural": "days without notices",
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="NoticeItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first", "first notice"),
                            ("repeat", "reminder"),
                            ("escalation", "notice to the next contact"),
                        ],
                        max_length=10,
                        verbose_name="message",
                    ),
                ),
                ("message_id", models.CharField(blank=True, max_length=150, null=True, unique=True)),
                ("began_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("failed_at", models.DateTimeField(null=True)),
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
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("items", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("identity", models.BinaryField(max_length=32, unique=True)),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("answer", "answer"),
                            ("automatic", "automatic reply"),
                            ("returned", "it came back undelivered"),
                            ("delayed", "a mail server wrote about it"),
                        ],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("sealed", models.BinaryField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first", "first notice"),
                            ("repeat", "reminder"),
                            ("escalation", "notice to the next contact"),
                        ],
                        max_length=10,
                        verbose_name="message",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[("csam", "sexual abuse of children"), ("other", "other illegal content")],
                        max_length=5,
                        verbose_name="about",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("sr", "Serbian"), ("en", "English")], max_length=2, verbose_name="language"
                    ),
                ),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                ("body", models.TextField(max_length=8000, verbose_name="text")),
            ],
            options={
                "verbose_name": "wording of notices",
                "verbose_name_plural": "wording of notices",
                "ordering": ["group", "language", "kind"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="incomingmail",
            name="mail_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="incomingmail",
            name="mail_content_kept",
        ),
        migrations.AlterField(
            model_name="incomingmail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("report", "new report"),
                    ("reply", "reply in a case"),
                    ("auto_reply", "automatic reply"),
                    ("bounce", "delivery notice"),
                    ("notice", "answer to a notice"),
                    ("police", "about a package for the police"),
                    ("unreadable", "could not be read"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["report", "reply", "auto_reply", "bounce", "notice", "police", "unreadable"])
                ),
                name="mail_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["report", "reply", "notice"]), ("sealed__isnull", False), _connector="OR"
                ),
                name="mail_content_kept",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="hotline.abusecontact",
                verbose_name="contact",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="escalated_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="escalated_to",
                to="hotline.notice",
            ),
        ),
        migrations.AddField(
            model_name="noticeitem",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notice_entries", to="hotline.contentitem"
            ),
        ),
        migrations.AddField(
            model_name="noticeitem",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="hotline.notice"
            ),
        ),
        migrations.AddField(
            model_name="noticeitem",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notice_entries", to="hotline.referral"
            ),
        ),
        migrations.AddField(
            model_name="noticemessage",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="hotline.notice"
            ),
        ),
        migrations.AddField(
            model_name="noticereply",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="hotline.notice"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetemplate",
            constraint=models.UniqueConstraint(fields=("kind", "group", "language"), name="one_notice_template_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="noticetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["first", "repeat", "escalation"])), name="notice_template_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("group__in", ["csam", "other"])), name="notice_template_group_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["sr", "en"])), name="notice_template_language"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="notice_due"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("waiting", True)), fields=["-id"], name="notice_waiting"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["state", "-id"], name="notice_state"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("tag__regex", "^[0-9A-HJKMNP-TV-Z]{16}$")), name="notice_tag_well_formed"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "planned",
                            "by_hand",
                            "sent",
                            "answered",
                            "bounced",
                            "refused",
                            "escalated",
                            "exhausted",
                            "closed",
                            "withdrawn",
                        ],
                    )
                ),
                name="notice_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("group__in", ["csam", "other"])), name="notice_group_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__in", ["host", "owner", "registrar", "network"])), name="notice_step_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state__in", ["planned", "sent"])),
                    models.Q(models.Q(("state__in", ["planned", "sent"]), _negated=True), ("due_at__isnull", True)),
                    _connector="OR",
                ),
                name="notice_due_while_queued",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["answered", "by_hand", "planned", "sent"])),
                    models.Q(
                        models.Q(("state__in", ["answered", "by_hand", "planned", "sent"]), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="notice_end_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "answered"]), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="notice_sent_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "by_hand"), _negated=True), ("waiting", True), _connector="OR"),
                name="notice_by_hand_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeitem",
            constraint=models.UniqueConstraint(fields=("notice", "item"), name="item_once_a_notice"),
        ),
        migrations.AddConstraint(
            model_name="noticemessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("failed_at__isnull", True), ("sent_at__isnull", True)),
                fields=("notice",),
                name="one_notice_message_tried",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticemessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("failed_at__isnull", True),
                    models.Q(("sent_at__isnull", True), models.Q(("error", ""), _negated=True)),
                    _connector="OR",
                ),
                name="notice_message_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticereply",
            constraint=models.CheckConstraint(
                condition=models.Q(("nature__in", ["answer", "automatic", "returned", "delayed"])),
                name="notice_reply_nature",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_answers),
        *[migrations.RunPython(*grant(role, "hotline.view_notice")) for role in (ANALYST, SUPERVISOR)],
        migrations.RunPython(
            *grant(
                SUPERVISOR,
                "hotline.view_noticetemplate",
                "hotline.change_noticetemplate",
                *[f"hotline.{act}_noticeday" for act in ("view", "add", "change", "delete")],
            )
        ),
    ]
