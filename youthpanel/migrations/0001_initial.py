"""Records, meetings, consultations and papers of the youth panel."""

import uuid

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        # The database compares names and pseudonyms folded.
        ("common", "0002_folding"),
    ]

    operations = [
        migrations.CreateModel(
            name="WhitePaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("title_sr", models.CharField(max_length=200, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=200, null=True, verbose_name="title")),
                ("foreword", models.TextField(blank=True, verbose_name="foreword")),
                ("foreword_sr", models.TextField(blank=True, null=True, verbose_name="foreword")),
                ("foreword_en", models.TextField(blank=True, null=True, verbose_name="foreword")),
                ("method", models.TextField(blank=True, verbose_name="how it was made")),
                ("method_sr", models.TextField(blank=True, null=True, verbose_name="how it was made")),
                ("method_en", models.TextField(blank=True, null=True, verbose_name="how it was made")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "White Paper",
                "verbose_name_plural": "White Papers",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Cohort",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_sr", models.CharField(max_length=120, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=120, null=True, verbose_name="name")),
                ("begins_on", models.DateField(verbose_name="begins")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends")),
                (
                    "target",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(500),
                        ],
                        verbose_name="planned number of members",
                    ),
                ),
            ],
            options={
                "verbose_name": "cohort",
                "verbose_name_plural": "cohorts",
                "ordering": ("begins_on", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("begins_on")), _connector="OR"),
                        name="cohort_ends_after_beginning",
                        violation_error_message="It ends before it begins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target__range", (1, 500))), name="cohort_target_sensible"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("summary", models.CharField(max_length=300, verbose_name="in one sentence")),
                ("summary_sr", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                ("summary_en", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                ("introduction", models.TextField(blank=True, verbose_name="what it is about")),
                ("introduction_sr", models.TextField(blank=True, null=True, verbose_name="what it is about")),
                ("introduction_en", models.TextField(blank=True, null=True, verbose_name="what it is about")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("open", "open"),
                            ("closed", "closed"),
                            ("reported", "reported back"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("anonymous", models.BooleanField(default=True, verbose_name="answers are anonymous")),
                ("outcome", models.TextField(blank=True, verbose_name="what came of it")),
                ("outcome_sr", models.TextField(blank=True, null=True, verbose_name="what came of it")),
                ("outcome_en", models.TextField(blank=True, null=True, verbose_name="what came of it")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "cohorts",
                    models.ManyToManyField(
                        related_name="consultations", to="youthpanel.cohort", verbose_name="cohorts"
                    ),
                ),
                (
                    "facilitators",
                    models.ManyToManyField(
                        help_text="Two adults at least.",
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="facilitators",
                    ),
                ),
            ],
            options={
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="edition")),
                ("content", models.JSONField()),
                ("changes", models.TextField(blank=True, max_length=2000, verbose_name="what changed")),
                ("changes_sr", models.TextField(blank=True, max_length=2000, null=True, verbose_name="what changed")),
                ("changes_en", models.TextField(blank=True, max_length=2000, null=True, verbose_name="what changed")),
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="youthpanel.whitepaper"
                    ),
                ),
            ],
            options={
                "verbose_name": "edition",
                "verbose_name_plural": "editions",
                "ordering": ("paper", "-number"),
            },
        ),
        migrations.CreateModel(
            name="EditionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("sr", "Serbian, Cyrillic"), ("sr-latn", "Serbian, Latin"), ("en", "English")],
                        max_length=7,
                    ),
                ),
                ("format", models.CharField(choices=[("pdf", "PDF"), ("docx", "DOCX")], max_length=4)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="youthpanel.edition"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("whom", models.CharField(max_length=200, verbose_name="handed to")),
                ("whom_sr", models.CharField(max_length=200, null=True, verbose_name="handed to")),
                ("whom_en", models.CharField(max_length=200, null=True, verbose_name="handed to")),
                ("on", models.DateField(verbose_name="on")),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="document")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="youthpanel.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "handover",
                "verbose_name_plural": "handovers",
                "ordering": ("on", "id"),
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("agenda", models.TextField(blank=True, max_length=4000, verbose_name="agenda")),
                ("agenda_sr", models.TextField(blank=True, max_length=4000, null=True, verbose_name="agenda")),
                ("agenda_en", models.TextField(blank=True, max_length=4000, null=True, verbose_name="agenda")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "town",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator("^[a-z]+(-[a-z]+)*$", "Choose a town from the list.")
                        ],
                        verbose_name="town",
                    ),
                ),
                ("place", models.CharField(max_length=160, verbose_name="place")),
                ("minutes", models.TextField(blank=True, max_length=40000, verbose_name="minutes")),
                ("cancelled_at", models.DateTimeField(editable=False, null=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "cohorts",
                    models.ManyToManyField(related_name="meetings", to="youthpanel.cohort", verbose_name="cohorts"),
                ),
                (
                    "facilitators",
                    models.ManyToManyField(
                        help_text="Two adults at least.",
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="facilitators",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
                "ordering": ("-starts_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("text", models.CharField(max_length=600, verbose_name="decision")),
                ("text_sr", models.CharField(max_length=600, null=True, verbose_name="decision")),
                ("text_en", models.CharField(max_length=600, null=True, verbose_name="decision")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="youthpanel.meeting"
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("came", models.BooleanField(null=True, verbose_name="came")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attendances", to="youthpanel.meeting"
                    ),
                ),
            ],
            options={
                "verbose_name": "attendance",
                "verbose_name_plural": "attendances",
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("pseudonym", models.CharField(max_length=40, verbose_name="pseudonym")),
                (
                    "birth_year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1990),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year of birth",
                    ),
                ),
                (
                    "birth_month",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="month of birth",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "member"), ("peer-educator", "peer educator"), ("speaker", "speaker")],
                        default="member",
                        max_length=13,
                        verbose_name="role",
                    ),
                ),
                ("joined_on", models.DateField(verbose_name="joined")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left")),
                ("identity", models.BinaryField(max_length=32, null=True, unique=True)),
                ("sealed", models.BinaryField(null=True)),
                ("erased_at", models.DateTimeField(editable=False, null=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="youthpanel.cohort",
                        verbose_name="cohort",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "ordering": ("cohort", "pseudonym", "id"),
                "permissions": (("open_identity", "Can open who a member is"),),
            },
        ),
        migrations.CreateModel(
            name="MeetingFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("document", "document"), ("photograph", "photograph")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("description", models.CharField(max_length=300, verbose_name="what can be seen or read")),
                ("size", models.PositiveBigIntegerField(editable=False)),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("media_type", models.CharField(editable=False, max_length=100)),
                ("added_at", models.DateTimeField(editable=False)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="youthpanel.meeting"
                    ),
                ),
                (
                    "shown",
                    models.ManyToManyField(
                        blank=True, related_name="photographs", to="youthpanel.member", verbose_name="members on it"
                    ),
                ),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "ordering": ("added_at", "id"),
            },
        ),
        migrations.AddField(
            model_name="meeting",
            name="members",
            field=models.ManyToManyField(
                related_name="meetings", through="youthpanel.Attendance", to="youthpanel.member"
            ),
        ),
        migrations.CreateModel(
            name="InvitationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="youthpanel.member"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sealed", models.BinaryField()),
                ("urgent", models.BooleanField(default=False, verbose_name="urgent")),
                ("written_at", models.DateTimeField(editable=False, verbose_name="written")),
                ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="settled")),
                (
                    "written_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incidents",
                        to="youthpanel.member",
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident note",
                "verbose_name_plural": "incident notes",
                "ordering": ("-written_at", "-id"),
                "permissions": (("open_incidentnote", "Can open incident notes"),),
            },
        ),
        migrations.CreateModel(
            name="Idea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(max_length=2000, verbose_name="text")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting to be read"),
                            ("shown", "shown"),
                            ("refused", "not shown"),
                            ("withdrawn", "taken back"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("written_at", models.DateTimeField(editable=False, verbose_name="written")),
                ("read_at", models.DateTimeField(editable=False, null=True, verbose_name="read")),
                ("refusal_reason", models.CharField(blank=True, max_length=300, verbose_name="why it is not shown")),
                ("counted", models.PositiveSmallIntegerField(default=0, verbose_name="raised hands")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ideas", to="youthpanel.consultation"
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="youthpanel.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "idea",
                "verbose_name_plural": "ideas",
                "ordering": ("-written_at", "-id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Endorsement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("priority", models.BooleanField(default=False)),
                (
                    "idea",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="endorsements", to="youthpanel.idea"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="endorsements", to="youthpanel.member"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("membership", "membership"),
                            ("online", "taking part online"),
                            ("photograph", "photographs"),
                            ("quotation", "quotations"),
                            ("travel", "travel"),
                        ],
                        max_length=10,
                        verbose_name="what for",
                    ),
                ),
                (
                    "giver",
                    models.CharField(
                        choices=[("guardian", "guardian"), ("member", "the member")],
                        max_length=8,
                        verbose_name="given by",
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        help_text="Where the signed paper is filed.", max_length=120, verbose_name="document"
                    ),
                ),
                ("given_on", models.DateField(verbose_name="given")),
                ("expires_on", models.DateField(verbose_name="expires")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn")),
                ("reminded_on", models.DateField(editable=False, null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="youthpanel.member",
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ("member", "scope", "-given_on", "-id"),
            },
        ),
        migrations.AddField(
            model_name="attendance",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attendances", to="youthpanel.member"
            ),
        ),
        migrations.CreateModel(
            name="AnswerSheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("offline", models.BooleanField(default=False)),
                ("answers", models.JSONField()),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="youthpanel.consultation"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sheets",
                        to="youthpanel.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer sheet",
                "verbose_name_plural": "answer sheets",
            },
        ),
        migrations.CreateModel(
            name="MemberSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="youthpanel.member"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="youthpanel.consultation",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="youthpanel.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Phase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "feature",
                    models.CharField(
                        choices=[
                            ("inform", "Read what it is about"),
                            ("collect", "Propose ideas"),
                            ("answer", "Answer questions"),
                            ("discuss", "Talk about it"),
                            ("prioritise", "Choose what matters most"),
                            ("report", "See what came of it"),
                        ],
                        max_length=10,
                        verbose_name="what members do",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phases", to="youthpanel.consultation"
                    ),
                ),
            ],
            options={
                "verbose_name": "phase",
                "verbose_name_plural": "phases",
                "ordering": ("starts_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(max_length=2000, verbose_name="text")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting to be read"),
                            ("shown", "shown"),
                            ("refused", "not shown"),
                            ("withdrawn", "taken back"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("written_at", models.DateTimeField(editable=False, verbose_name="written")),
                ("read_at", models.DateTimeField(editable=False, null=True, verbose_name="read")),
                ("refusal_reason", models.CharField(blank=True, max_length=300, verbose_name="why it is not shown")),
                (
                    "adult",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="youthpanel.consultation"
                    ),
                ),
                (
                    "idea",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="youthpanel.idea",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="youthpanel.member",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "ordering": ("written_at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "one choice"),
                            ("multiple", "several choices"),
                            ("scale", "a scale from 1 to 5"),
                            ("open", "in one's own words"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="question")),
                ("text_sr", models.CharField(max_length=300, null=True, verbose_name="question")),
                ("text_en", models.CharField(max_length=300, null=True, verbose_name="question")),
                ("other", models.BooleanField(default=False, verbose_name="with an answer of one's own")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="youthpanel.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="QuestionChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("text", models.CharField(max_length=200, verbose_name="choice")),
                ("text_sr", models.CharField(max_length=200, null=True, verbose_name="choice")),
                ("text_en", models.CharField(max_length=200, null=True, verbose_name="choice")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="choices", to="youthpanel.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "choice",
                "verbose_name_plural": "choices",
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("text", models.TextField(max_length=4000, verbose_name="what is recommended")),
                ("text_sr", models.TextField(max_length=4000, null=True, verbose_name="what is recommended")),
                ("text_en", models.TextField(max_length=4000, null=True, verbose_name="what is recommended")),
                ("child_text", models.CharField(blank=True, max_length=400, verbose_name="in words for children")),
                (
                    "child_text_sr",
                    models.CharField(blank=True, max_length=400, null=True, verbose_name="in words for children"),
                ),
                (
                    "child_text_en",
                    models.CharField(blank=True, max_length=400, null=True, verbose_name="in words for children"),
                ),
                (
                    "education",
                    models.CharField(
                        choices=[("formal", "formal education"), ("non-formal", "non-formal education")],
                        max_length=10,
                        verbose_name="education",
                    ),
                ),
                ("addressee", models.CharField(max_length=160, verbose_name="addressed to")),
                ("addressee_sr", models.CharField(max_length=160, null=True, verbose_name="addressed to")),
                ("addressee_en", models.CharField(max_length=160, null=True, verbose_name="addressed to")),
                ("support", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="members for it")),
                ("asked", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="members asked")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "consultations",
                    models.ManyToManyField(
                        blank=True,
                        related_name="recommendations",
                        to="youthpanel.consultation",
                        verbose_name="from consultations",
                    ),
                ),
                (
                    "ideas",
                    models.ManyToManyField(
                        blank=True, related_name="recommendations", to="youthpanel.idea", verbose_name="from ideas"
                    ),
                ),
                (
                    "meetings",
                    models.ManyToManyField(
                        blank=True,
                        related_name="recommendations",
                        to="youthpanel.meeting",
                        verbose_name="from meetings",
                    ),
                ),
            ],
            options={
                "verbose_name": "recommendation",
                "verbose_name_plural": "recommendations",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("considered", "under consideration"),
                            ("accepted", "accepted"),
                            ("partly", "accepted in part"),
                            ("rejected", "rejected"),
                            ("done", "done"),
                        ],
                        max_length=10,
                        verbose_name="response",
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="in their words")),
                ("text_sr", models.TextField(blank=True, max_length=2000, null=True, verbose_name="in their words")),
                ("text_en", models.TextField(blank=True, max_length=2000, null=True, verbose_name="in their words")),
                (
                    "source",
                    models.CharField(help_text="A document or an address.", max_length=300, verbose_name="source"),
                ),
                ("recorded_at", models.DateTimeField(editable=False)),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="youthpanel.recommendation",
                        verbose_name="recommendation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "response",
                "verbose_name_plural": "responses",
                "ordering": ("on", "id"),
            },
        ),
        migrations.CreateModel(
            name="School",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("primary", "Primary school"), ("secondary", "Secondary school")],
                        max_length=9,
                        verbose_name="kind of school",
                    ),
                ),
                (
                    "town",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator("^[a-z]+(-[a-z]+)*$", "Choose a town from the list.")
                        ],
                        verbose_name="town",
                    ),
                ),
            ],
            options={
                "verbose_name": "school",
                "verbose_name_plural": "schools",
                "ordering": ("town", "name", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        models.Func(models.F("name"), function="clicksafely_fold", output_field=models.TextField()),
                        models.F("town"),
                        name="one_school_of_a_name",
                        violation_error_message="This town has a school of this name already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["primary", "secondary"])), name="school_kind_known"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="member",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="youthpanel.school",
                verbose_name="school",
            ),
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_sr", models.CharField(max_length=80, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=80, null=True, verbose_name="name")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="themes", to="youthpanel.consultation"
                    ),
                ),
            ],
            options={
                "verbose_name": "theme",
                "verbose_name_plural": "themes",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Quotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=600, verbose_name="words")),
                ("text_sr", models.CharField(max_length=600, null=True, verbose_name="words")),
                ("text_en", models.CharField(max_length=600, null=True, verbose_name="words")),
                ("cleared_at", models.DateTimeField(editable=False, null=True, verbose_name="cleared")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotations",
                        to="youthpanel.consultation",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="quotations",
                        to="youthpanel.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "themes",
                    models.ManyToManyField(
                        blank=True, related_name="quotations", to="youthpanel.theme", verbose_name="themes"
                    ),
                ),
            ],
            options={
                "verbose_name": "quotation",
                "verbose_name_plural": "quotations",
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="idea",
            name="themes",
            field=models.ManyToManyField(
                blank=True, related_name="ideas", to="youthpanel.theme", verbose_name="themes"
            ),
        ),
        migrations.CreateModel(
            name="PaperRecommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="youthpanel.recommendation",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="youthpanel.whitepaper"
                    ),
                ),
            ],
            options={
                "verbose_name": "recommendation",
                "verbose_name_plural": "recommendations",
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="Chapter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[("chapter", "chapter"), ("annex", "annex")],
                        default="chapter",
                        max_length=7,
                        verbose_name="part",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("text", models.TextField(verbose_name="text")),
                ("text_sr", models.TextField(null=True, verbose_name="text")),
                ("text_en", models.TextField(null=True, verbose_name="text")),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="chapters", to="youthpanel.whitepaper"
                    ),
                ),
            ],
            options={
                "verbose_name": "chapter",
                "verbose_name_plural": "chapters",
                "ordering": ("part", "order", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "open", "closed", "reported"])),
                name="consultation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="editionfile",
            constraint=models.UniqueConstraint(
                fields=("edition", "language", "format"), name="one_file_a_language_and_format"
            ),
        ),
        migrations.AddConstraint(
            model_name="editionfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="edition_file_sha256_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="editionfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["pdf", "docx"])), name="edition_file_format_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["document", "photograph"])), name="meeting_file_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="meeting_file_sha256_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="meeting_ends_after_start",
                violation_error_message="It ends before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitationcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="code_expires_after_making"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitationcode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("used_at", None)), fields=("member",), name="one_unused_code_a_member"
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsement",
            constraint=models.UniqueConstraint(fields=("idea", "member", "priority"), name="one_endorsement_a_member"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("withdrawn_on", None)), fields=["expires_on"], name="consent_expires"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_on", None)),
                fields=("member", "scope"),
                name="one_consent_that_holds",
                violation_error_message="There is such a consent already. Withdraw it first, or change it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["membership", "online", "photograph", "quotation", "travel"])),
                name="consent_scope_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver__in", ["guardian", "member"])), name="consent_giver_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_on__gt", models.F("given_on"))),
                name="consent_expires_after_given",
                violation_error_message="It expires before it is given.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_on", None), ("withdrawn_on__gte", models.F("given_on")), _connector="OR"
                ),
                name="consent_withdrawn_after_given",
                violation_error_message="It was withdrawn before it was given.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("meeting", "member"), name="one_attendance_a_member"),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(fields=("consultation", "member"), name="one_participation_a_member"),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=models.Q(("feature__in", ["inform", "collect", "answer", "discuss", "prioritise", "report"])),
                name="phase_feature_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="phase_ends_after_start",
                violation_error_message="It ends before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            django.db.models.functions.comparison.Cast("consultation_id", models.BigIntegerField()),
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.functions.comparison.Cast("consultation_id", models.BigIntegerField()),
                                "+",
                                models.Value(1),
                            ),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (models.Func(models.F("starts_at"), models.F("ends_at"), function="tstzrange"), "&&"),
                ],
                name="phases_do_not_overlap",
                violation_error_message="Two phases of a consultation are at the same time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "shown", "refused", "withdrawn"])), name="post_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("member", None), ("adult", None), _connector="OR"), name="post_by_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["single", "multiple", "scale", "open"])),
                name="panel_question_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("other", False), ("kind__in", ("single", "multiple")), _connector="OR"),
                name="other_only_with_choices",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("education__in", ["formal", "non-formal"])), name="education_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked", None), ("support", None)), ("support__lte", models.F("asked")), _connector="OR"
                ),
                name="support_of_those_asked",
                violation_error_message="More members are for it than were asked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["received", "considered", "accepted", "partly", "rejected", "done"])),
                name="response_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "rejected"), _negated=True),
                    models.Q(("text_sr", ""), _negated=True),
                    _connector="OR",
                ),
                name="rejection_has_a_reason",
                violation_error_message="Say why it was rejected.",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["birth_year", "birth_month"], name="member_by_birth"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                models.Func(models.F("pseudonym"), function="clicksafely_fold", output_field=models.TextField()),
                name="one_member_a_pseudonym",
                violation_error_message="Another member has this pseudonym. Choose another one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["member", "peer-educator", "speaker"])), name="member_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("birth_month__range", (1, 12))), name="member_birth_month_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "joined_on__year__gte",
                        django.db.models.expressions.CombinedExpression(models.F("birth_year"), "+", models.Value(11)),
                    ),
                    (
                        "joined_on__year__lte",
                        django.db.models.expressions.CombinedExpression(models.F("birth_year"), "+", models.Value(19)),
                    ),
                ),
                name="member_of_an_age_for_the_panel",
                violation_error_message="Members are 11 to 18 years old when they join. Check the year of birth.",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("left_on", None), ("left_on__gte", models.F("joined_on")), _connector="OR"),
                name="member_left_after_joining",
                violation_error_message="Left before joining.",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at", None), ("identity__isnull", False), ("sealed__isnull", False)),
                    models.Q(
                        ("erased_at__isnull", False), ("identity", None), ("left_on__isnull", False), ("sealed", None)
                    ),
                    _connector="OR",
                ),
                name="member_known_until_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "shown", "refused", "withdrawn"])), name="idea_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrecommendation",
            constraint=models.UniqueConstraint(fields=("paper", "recommendation"), name="one_place_a_recommendation"),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(fields=("paper", "number"), name="one_edition_a_number"),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="edition_number_from_one"),
        ),
        migrations.AddConstraint(
            model_name="chapter",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["chapter", "annex"])), name="chapter_part_known"
            ),
        ),
    ]
