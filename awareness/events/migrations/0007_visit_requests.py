"""Requests of schools for a visit, with the permissions of event organisers."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from clicksafely.common.staff.roles import EVENTS, grant


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_booking_states_and_email_kinds"),
        ("topics", "0004_readers"),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("answered", "answered"),
                            ("planned", "turned into a date"),
                            ("declined", "declined"),
                        ],
                        default="new",
                        max_length=8,
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
                    "pupils",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(300),
                        ],
                        verbose_name="pupils",
                    ),
                ),
                (
                    "weeks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), size=3, verbose_name="possible weeks"
                    ),
                ),
                ("last_week", models.DateField(editable=False)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
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
                    "requested_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="requested"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last changed"
                    ),
                ),
                ("erased_at", models.DateTimeField(editable=False, null=True)),
                (
                    "date",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_requests",
                        to="events.eventdate",
                        verbose_name="date",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="topics.topic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for a visit",
                "verbose_name_plural": "requests for a visit",
                "ordering": ("-requested_at", "-id"),
                "default_permissions": ("change", "view"),
                "indexes": [
                    models.Index(fields=["state", "-requested_at", "-id"], name="visit_newest_of_state"),
                    models.Index(condition=models.Q(("erased_at", None)), fields=["last_week"], name="visit_to_erase"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "answered", "planned", "declined"])),
                        name="visit_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("school_kind__in", ["primary", "secondary", "special", "other"])),
                        name="visit_school_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pupils__range", (1, 300))), name="visit_pupils_sensible"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade", None), ("grade__range", (1, 8)), _connector="OR"),
                        name="visit_grade_sensible",
                    ),
                    models.CheckConstraint(condition=models.Q(("weeks__len__range", (1, 3))), name="visit_has_weeks"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", False), ("state", "planned")),
                            models.Q(models.Q(("state", "planned"), _negated=True), ("date", None)),
                            _connector="OR",
                        ),
                        name="visit_date_once_planned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("state", "declined"), _connector="OR"),
                        name="visit_reason_once_declined",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at", None), ("sealed__isnull", False)),
                            models.Q(("erased_at__isnull", False), ("sealed", None)),
                            _connector="OR",
                        ),
                        name="visit_sealed_until_erased",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_not_called_past",
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__in", ("past", "invite")), _negated=True),
                name="event_not_called_past",
                violation_error_message="This address is already used. Choose another one.",
            ),
        ),
        migrations.RunPython(*grant(EVENTS, "events.change_visitrequest", "events.view_visitrequest")),
    ]
