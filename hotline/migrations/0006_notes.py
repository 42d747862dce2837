"""Internal notes, and reports that are opened again."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A correction is a new note; only rotation of the keys seals an old one anew.
NOTE_IS_FINAL = """
    CREATE FUNCTION hotline_note_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.id, OLD.report_id, OLD.uuid, OLD.author_id, OLD.written_at)
            IS DISTINCT FROM (NEW.id, NEW.report_id, NEW.uuid, NEW.author_id, NEW.written_at)
        THEN RAISE EXCEPTION 'a note is never changed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER hotline_note_is_final BEFORE UPDATE ON hotline_note
        FOR EACH ROW EXECUTE FUNCTION hotline_note_is_final();
"""
# Looked at when the transaction ends: a report is erased after its notes.
NOTE_STAYS = """
    CREATE FUNCTION hotline_note_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM hotline_report WHERE id = OLD.report_id)
        THEN RAISE EXCEPTION 'a note is erased with its report only' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hotline_note_stays AFTER DELETE ON hotline_note DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hotline_note_stays();
"""
NOTE_STAYS_NOT = "DROP TRIGGER hotline_note_stays ON hotline_note; DROP FUNCTION hotline_note_stays()"
NOTE_IS_FINAL_NOT = "DROP TRIGGER hotline_note_is_final ON hotline_note; DROP FUNCTION hotline_note_is_final()"

# Nothing is erased while it is worked on or its reporter still writes.
ENDED_ONLY = """
    CREATE FUNCTION hotline_report_ended_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.has_news OR OLD.claimed_by_id IS NOT NULL
            OR OLD.state NOT IN ('closed', 'duplicate', 'spam', 'outside_remit', 'cannot_assess')
        THEN RAISE EXCEPTION 'a report that has not ended is never erased' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END $$;
    CREATE TRIGGER hotline_report_ended_only BEFORE DELETE ON hotline_report
        FOR EACH ROW EXECUTE FUNCTION hotline_report_ended_only();
"""
ENDED_ONLY_NOT = "DROP TRIGGER hotline_report_ended_only ON hotline_report; DROP FUNCTION hotline_report_ended_only()"

FINAL = ["cannot_assess", "closed", "duplicate", "outside_remit", "spam"]
STATES = [
    ("received", "received"),
    ("triaged", "waiting for review"),
    ("in_review", "in review"),
    ("assessed", "assessed"),
    ("second_review", "second review"),
    ("action_pending", "action pending"),
    ("closed", "closed"),
    ("duplicate", "duplicate"),
    ("spam", "spam"),
    ("outside_remit", "outside remit"),
    ("cannot_assess", "cannot be assessed"),
]


class Migration(migrations.Migration):
    dependencies = [("hotline", "0005_mail"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sealed", models.BinaryField()),
                ("written_at", models.DateTimeField(verbose_name="written")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="hotline.report"
                    ),
                ),
            ],
            options={
                "verbose_name": "internal note",
                "verbose_name_plural": "internal notes",
                "ordering": ["id"],
            },
        ),
        migrations.RunSQL(NOTE_IS_FINAL, NOTE_IS_FINAL_NOT),
        migrations.RunSQL(NOTE_STAYS, NOTE_STAYS_NOT),
        migrations.RunSQL(ENDED_ONLY, ENDED_ONLY_NOT),
        migrations.AddField(
            model_name="report",
            name="reporter_wrote_at",
            field=models.DateTimeField(null=True, verbose_name="reporter wrote"),
        ),
        migrations.AddField(
            model_name="report",
            name="reopened_at",
            field=models.DateTimeField(null=True, verbose_name="opened again"),
        ),
        migrations.AddField(
            model_name="report",
            name="reopened_from",
            field=models.CharField(
                blank=True, choices=STATES, max_length=16, default="", verbose_name="opened again from"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="report",
            name="reopened_times",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reopened_at__isnull", True), ("reopened_from", "")),
                    models.Q(
                        ("reopened_at__isnull", False),
                        ("reopened_from__in", FINAL),
                        models.Q(("state__in", FINAL), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="report_reopened_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="report_ended"
            ),
        ),
    ]
