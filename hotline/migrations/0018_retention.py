"""How long reports are kept; legal holds; complaints."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant

# Looked at when the transaction ends: a note goes with its report, or with all words of a report that has ended.
NOTE_STAYS = """
    CREATE OR REPLACE FUNCTION hotline_note_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM hotline_report WHERE id = OLD.report_id
            AND (words_erased_at IS NULL OR words_erased_at < OLD.written_at)
        )
        THEN RAISE EXCEPTION 'a note is erased with the words of its report only'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$
"""
NOTE_STAYS_BEFORE = """
    CREATE OR REPLACE FUNCTION hotline_note_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM hotline_report WHERE id = OLD.report_id)
        THEN RAISE EXCEPTION 'a note is erased with its report only' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$
"""
# The last word on a legal hold is the database's own, whoever erases. Taking the marks back, when a case is opened again, is no erasing.
HELD_STAYS = """
    CREATE FUNCTION hotline_report_held_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM hotline_legalhold WHERE report_id = OLD.id AND released_at IS NULL)
        THEN RAISE EXCEPTION 'nothing of a report under a legal hold is erased'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER hotline_report_held_stays BEFORE UPDATE ON hotline_report FOR EACH ROW
        WHEN (
            NEW.words_erased_at IS NOT NULL AND NEW.words_erased_at IS DISTINCT FROM OLD.words_erased_at
            OR NEW.contact_erased_at IS NOT NULL AND NEW.contact_erased_at IS DISTINCT FROM OLD.contact_erased_at
            OR NEW.state = 'anonymised' AND OLD.state <> 'anonymised'
        )
        EXECUTE FUNCTION hotline_report_held_stays();
