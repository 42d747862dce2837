"""Suspected abuse material on an upload; welfare of analysts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Supervisors look at the last 30 days.
_COUNT = """
    INSERT INTO hotline_exposure (user_id, day, pictures, texts, messages)
    SELECT event.actor_id, (event.at AT TIME ZONE 'Europe/Belgrade')::date,
           count(*) FILTER (WHERE event.action = 'upload.revealed'),
           count(*) FILTER (WHERE event.action = 'words.opened'),
           count(*) FILTER (WHERE event.action IN ('mail.opened', 'notice.reply_opened'))
    FROM common_auditevent event JOIN auth_user person ON person.id = event.actor_id
    WHERE event.action IN ('upload.revealed', 'words.opened', 'mail.opened', 'notice.reply_opened') AND event.at > now() - interval '31 days'
    GROUP BY 1, 2
"""


def count_what_was_opened(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The counters begin with what the audit trail knows."""
    schema_editor.execute(_COUNT)


def forget_pictures(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Without the column that tells them apart, hand-overs of pictures would be said of an item that they are not about."""
    apps.get_model("hotline", "Referral").objects.filter(is_for_pictures=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0018_retention"),
        ("common", "0004_failed_tasks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Exposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("pictures", models.PositiveIntegerField(db_default=0, default=0, verbose_name="pictures")),
                ("texts", models.PositiveIntegerField(db_default=0, default=0, verbose_name="texts")),
                ("messages", models.PositiveIntegerField(db_default=0, default=0, verbose_name="messages")),
                ("stretch_began_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("breaks", models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="breaks")),
                ("break_began_at", models.DateTimeField(null=True, verbose_name="last break")),
                ("break_ends_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "exposure",
                "verbose_name_plural": "exposures",
            },
        ),
        migrations.CreateModel(
            name="DeskChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "blurred_first",
                    models.BooleanField(db_default=False, default=False, verbose_name="blurred first"),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="desk_choice",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "choice for the desk",
                "verbose_name_plural": "choices for the desk",
            },
        ),
        migrations.CreateModel(
            name="Suspicion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("raised_at", models.DateTimeField(verbose_name="suspected")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                (
                    "withdraw_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("slip", "the wrong button was pressed"),
                            ("reconsidered", "whoever suspected it says that it is something else"),
                        ],
                        max_length=12,
                        verbose_name="why",
                    ),
                ),
            ],
            options={
                "verbose_name": "suspicion",
                "verbose_name_plural": "suspicions",
            },
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="one_open_referral_a_route",
        ),
        migrations.AddField(
            model_name="referral",
            name="is_for_pictures",
            field=models.BooleanField(db_default=False, default=False, verbose_name="locked pictures"),
        ),
        migrations.AddField(
            model_name="upload",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="upload",
            name="handed_over_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="upload",
            name="packed_in",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("handed_over_at__isnull", True), ("locked_at__isnull", False)),
                fields=["report"],
                name="upload_awaits_police",
            ),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True), ("packed_in__isnull", False)),
                fields=["packed_in"],
                name="upload_packed",
            ),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True), ("handed_over_at__isnull", False)),
                fields=["id"],
                name="upload_to_erase",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_for_pictures", False), ("state__in", ["checking", "due", "held"])),
                fields=("item", "route"),
                name="one_open_referral_a_route",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_for_pictures", True), ("state__in", ["checking", "due", "held"])),
                fields=("report",),
                name="one_open_referral_of_pictures",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_for_pictures", False), models.Q(("route", "police"), ("urgent", False)), _connector="OR"
                ),
                name="referral_of_pictures_is_police",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handed_over_at__isnull", True),
                    models.Q(("locked_at__isnull", False), ("packed_in__isnull", False)),
                    _connector="OR",
                ),
                name="upload_handed_over_was_locked",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at__isnull", True), ("handed_over_at__isnull", False), _connector="OR"),
                name="upload_erased_was_handed_over",
            ),
        ),
        migrations.AddField(
            model_name="exposure",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="exposures", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="suspicion",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="suspicion",
            name="upload",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="suspicions", to="hotline.upload"
            ),
        ),
        migrations.AddField(
            model_name="suspicion",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="exposure",
            constraint=models.UniqueConstraint(fields=("user", "day"), name="one_exposure_a_day"),
        ),
        migrations.AddConstraint(
            model_name="exposure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("break_began_at__isnull", True), ("break_ends_at__isnull", True), ("breaks", 0)),
                    models.Q(("break_began_at__isnull", False), ("break_ends_at__isnull", False), ("breaks__gt", 0)),
                    _connector="OR",
                ),
                name="exposure_break_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)), fields=("upload",), name="one_standing_suspicion"
            ),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdraw_reason", ""), ("withdrawn_by__isnull", True)),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdraw_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="suspicion_withdrawn_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_by__isnull", True),
                    models.Q(("withdrawn_by", models.F("author")), _negated=True),
                    _connector="OR",
                ),
                name="suspicion_withdrawn_by_another",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_pictures),
        migrations.RunPython(count_what_was_opened, migrations.RunPython.noop),
    ]
