from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

ENDED = "'closed', 'duplicate', 'spam', 'outside_remit', 'cannot_assess'"
# The functions of 0002_triggers, with the ended states as a parameter.
ENDED_ONLY = """
    CREATE OR REPLACE FUNCTION hotline_report_ended_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.has_news OR OLD.claimed_by_id IS NOT NULL OR OLD.state NOT IN ({ended})
        THEN RAISE EXCEPTION 'a report that has not ended is never erased' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END $$;
    CREATE OR REPLACE FUNCTION hotline_report_public_reopens() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.state <> 'triaged' OR OLD.state NOT IN ({ended})
        THEN RAISE EXCEPTION 'the public site moves a report only to reopen it' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
"""


class Migration(migrations.Migration):
    # Indexes of a table with rows are built concurrently.
    atomic = False

    dependencies = [
        ("hotline", "0004_report_original"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(ENDED_ONLY.format(ended=f"{ENDED}, 'not_assessed'"), ENDED_ONLY.format(ended=ENDED)),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_anonymised_whole",
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_reopened_whole",
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_erased_after_end",
        ),
        RemoveIndexConcurrently(
            model_name="report",
            name="report_open",
        ),
        RemoveIndexConcurrently(
            model_name="report",
            name="report_contact_kept",
        ),
        RemoveIndexConcurrently(
            model_name="report",
            name="report_kept",
        ),
        migrations.AlterField(
            model_name="closing",
            name="end",
            field=models.CharField(
                blank=True,
                choices=[
                    ("received", "received"),
                    ("triaged", "awaiting review"),
                    ("in_review", "in review"),
                    ("assessed", "assessed"),
                    ("second_review", "second review"),
                    ("action_pending", "action pending"),
                    ("referred", "being handed over"),
                    ("monitoring", "being monitored"),
                    ("closed", "closed"),
                    ("duplicate", "duplicate"),
                    ("spam", "spam"),
                    ("outside_remit", "outside remit"),
                    ("cannot_assess", "cannot be assessed"),
                    ("not_assessed", "closed without assessment"),
                    ("anonymised", "anonymised"),
                ],
                max_length=16,
                verbose_name="closed as",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="anonymised_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("received", "received"),
                    ("triaged", "awaiting review"),
                    ("in_review", "in review"),
                    ("assessed", "assessed"),
                    ("second_review", "second review"),
                    ("action_pending", "action pending"),
                    ("referred", "being handed over"),
                    ("monitoring", "being monitored"),
                    ("closed", "closed"),
                    ("duplicate", "duplicate"),
                    ("spam", "spam"),
                    ("outside_remit", "outside remit"),
                    ("cannot_assess", "cannot be assessed"),
                    ("not_assessed", "closed without assessment"),
                    ("anonymised", "anonymised"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="anonymised from",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="proposed_end",
            field=models.CharField(
                blank=True,
                choices=[
                    ("received", "received"),
                    ("triaged", "awaiting review"),
                    ("in_review", "in review"),
                    ("assessed", "assessed"),
                    ("second_review", "second review"),
                    ("action_pending", "action pending"),
                    ("referred", "being handed over"),
                    ("monitoring", "being monitored"),
                    ("closed", "closed"),
                    ("duplicate", "duplicate"),
                    ("spam", "spam"),
                    ("outside_remit", "outside remit"),
                    ("cannot_assess", "cannot be assessed"),
                    ("not_assessed", "closed without assessment"),
                    ("anonymised", "anonymised"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="proposed end",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="reopened_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("received", "received"),
                    ("triaged", "awaiting review"),
                    ("in_review", "in review"),
                    ("assessed", "assessed"),
                    ("second_review", "second review"),
                    ("action_pending", "action pending"),
                    ("referred", "being handed over"),
                    ("monitoring", "being monitored"),
                    ("closed", "closed"),
                    ("duplicate", "duplicate"),
                    ("spam", "spam"),
                    ("outside_remit", "outside remit"),
                    ("cannot_assess", "cannot be assessed"),
                    ("not_assessed", "closed without assessment"),
                    ("anonymised", "anonymised"),
                ],
                max_length=16,
                verbose_name="opened again from",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="state",
            field=models.CharField(
                choices=[
                    ("received", "received"),
                    ("triaged", "awaiting review"),
                    ("in_review", "in review"),
                    ("assessed", "assessed"),
                    ("second_review", "second review"),
                    ("action_pending", "action pending"),
                    ("referred", "being handed over"),
                    ("monitoring", "being monitored"),
                    ("closed", "closed"),
                    ("duplicate", "duplicate"),
                    ("spam", "spam"),
                    ("outside_remit", "outside remit"),
                    ("cannot_assess", "cannot be assessed"),
                    ("not_assessed", "closed without assessment"),
                    ("anonymised", "anonymised"),
                ],
                default="received",
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="retentionrule",
            name="state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("closed", "closed"),
                    ("duplicate", "duplicate"),
                    ("spam", "spam"),
                    ("outside_remit", "outside remit"),
                    ("cannot_assess", "cannot be assessed"),
                    ("not_assessed", "closed without assessment"),
                ],
                help_text="Empty: any outcome.",
                max_length=16,
                verbose_name="ended as",
            ),
        ),
        AddIndexConcurrently(
            model_name="report",
            index=models.Index(
                models.OrderBy(models.F("priority"), descending=True),
                models.F("id"),
                condition=models.Q(
                    ("queue__isnull", False),
                    models.Q(
                        (
                            "state__in",
                            [
                                "anonymised",
                                "cannot_assess",
                                "closed",
                                "duplicate",
                                "not_assessed",
                                "outside_remit",
                                "spam",
                            ],
                        ),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="report_open",
            ),
        ),
        AddIndexConcurrently(
            model_name="report",
            index=models.Index(
                condition=models.Q(
                    ("contact_erased_at__isnull", True),
                    ("state__in", ["cannot_assess", "closed", "duplicate", "not_assessed", "outside_remit", "spam"]),
                ),
                fields=["closed_at", "id"],
                name="report_contact_kept",
            ),
        ),
        AddIndexConcurrently(
            model_name="report",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["cannot_assess", "closed", "duplicate", "not_assessed", "outside_remit", "spam"])
                ),
                fields=["closed_at", "id"],
                name="report_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "received",
                            "triaged",
                            "in_review",
                            "assessed",
                            "second_review",
                            "action_pending",
                            "referred",
                            "monitoring",
                            "closed",
                            "duplicate",
                            "spam",
                            "outside_remit",
                            "cannot_assess",
                            "not_assessed",
                            "anonymised",
                        ],
                    )
                ),
                name="report_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("state", "anonymised"), _negated=True), ("anonymised_from", "")),
                    models.Q(
                        (
                            "anonymised_from__in",
                            ["cannot_assess", "closed", "duplicate", "not_assessed", "outside_remit", "spam"],
                        ),
                        ("state", "anonymised"),
                    ),
                    _connector="OR",
                ),
                name="report_anonymised_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reopened_at__isnull", True), ("reopened_from", "")),
                    models.Q(
                        ("reopened_at__isnull", False),
                        (
                            "reopened_from__in",
                            ["cannot_assess", "closed", "duplicate", "not_assessed", "outside_remit", "spam"],
                        ),
                        models.Q(
                            (
                                "state__in",
                                [
                                    "anonymised",
                                    "cannot_assess",
                                    "closed",
                                    "duplicate",
                                    "not_assessed",
                                    "outside_remit",
                                    "spam",
                                ],
                            ),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="report_reopened_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact_erased_at__isnull", True), ("text_erased_at__isnull", True)),
                    (
                        "state__in",
                        ["anonymised", "cannot_assess", "closed", "duplicate", "not_assessed", "outside_remit", "spam"],
                    ),
                    _connector="OR",
                ),
                name="report_erased_after_end",
            ),
        ),
    ]
