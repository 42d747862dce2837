"""Triggers: notes are final and are erased with their report, only ended reports are erased, legal holds prevent erasure."""

from django.db import migrations

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
NOTE_IS_FINAL_REVERSE = "DROP TRIGGER hotline_note_is_final ON hotline_note; DROP FUNCTION hotline_note_is_final()"
# Checked when the transaction ends: a note goes with its report, or with all texts of a report that has ended.
NOTE_STAYS = """
    CREATE FUNCTION hotline_note_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM hotline_report WHERE id = OLD.report_id
            AND (words_erased_at IS NULL OR words_erased_at < OLD.written_at)
        )
        THEN RAISE EXCEPTION 'a note is erased with the words of its report only'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hotline_note_stays AFTER DELETE ON hotline_note DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hotline_note_stays();
"""
NOTE_STAYS_REVERSE = "DROP TRIGGER hotline_note_stays ON hotline_note; DROP FUNCTION hotline_note_stays()"
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
ENDED_ONLY_REVERSE = (
    "DROP TRIGGER hotline_report_ended_only ON hotline_report; DROP FUNCTION hotline_report_ended_only()"
)
# The database enforces a legal hold, whichever process erases. Clearing the marks when a case is reopened is no erasure.
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
HELD_STAYS_REVERSE = (
    "DROP TRIGGER hotline_report_held_stays ON hotline_report; DROP FUNCTION hotline_report_held_stays()"
)


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial"), ("common", "0002_functions")]

    operations = [
        migrations.RunSQL(NOTE_IS_FINAL, NOTE_IS_FINAL_REVERSE),
        migrations.RunSQL(NOTE_STAYS, NOTE_STAYS_REVERSE),
        migrations.RunSQL(ENDED_ONLY, ENDED_ONLY_REVERSE),
        migrations.RunSQL(HELD_STAYS, HELD_STAYS_REVERSE),
    ]
