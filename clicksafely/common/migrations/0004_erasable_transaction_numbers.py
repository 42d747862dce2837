"""The transaction number of an audit event can be erased once the event is linked, and a link can get a MAC that does not cover it."""

import django.db.models.expressions
from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION clicksafely_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND starts_with(current_database(), 'test_') THEN
        RETURN NULL;
    END IF;{permitted}
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
PERMITTED = """
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'common_auditevent' THEN
        IF OLD.txid IS NOT NULL AND NEW.txid IS NULL AND to_jsonb(NEW) - 'txid' = to_jsonb(OLD) - 'txid'
            AND EXISTS (SELECT FROM common_auditlink WHERE event_id = OLD.id) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'common_auditlink' THEN
        IF OLD.mac_without_txid IS NULL AND to_jsonb(NEW) - 'mac_without_txid' = to_jsonb(OLD) - 'mac_without_txid' THEN
            RETURN NEW;
        END IF;
    END IF;"""
ERASABLE = FUNCTION.format(permitted=PERMITTED)
NOT_ERASABLE = FUNCTION.format(permitted="")


class Migration(migrations.Migration):
    dependencies = [("common", "0003_roles")]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="txid",
            field=models.BigIntegerField(
                db_default=django.db.models.expressions.RawSQL("pg_current_xact_id()::text::bigint", ()),
                editable=False,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="auditlink",
            name="mac_without_txid",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.RunSQL(ERASABLE, NOT_ERASABLE),
    ]
