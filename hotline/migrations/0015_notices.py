"""Notices to hosts, their founding wording, the days without them, and what is answered to them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from clicksafely.common.roles import ANALYST, SUPERVISOR, grant

# What a notice must say (Regulation (EU) 2022/2065, article 16(2)): why the content is illegal, where exactly it is, by whom the notice is
# given (not about sexual abuse of children), and that it is given in good faith.
SUBJECTS = {
    ("first", "sr"): "[{{ reference }}] Обавештење о незаконитом садржају (ДСА, члан 16)",
    ("repeat", "sr"): "[{{ reference }}] Подсетник: незаконити садржај је још доступан (ДСА, члан 16)",
    ("escalation", "sr"): "[{{ reference }}] Обавештење о незаконитом садржају који други нису уклонили (ДСА, члан 16)",
    ("first", "en"): "[{{ reference }}] Notice of illegal content (DSA, Article 16)",
    ("repeat", "en"): "[{{ reference }}] Reminder: illegal content is still available (DSA, Article 16)",
    ("escalation", "en"): "[{{ reference }}] Notice of illegal content that others have not removed (DSA, Article 16)",
}
OPENINGS = {
    (
        "first",
        "sr",
    ): "ово је обавештење по члану 16. Уредбе (ЕУ) 2022/2065 (Акт о дигиталним услугама) о незаконитом садржају који је доступан преко ваших услуга.",
    (
        "repeat",
        "sr",
    ): "први пут смо вам писали {{ first_sent }}. Садржај је још доступан; ово је подсетник број {{ repeat }} на обавештење по члану 16. Уредбе (ЕУ) 2022/2065 (Акт о дигиталним услугама).",
    (
        "escalation",
        "sr",
    ): "ово је обавештење по члану 16. Уредбе (ЕУ) 2022/2065 (Акт о дигиталним услугама). Онима који су садржају ближи писали смо {{ first_sent }}, али је он још доступан. Обраћамо вам се јер је доступан и преко ваших услуга.",
    (
        "first",
        "en",
    ): "this is a notice under Article 16 of Regulation (EU) 2022/2065 (Digital Services Act) about illegal content that is available through your services.",
    (
        "repeat",
        "en",
    ): "we first wrote to you on {{ first_sent }}. The content is still available; this is reminder number {{ repeat }} of our notice under Article 16 of Regulation (EU) 2022/2065 (Digital Services Act).",
    (
        "escalation",
        "en",
    ): "this is a notice under Article 16 of Regulation (EU) 2022/2065 (Digital Services Act). We wrote to those closer to the content on {{ first_sent }}, and it is still available. We turn to you because it is available through your services too.",
}
PLACES = {
    "sr": """Тачне адресе ({{ count }}):

{{ addresses }}

Где се налазе, према нашем упиту {{ date }}:

{{ hosting }}""",
    "en": """Exact addresses ({{ count }}):

{{ addresses }}

Where they are, as we found it on {{ date }}:

{{ hosting }}""",
}
REASONS = {
    (
        "csam",
        "sr",
    ): """Разлози: на наведеним адресама је материјал настао искоришћавањем деце у порнографске сврхе ({{ category }}). Тако су га оценила два лица независно једно од другог. Његово приказивање, прибављање и поседовање је кривично дело у Републици Србији (Кривични законик, члан 185) и у Европској унији (Директива 2011/93/ЕУ, члан 5).

Молимо вас да приступ садржају одмах онемогућите, да податке о њему и о ономе ко га је поставио сачувате за надлежне органе (ДСА, члан 18) и да садржај не прослеђујете.""",
    (
        "csam",
        "en",
    ): """Reasons: the addresses hold material that shows the sexual abuse of children ({{ category }}). Two people found so independently of each other. Showing, obtaining and possessing it is an offence in the Republic of Serbia (Criminal Code, Article 185) and in the European Union (Directive 2011/93/EU, Article 5).

Please disable access to it at once, preserve the data about it and about who put it there for the competent authorities (DSA, Article 18), and do not pass it on.""",
    (
        "other",
        "sr",
    ): """Разлози: утврђено је да је садржај незаконит ({{ category }}). Тако су га оценила два лица независно једно од другог, по прописима Републике Србије (Кривични законик, нарочито чл. 138, 138а, 317. и 387).

Молимо вас да садржај без одлагања проверите, уклоните га или онемогућите приступ њему, и да нам јавите шта сте одлучили.""",
    (
        "other",
        "en",
    ): """Reasons: the content was found to be illegal ({{ category }}). Two people found so independently of each other, by the law of the Republic of Serbia (Criminal Code, in particular Articles 138, 138a, 317 and 387).

Please look at it without delay, remove it or disable access to it, and let us know what you decided.""",
}
CLOSINGS = {
    ("csam", "sr"): """Изјављујемо да у доброј вери сматрамо да су подаци и наводи у овом обавештењу тачни и потпуни.

Подносилац се не наводи (ДСА, члан 16, став 2, тачка (в)). Одговор на ову поруку стиже до нас. За сваку адресу приложен је извештај у облику XARF v4.""",
    (
        "csam",
        "en",
    ): """We state our bona fide belief that the information and allegations in this notice are accurate and complete.

The notifier is not named (DSA, Article 16(2)(c)). A reply to this message reaches us. A XARF v4 report is attached for each address.""",
    ("other", "sr"): """Изјављујемо да у доброј вери сматрамо да су подаци и наводи у овом обавештењу тачни и потпуни.

Подносилац: {{ notifier_name }}, {{ notifier_email }}. За сваку адресу приложен је извештај у облику XARF v4.""",
    (
        "other",
        "en",
    ): """We state our bona fide belief that the information and allegations in this notice are accurate and complete.

Notifier: {{ notifier_name }}, {{ notifier_email }}. A XARF v4 report is attached for each address.""",
}
GREETINGS = {"sr": "Поштовани ({{ contact }}),", "en": "To {{ contact }},"}


def load_wording(apps, schema_editor):
    template = apps.get_model("hotline", "NoticeTemplate")
    for (kind, language), subject in SUBJECTS.items():
        for group in ("csam", "other"):
            parts = (
                GREETINGS[language],
                OPENINGS[kind, language],
                PLACES[language],
                REASONS[group, language],
                CLOSINGS[group, language],
            )
            template.objects.create(kind=kind, group=group, language=language, subject=subject, body="\n\n".join(parts))


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
        migrations.RunPython(load_wording, migrations.RunPython.noop),
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
