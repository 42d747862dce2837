"""Series, events and their dates, bookings, letters, closing reports."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import awareness.publishing.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("topics", "0005_planned_dates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("submission", models.BinaryField(max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "on the waiting list"),
                            ("offered", "place offered"),
                            ("booked", "booked"),
                            ("cancelled", "cancelled by the school"),
                            ("called_off", "called off by us"),
                            ("lapsed", "offer lapsed"),
                            ("attended", "came"),
                            ("absent", "did not come"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("school", models.CharField(max_length=160, verbose_name="school")),
                (
                    "school_kind",
                    models.CharField(
                        choices=[
                            ("primary", "Primary school"),
                            ("secondary", "Secondary school"),
                            ("special", "School for education of pupils with disabilities"),
                            ("other", "Other institution"),
                        ],
                        max_length=10,
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
                        verbose_name="town of the school",
                    ),
                ),
                ("grade", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="grade")),
                (
                    "size",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(300),
                        ],
                        verbose_name="places",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("sr", "Serbian, Cyrillic"), ("sr-latn", "Serbian, Latin"), ("en", "English")],
                        max_length=7,
                        verbose_name="language",
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                (
                    "offered_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="offered until"),
                ),
                (
                    "unreachable_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="unreachable since"),
                ),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "booked_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="asked"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last changed"
                    ),
                ),
                ("erased_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "booking",
                "verbose_name_plural": "bookings",
                "ordering": ("-booked_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Small letters, digits and hyphens.",
                        max_length=80,
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty: a draft. In the future: it appears by itself.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty: it stays. In the future: it goes by itself.",
                        null=True,
                        verbose_name="withdrawn from",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last changed"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "preview_key",
                    models.CharField(
                        default=awareness.publishing.models.draw_preview_key, editable=False, max_length=32
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("presentation", "Interactive presentation"),
                            ("workshop", "Workshop"),
                            ("peer-workshop", "Peer educators' workshop"),
                            ("forum-theatre", "Forum theatre play"),
                            ("peer-training", "Training for peer educators"),
                            ("focus-group", "Children's focus group"),
                            ("consultation", "Consultation with students"),
                            ("quiz", "Quiz on safe use of ICT"),
                            ("for-parents", "Presentation for parents and caretakers"),
                            ("school-interview", "Educational interview with school personnel"),
                            ("seminar", "Seminar for teachers and school psychologists"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("summary", models.CharField(max_length=300, verbose_name="in one sentence")),
                ("summary_sr", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                ("summary_en", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("description_sr", models.TextField(blank=True, null=True, verbose_name="description")),
                ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("children", "Children (up to 14 years)"),
                                ("youth", "Young people (15 and older)"),
                                ("parents", "Parents and caretakers"),
                                ("teachers", "Teachers and school staff"),
                                ("stakeholders", "Partners and officials"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sr", "Serbian"),
                                ("hu", "Hungarian"),
                                ("sq", "Albanian"),
                                ("bs", "Bosnian"),
                                ("bg", "Bulgarian"),
                                ("hr", "Croatian"),
                                ("ro", "Romanian"),
                                ("rue", "Rusyn"),
                                ("sk", "Slovak"),
                                ("rom", "Romani"),
                                ("en", "English"),
                                ("sgn", "Serbian sign language"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                    ),
                ),
                (
                    "access",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("step-free", "Entrance without steps"),
                                ("toilet", "Accessible toilet"),
                                ("hearing-loop", "Hearing loop"),
                                ("signed", "Sign language interpreter"),
                                ("large-print", "Large print or easy-to-read handouts"),
                                ("quiet-space", "Quiet room to withdraw to"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                    ),
                ),
                ("access_note", models.CharField(blank=True, max_length=300, verbose_name="more about accessibility")),
                (
                    "access_note_sr",
                    models.CharField(blank=True, max_length=300, null=True, verbose_name="more about accessibility"),
                ),
                (
                    "access_note_en",
                    models.CharField(blank=True, max_length=300, null=True, verbose_name="more about accessibility"),
                ),
                ("bookable", models.BooleanField(default=False, verbose_name="schools can book places")),
                (
                    "closes_days",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="booking closes so many days before",
                    ),
                ),
                (
                    "topics",
                    models.ManyToManyField(blank=True, related_name="events", to="topics.topic", verbose_name="topics"),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ("-published_at", "-id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EventDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                (
                    "place",
                    models.CharField(
                        help_text="The school, hall or library, in Serbian.", max_length=160, verbose_name="place"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=160, verbose_name="street and number")),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                        verbose_name="places",
                    ),
                ),
                ("taken", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "planned"), ("cancelled", "cancelled")],
                        default="planned",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "cancellation_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it was cancelled"),
                ),
                (
                    "cancellation_reason_sr",
                    models.CharField(
                        blank=True, editable=False, max_length=300, null=True, verbose_name="why it was cancelled"
                    ),
                ),
                (
                    "cancellation_reason_en",
                    models.CharField(
                        blank=True, editable=False, max_length=300, null=True, verbose_name="why it was cancelled"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dates",
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "date",
                "verbose_name_plural": "dates",
                "ordering": ("starts_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="ClosingReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "participants",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20000)],
                        verbose_name="participants in all",
                    ),
                ),
                (
                    "children",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20000)],
                        verbose_name="Children (up to 14 years)",
                    ),
                ),
                (
                    "youth",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20000)],
                        verbose_name="Young people (15 and older)",
                    ),
                ),
                (
                    "parents",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20000)],
                        verbose_name="Parents and caretakers",
                    ),
                ),
                (
                    "teachers",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20000)],
                        verbose_name="Teachers and school staff",
                    ),
                ),
                (
                    "stakeholders",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20000)],
                        verbose_name="Partners and officials",
                    ),
                ),
                (
                    "before",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=5,
                        verbose_name="answers before, from 1 to 5",
                    ),
                ),
                (
                    "after",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=5,
                        verbose_name="answers after, from 1 to 5",
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=4000, verbose_name="how it went")),
                ("closed_at", models.DateTimeField(editable=False, verbose_name="closed")),
                (
                    "closed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "date",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="events.eventdate",
                        verbose_name="date",
                    ),
                ),
            ],
            options={
                "verbose_name": "closing report",
                "verbose_name_plural": "closing reports",
                "ordering": ("-date__starts_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="BookingWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField()),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="events.booking"
                    ),
                ),
                (
                    "date",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="events.eventdate"
                    ),
                ),
            ],
            options={
                "ordering": ("rank",),
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="date",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="events.eventdate",
                verbose_name="date",
            ),
        ),
        migrations.CreateModel(
            name="SchoolAttendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("school", models.CharField(max_length=160, verbose_name="school")),
                (
                    "school_kind",
                    models.CharField(
                        choices=[
                            ("primary", "Primary school"),
                            ("secondary", "Secondary school"),
                            ("special", "School for education of pupils with disabilities"),
                            ("other", "Other institution"),
                        ],
                        max_length=10,
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
                        verbose_name="town of the school",
                    ),
                ),
                (
                    "participants",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20000)],
                        verbose_name="participants",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="schools", to="events.closingreport"
                    ),
                ),
            ],
            options={
                "verbose_name": "school",
                "verbose_name_plural": "schools",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2009),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year",
                    ),
                ),
                (
                    "season",
                    models.CharField(
                        choices=[("spring", "spring"), ("autumn", "autumn")], max_length=6, verbose_name="season"
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("summary", models.CharField(blank=True, max_length=300, verbose_name="in one sentence")),
                ("summary_sr", models.CharField(blank=True, max_length=300, null=True, verbose_name="in one sentence")),
                ("summary_en", models.CharField(blank=True, max_length=300, null=True, verbose_name="in one sentence")),
            ],
            options={
                "verbose_name": "series",
                "verbose_name_plural": "series of events",
                "ordering": ("-year", "season"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "season"),
                        name="one_series_a_season",
                        violation_error_message="There is a series for this season already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("season__in", ["spring", "autumn"])), name="series_season_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__range", (2009, 2100))), name="series_year_sensible"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="event",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="events.series",
                verbose_name="series",
            ),
        ),
        migrations.CreateModel(
            name="BookingEmail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("booked", "booked"),
                            ("waiting", "on the waiting list"),
                            ("offer", "a place is offered"),
                            ("lapsed", "the offer lapsed"),
                            ("changed", "the booking changed"),
                            ("moved", "time or place changed"),
                            ("cancelled", "cancelled by the school"),
                            ("called_off", "called off by us"),
                            ("reminder", "reminder"),
                        ],
                        max_length=10,
                        verbose_name="what it tells",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "to be sent"),
                            ("sent", "sent"),
                            ("refused", "refused by the mail server"),
                            ("bounced", "came back"),
                            ("dropped", "overtaken"),
                        ],
                        default="due",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("tag", models.CharField(max_length=16, unique=True)),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="events.booking"
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ("due_at", "id"),
                "indexes": [models.Index(condition=models.Q(("state", "due")), fields=["due_at"], name="letter_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("booking", "kind", "number"), name="one_letter_of_a_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "booked",
                                    "waiting",
                                    "offer",
                                    "lapsed",
                                    "changed",
                                    "moved",
                                    "cancelled",
                                    "called_off",
                                    "reminder",
                                ],
                            )
                        ),
                        name="letter_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["due", "sent", "refused", "bounced", "dropped"])),
                        name="letter_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("sent_at__gte", models.F("due_at")), _connector="OR"),
                        name="letter_sent_after_due",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="eventdate",
            index=models.Index(fields=["starts_at", "id"], name="date_by_start"),
        ),
        migrations.AddIndex(
            model_name="eventdate",
            index=models.Index(fields=["town", "starts_at"], name="date_by_town"),
        ),
        migrations.AddIndex(
            model_name="eventdate",
            index=models.Index(fields=["ends_at"], name="date_by_end"),
        ),
        migrations.AddConstraint(
            model_name="eventdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="date_ends_after_start",
                violation_error_message="It ends before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__range", (1, 2000))),
                name="date_capacity_sensible",
                violation_error_message="Between 1 and 2,000 places.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("capacity"))),
                name="date_not_overbooked",
                violation_error_message="More places are taken than there would be.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "cancelled"])), name="date_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="closingreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "participants",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("children"), "+", models.F("youth")
                                    ),
                                    "+",
                                    models.F("parents"),
                                ),
                                "+",
                                models.F("teachers"),
                            ),
                            "+",
                            models.F("stakeholders"),
                        ),
                    )
                ),
                name="report_groups_add_up",
                violation_error_message="The groups do not add up to the participants in all.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("participants__lte", 20000)), name="report_participants_sensible"
            ),
        ),
        migrations.AddConstraint(
            model_name="closingreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("before__len", 0), ("before__len", 5), _connector="OR"),
                    models.Q(("after__len", 0), ("after__len", 5), _connector="OR"),
                ),
                name="report_scores_are_five",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingwish",
            constraint=models.UniqueConstraint(fields=("booking", "date"), name="one_wish_a_date"),
        ),
        migrations.AddConstraint(
            model_name="bookingwish",
            constraint=models.UniqueConstraint(fields=("booking", "rank"), name="one_wish_a_rank"),
        ),
        migrations.AddConstraint(
            model_name="bookingwish",
            constraint=models.CheckConstraint(condition=models.Q(("rank__gte", 1)), name="wish_rank_from_one"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["date", "state"], name="booking_of_date"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["date", "booked_at", "id"], name="booking_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("state", "offered")), fields=["offered_until"], name="booking_offer_ends"
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["-booked_at", "-id"], name="booking_newest"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(condition=models.Q(("erased_at", None)), fields=["date"], name="booking_to_erase"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["waiting", "offered", "booked", "cancelled", "called_off", "lapsed", "attended", "absent"],
                    )
                ),
                name="booking_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("school_kind__in", ["primary", "secondary", "special", "other"])),
                name="booking_school_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__range", (1, 300))),
                name="booking_size_sensible",
                violation_error_message="Between 1 and 300 places.",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("grade", None), ("grade__range", (1, 8)), _connector="OR"),
                name="booking_grade_sensible",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offered_until__isnull", False), ("state", "offered")),
                    models.Q(models.Q(("state", "offered"), _negated=True), ("offered_until", None)),
                    _connector="OR",
                ),
                name="booking_offer_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at", None), ("sealed__isnull", False)),
                    models.Q(("erased_at__isnull", False), ("sealed", None)),
                    _connector="OR",
                ),
                name="booking_sealed_until_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolattendance",
            constraint=models.UniqueConstraint(
                fields=("report", "town", "school"),
                name="one_attendance_a_school",
                violation_error_message="This school is in the report already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("school_kind__in", ["primary", "secondary", "special", "other"])),
                name="attendance_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("participants__range", (1, 20000))), name="attendance_somebody_came"
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["published_at"], name="event_appears"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)), fields=["withdrawn_at"], name="event_goes"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None),
                    models.Q(("published_at__isnull", False), ("withdrawn_at__gt", models.F("published_at"))),
                    _connector="OR",
                ),
                name="events_event_dates_in_order",
                violation_error_message="It cannot be withdrawn before it is published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "presentation",
                            "workshop",
                            "peer-workshop",
                            "forum-theatre",
                            "peer-training",
                            "focus-group",
                            "consultation",
                            "quiz",
                            "for-parents",
                            "school-interview",
                            "seminar",
                        ],
                    )
                ),
                name="event_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("audiences__contained_by", ["children", "youth", "parents", "teachers", "stakeholders"])
                ),
                name="event_audiences_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "languages__contained_by",
                        ["sr", "hu", "sq", "bs", "bg", "hr", "ro", "rue", "sk", "rom", "en", "sgn"],
                    )
                ),
                name="event_languages_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "access__contained_by",
                        ["step-free", "toilet", "hearing-loop", "signed", "large-print", "quiet-space"],
                    )
                ),
                name="event_access_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_days__lte", 60)), name="event_closes_days_sensible"
            ),
        ),
    ]
