"""Triggers: the public site changes the work on a case only when it reopens it, and no picture that was sent.

A function with the rights of the owner returns what the status page shows of the audit trail, which the public site does not read.
"""

from django.db import migrations

WRITES = """
    CREATE OR REPLACE FUNCTION hotline_report_public_reopens() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.state IS DISTINCT FROM OLD.state THEN
            IF NEW.state <> 'triaged' OR OLD.state NOT IN ('closed', 'duplicate', 'spam', 'outside_remit', 'cannot_assess')
                OR NEW.queue IS DISTINCT FROM 'review' OR NEW.claimed_by_id IS NOT NULL OR NOT NEW.priority_reasons @> OLD.priority_reasons
            THEN RAISE EXCEPTION 'the public site moves a report only to reopen it' USING ERRCODE = 'insufficient_privilege';
            END IF;
        ELSIF (OLD.queue, OLD.claimed_by_id, OLD.claimed_until, OLD.priority, OLD.priority_reasons, OLD.reopened_at, OLD.reopened_from,
                OLD.reopened_times)
            IS DISTINCT FROM (NEW.queue, NEW.claimed_by_id, NEW.claimed_until, NEW.priority, NEW.priority_reasons, NEW.reopened_at,
                NEW.reopened_from, NEW.reopened_times)
        THEN RAISE EXCEPTION 'the public site changes no work on a report' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF OLD.has_news AND NOT NEW.has_news
            OR NEW.text_erased_at IS NOT NULL AND NEW.text_erased_at IS DISTINCT FROM OLD.text_erased_at
            OR NEW.contact_erased_at IS NOT NULL AND NEW.contact_erased_at IS DISTINCT FROM OLD.contact_erased_at
        THEN RAISE EXCEPTION 'the public site marks nothing as read or erased' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
    DROP TRIGGER hotline_report_public_reopens ON hotline_report;
    CREATE TRIGGER hotline_report_public_reopens BEFORE UPDATE ON hotline_report FOR EACH ROW
        WHEN (current_user = 'clicksafely_public') EXECUTE FUNCTION hotline_report_public_reopens();

    CREATE FUNCTION hotline_sent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the public site changes no picture that was sent' USING ERRCODE = 'insufficient_privilege';
    END $$;
    CREATE TRIGGER hotline_sent_upload_stays BEFORE UPDATE OR DELETE ON hotline_upload FOR EACH ROW
        WHEN (current_user = 'clicksafely_public' AND OLD.report_id IS NOT NULL) EXECUTE FUNCTION hotline_sent_stays();
    CREATE TRIGGER hotline_sent_hash_stays BEFORE UPDATE OF report_id ON hotline_filehash FOR EACH ROW
        WHEN (current_user = 'clicksafely_public' AND OLD.report_id IS NOT NULL AND NEW.report_id IS DISTINCT FROM OLD.report_id)
        EXECUTE FUNCTION hotline_sent_stays();
"""
WRITES_REVERSE = """
    DROP TRIGGER hotline_sent_hash_stays ON hotline_filehash;
    DROP TRIGGER hotline_sent_upload_stays ON hotline_upload;
    DROP FUNCTION hotline_sent_stays();
    CREATE OR REPLACE FUNCTION hotline_report_public_reopens() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.state <> 'triaged' OR OLD.state NOT IN ('closed', 'duplicate', 'spam', 'outside_remit', 'cannot_assess')
        THEN RAISE EXCEPTION 'the public site moves a report only to reopen it' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
    DROP TRIGGER hotline_report_public_reopens ON hotline_report;
    CREATE TRIGGER hotline_report_public_reopens BEFORE UPDATE ON hotline_report FOR EACH ROW
        WHEN (current_user = 'clicksafely_public' AND NEW.state IS DISTINCT FROM OLD.state)
        EXECUTE FUNCTION hotline_report_public_reopens();
"""
PERSON_EVENTS = """
    CREATE FUNCTION hotline_person_events(report bigint) RETURNS TABLE (action text, at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT event.action, event.at FROM common_auditevent event
        WHERE event.subject_table = 'hotline_report' AND event.subject_id = report AND event.actor_id IS NOT NULL AND event.action IN (
            'report.entered', 'report.claimed', 'report.taken_over', 'words.opened', 'thread.opened', 'upload.revealed', 'address.opened'
        )
        ORDER BY event.id
    $$;
"""
PERSON_EVENTS_REVERSE = "DROP FUNCTION hotline_person_events(bigint)"


class Migration(migrations.Migration):
    dependencies = [("hotline", "0008_index_of_items")]

    operations = [
        migrations.RunSQL(WRITES, WRITES_REVERSE),
        migrations.RunSQL(PERSON_EVENTS, PERSON_EVENTS_REVERSE),
    ]
