"""The audit trail with the trigger that guards it, the content generation, and the roles."""

from django.db import migrations, models
from django.db.models.expressions import RawSQL

ROLES = ("analyst", "supervisor", "editor", "coordinator", "safeguarding", "auditor")

# Only the database of a test run (Django names it test_...) may be emptied: its transactional tests end with a TRUNCATE.
APPEND_ONLY = """
CREATE FUNCTION clicksafely_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND starts_with(current_database(), 'test_') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON common_auditevent
    FOR EACH ROW EXECUTE FUNCTION clicksafely_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON common_auditlink
    FOR EACH ROW EXECUTE FUNCTION clicksafely_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON common_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION clicksafely_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON common_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION clicksafely_append_only();
"""

NOT_APPEND_ONLY = """
DROP TRIGGER never_emptied ON common_auditlink;
DROP TRIGGER never_emptied ON common_auditevent;
DROP TRIGGER append_only ON common_auditlink;
DROP TRIGGER append_only ON common_auditevent;
DROP FUNCTION clicksafely_append_only();
"""


def create_first_rows(apps, schema_editor):
    apps.get_model("common", "ContentGeneration").objects.create(pk=1)
    group = apps.get_model("auth", "Group")
    for code in ROLES:
        group.objects.get_or_create(name=code)


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=64)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("subject_table", models.CharField(max_length=64)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "txid",
                    models.BigIntegerField(db_default=RawSQL("pg_current_xact_id()::text::bigint", ()), editable=False),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_table", "subject_id", "id"], name="audit_subject"),
                    models.Index(fields=["txid", "id"], name="audit_txid"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=models.deletion.PROTECT,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="common.auditevent",
                    ),
                ),
                ("seq", models.BigIntegerField(unique=True)),
                ("mac", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="ContentGeneration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=1)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(pk=1), name="one_generation")],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
        migrations.RunPython(create_first_rows, remove_roles),
    ]