"""
HELD_STAYS_NOT = "DROP TRIGGER hotline_report_held_stays ON hotline_report; DROP FUNCTION hotline_report_held_stays()"

DAYS = {"contact": 90, "words": 365, "identity": 365}
# Convention on Cybercrime (ETS 185), ratified by the law in Службени гласник РС 19/2009, art. 16 (2): whoever holds data may be made to
# preserve it for 90 days while the authorities seek its disclosure.
CONVENTION = {
    "source_sr": "Конвенција о високотехнолошком криминалу (ETS 185, „Сл. гласник РС“ 19/2009), чл. 16. ст. 2: чување података до 90 дана на захтев органа",
    "source_en": "Convention on Cybercrime (ETS 185, Official Gazette of RS 19/2009), art. 16 (2): preservation of data for up to 90 days at the request of the authorities",
}


def load_founding(apps, schema_editor):
    rules = apps.get_model("hotline", "RetentionRule").objects
    for part, days in DAYS.items():
        rules.create(part=part, days=days)
    minimums = apps.get_model("hotline", "LegalMinimum").objects
    for part in ("words", "identity"):
        minimums.create(part=part, police=True, days=90, **CONVENTION)
    apps.get_model("hotline", "ComplaintTerms").objects.create(pk=1, acknowledge_days=7, answer_days=30)


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0017_monitoring"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("report", "A report of mine"),
                            ("notice", "A notice I received, as a host or the owner of a site"),
                            ("hotline", "The hotline or its people in general"),
                        ],
                        max_length=8,
                        verbose_name="about",
                    ),
                ),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                (
                    "state",
                    models.CharField(
                        choices=[("received", "received"), ("acknowledged", "being examined"), ("closed", "closed")],
                        default="received",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("acknowledge_by", models.DateTimeField(verbose_name="to be acknowledged by")),
                ("answer_by", models.DateTimeField(verbose_name="to be answered by")),
                ("acknowledged_at", models.DateTimeField(null=True, verbose_name="acknowledged")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "upheld"),
                            ("partly", "partly upheld"),
                            ("not_upheld", "not upheld"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("number_digest", models.BinaryField(max_length=32, unique=True)),
                ("state_digest", models.BinaryField(max_length=32, unique=True)),
                ("salt", models.BinaryField(max_length=16)),
                ("public_key", models.BinaryField(max_length=1216)),
                ("sealed", models.BinaryField(null=True)),
                ("sealed_contact", models.BinaryField(null=True)),
            ],
            options={
                "verbose_name": "complaint",
                "verbose_name_plural": "complaints",
                "permissions": [("handle_complaint", "Can open, answer and close complaints")],
            },
        ),
        migrations.CreateModel(
            name="ComplaintAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sealed_hotline", models.BinaryField()),
                ("sealed_reader", models.BinaryField()),
                ("written_at", models.DateTimeField(verbose_name="written")),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ComplaintTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "acknowledge_days",
                    models.PositiveSmallIntegerField(default=7, verbose_name="acknowledged within days"),
                ),
                ("answer_days", models.PositiveSmallIntegerField(default=30, verbose_name="answered within days")),
            ],
            options={
                "verbose_name": "deadlines of complaints",
                "verbose_name_plural": "deadlines of complaints",
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("police", "the police ask for it"),
                            ("prosecutor", "the prosecutor or a court asks for it"),
                            ("authority", "a supervisory authority examines it"),
                            ("complaint", "a complaint or dispute about it"),
                            ("other", "another reason, written down"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("sealed_reason", models.BinaryField(null=True)),
                ("set_at", models.DateTimeField(verbose_name="since")),
                ("released_at", models.DateTimeField(null=True, verbose_name="released")),
            ],
            options={
                "verbose_name": "legal hold",
                "verbose_name_plural": "legal holds",
            },
        ),
        migrations.CreateModel(
            name="LegalMinimum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("contact", "contact"),
                            ("words", "words and pictures"),
                            ("identity", "the case itself (anonymised)"),
                        ],
                        max_length=8,
                        verbose_name="what is kept",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("csam", "Sexual abuse of a child"),
                            ("cyberbullying", "Cyberbullying"),
                            ("hate-speech", "Hate speech"),
                            ("other", "Something else"),
                        ],
                        max_length=16,
                        verbose_name="category",
                    ),
                ),
                ("police", models.BooleanField(default=False, verbose_name="only what went to the police")),
                ("days", models.PositiveSmallIntegerField(verbose_name="days at least")),
                ("source_sr", models.CharField(max_length=300)),
                ("source_en", models.CharField(max_length=300)),
            ],
            options={
                "verbose_name": "legal minimum",
                "verbose_name_plural": "legal minimums",
                "ordering": ["part", "police", "category"],
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("contact", "contact"),
                            ("words", "words and pictures"),
                            ("identity", "the case itself (anonymised)"),
                        ],
                        max_length=8,
                        verbose_name="what is erased",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("csam", "Sexual abuse of a child"),
                            ("cyberbullying", "Cyberbullying"),
                            ("hate-speech", "Hate speech"),
                            ("other", "Something else"),
                        ],
                        help_text="Empty: any category.",
                        max_length=16,
                        verbose_name="category",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("closed", "closed"),
                            ("duplicate", "duplicate"),
                            ("spam", "spam"),
                            ("outside_remit", "outside remit"),
                            ("cannot_assess", "cannot be assessed"),
                        ],
                        help_text="Empty: however it ended.",
                        max_length=16,
                        verbose_name="ended as",
                    ),
                ),
                ("police", models.BooleanField(default=False, verbose_name="only what went to the police")),
                ("days", models.PositiveSmallIntegerField(verbose_name="days after its end")),
            ],
            options={
                "verbose_name": "retention rule",
                "verbose_name_plural": "retention rules",
                "ordering": ["part", "police", "category", "state"],
            },
        ),
        migrations.AddField(
            model_name="report",
            name="contact_erased_at",
            field=models.DateTimeField(null=True, verbose_name="contact erased"),
        ),
        migrations.AddField(
            model_name="report",
            name="words_erased_at",
            field=models.DateTimeField(null=True, verbose_name="words erased"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(
                    ("contact_erased_at__isnull", True),
                    ("state__in", ["cannot_assess", "closed", "duplicate", "outside_remit", "spam"]),
                ),
                fields=["closed_at", "id"],
                name="report_contact_kept",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("state__in", ["cannot_assess", "closed", "duplicate", "outside_remit", "spam"])),
                fields=["closed_at", "id"],
                name="report_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact_erased_at__isnull", True), ("words_erased_at__isnull", True)),
                    ("state__in", ["anonymised", "cannot_assess", "closed", "duplicate", "outside_remit", "spam"]),
                    _connector="OR",
                ),
                name="report_erased_after_end",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="report",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="hotline.report",
                verbose_name="report",
            ),
        ),
        migrations.AddField(
            model_name="complaintanswer",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="complaintanswer",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="hotline.complaint"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintterms",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_row_of_complaint_terms"),
        ),
        migrations.AddConstraint(
            model_name="complaintterms",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledge_days__gte", 1),
                    ("answer_days__lte", 365),
                    ("acknowledge_days__lte", models.F("answer_days")),
                ),
                name="complaint_terms_in_order",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="released_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="released by",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="legal_holds",
                to="hotline.report",
                verbose_name="report",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="set by",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalminimum",
            constraint=models.UniqueConstraint(fields=("part", "category", "police"), name="one_legal_minimum_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="legalminimum",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__range", (1, 3650))), name="legal_minimum_days_sensible"
            ),
        ),
        migrations.AddConstraint(
            model_name="legalminimum",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source_sr", ""), _negated=True), models.Q(("source_en", ""), _negated=True)
                ),
                name="legal_minimum_has_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.UniqueConstraint(
                fields=("part", "category", "state", "police"), name="one_retention_rule_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["contact", "words", "identity"])), name="retention_part_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__range", (1, 3650))), name="retention_days_sensible"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True), fields=["answer_by"], name="complaint_open"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), ("sealed__isnull", False)),
                fields=["closed_at"],
                name="complaint_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("about__in", ["report", "notice", "hotline"])), name="complaint_about_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["received", "acknowledged", "closed"])), name="complaint_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at__isnull", True), ("state", "received")),
                    models.Q(models.Q(("state", "received"), _negated=True), ("acknowledged_at__isnull", False)),
                    _connector="OR",
                ),
                name="complaint_acknowledged_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("closed_at__isnull", True),
                        ("closed_by__isnull", True),
                        ("outcome", ""),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("state", "closed"),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="complaint_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "closed"), ("sealed__isnull", False), _connector="OR"),
                name="complaint_text_until_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="legalhold",
            index=models.Index(
                condition=models.Q(("released_at__isnull", True)), fields=["-id"], name="legal_hold_standing"
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at__isnull", True)), fields=("report",), name="one_legal_hold_a_report"
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["police", "prosecutor", "authority", "complaint", "other"])),
                name="legal_hold_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", "other"), _negated=True),
                    ("sealed_reason__isnull", False),
                    ("released_at__isnull", False),
                    _connector="OR",
                ),
                name="legal_hold_reason_written",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                    models.Q(("released_at__isnull", False), ("released_by__isnull", False)),
                    _connector="OR",
                ),
                name="legal_hold_release_whole",
            ),
        ),
        migrations.RunSQL(NOTE_STAYS, NOTE_STAYS_BEFORE),
        migrations.RunSQL(HELD_STAYS, HELD_STAYS_NOT),
        migrations.RunPython(load_founding, migrations.RunPython.noop),
        migrations.RunPython(*grant(ANALYST, "hotline.view_legalhold")),
        migrations.RunPython(
            *grant(
                SUPERVISOR,
                "hotline.view_retentionrule",
                "hotline.view_legalminimum",
                "hotline.add_retentionrule",
                "hotline.change_retentionrule",
                "hotline.delete_retentionrule",
                "hotline.view_legalhold",
                "hotline.view_complaint",
                "hotline.handle_complaint",
                "hotline.view_complaintterms",
                "hotline.change_complaintterms",
            )
        ),
    ]
