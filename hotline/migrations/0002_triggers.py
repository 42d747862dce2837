"""Triggers: notes are final and are erased with their report, only ended reports are erased, legal holds prevent erasure.

The public site changes the work on a case only when it reopens it, and no picture that was sent. Functions with the rights of the owner do
the rest of its status page and forms: they read referrals, police holds, actions and events of people of one report, delete a contact and
pictures of unsent forms, and raise the priority of a report that its reporter reopens. Actions towards the police or a help service are
returned without their kind. The weight of the reason is that of `hotline.priority`.
"""

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
# Checked at the end of the transaction: a note is erased only with its report or with all texts of a closed report.
NOTE_STAYS = """
    CREATE FUNCTION hotline_note_not_deletable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM hotline_report WHERE id = OLD.report_id
            AND (text_erased_at IS NULL OR text_erased_at < OLD.written_at)
        )
        THEN RAISE EXCEPTION 'a note is erased with the words of its report only'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hotline_note_not_deletable AFTER DELETE ON hotline_note DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hotline_note_not_deletable();
"""
NOTE_STAYS_REVERSE = (
    "DROP TRIGGER hotline_note_not_deletable ON hotline_note; DROP FUNCTION hotline_note_not_deletable()"
)
ENDED_ONLY = """
    CREATE FUNCTION hotline_report_ended_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.has_news OR OLD.claimed_by_id IS NOT NULL
            OR OLD.state NOT IN ('closed', 'duplicate', 'spam', 'outside_remit', 'cannot_assess', 'not_assessed')
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
    CREATE FUNCTION hotline_report_held_not_deletable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM hotline_legalhold WHERE report_id = OLD.id AND released_at IS NULL)
        THEN RAISE EXCEPTION 'nothing of a report under a legal hold is erased'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER hotline_report_held_not_deletable BEFORE UPDATE ON hotline_report FOR EACH ROW
        WHEN (
            NEW.text_erased_at IS NOT NULL AND NEW.text_erased_at IS DISTINCT FROM OLD.text_erased_at
            OR NEW.contact_erased_at IS NOT NULL AND NEW.contact_erased_at IS DISTINCT FROM OLD.contact_erased_at
            OR NEW.state = 'anonymised' AND OLD.state <> 'anonymised'
        )
        EXECUTE FUNCTION hotline_report_held_not_deletable();
"""
HELD_STAYS_REVERSE = "DROP TRIGGER hotline_report_held_not_deletable ON hotline_report; DROP FUNCTION hotline_report_held_not_deletable()"
DISCLOSURE = """
    CREATE FUNCTION hotline_is_with_police(report bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        WITH items AS (SELECT item_id FROM hotline_reportitem WHERE report_id = report)
        SELECT EXISTS (
            SELECT FROM hotline_referral referral
            WHERE (referral.report_id = report OR referral.item_id IN (SELECT item_id FROM items))
                AND referral.route = 'police' AND referral.state IN ('checking', 'held', 'due', 'sent')
                -- Pictures of a report stay with the police for good.
                AND (referral.is_for_pictures OR NOT EXISTS (
                    SELECT FROM hotline_policehold hold JOIN items USING (item_id)
                    WHERE hold.item_id = referral.item_id AND hold.ended_at IS NOT NULL
                ))
        )
    $$;
    CREATE FUNCTION hotline_disclosure_holds(report bigint) RETURNS TABLE (placed_at timestamptz, ended_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT hold.placed_at, hold.ended_at FROM hotline_policehold hold
        WHERE hold.item_id IN (SELECT item_id FROM hotline_reportitem WHERE report_id = report) ORDER BY hold.placed_at
    $$;
    CREATE FUNCTION hotline_disclosure_referrals(report bigint) RETURNS TABLE (
        item_id bigint, is_own boolean, is_decided_here boolean, route text, country text, ended_at timestamptz
    )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT sent.item_id, sent.report_id = report,
            EXISTS (SELECT FROM hotline_referral own WHERE own.item_id = sent.item_id AND own.report_id = report),
            sent.route, sent.country, sent.ended_at
        FROM hotline_referral sent
        WHERE (sent.report_id = report OR sent.item_id IN (SELECT each.item_id FROM hotline_reportitem each WHERE each.report_id = report))
            AND sent.route IN ('iccam', 'host') AND sent.state = 'sent' AND NOT sent.is_for_pictures
        ORDER BY sent.ended_at, sent.id
    $$;
    CREATE FUNCTION hotline_has_address(report bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT locations <> '[]' FROM hotline_report WHERE id = report
    $$;
    CREATE FUNCTION hotline_disclosure_actions(report bigint) RETURNS TABLE (item_id bigint, kind text, done_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT action.item_id,
            CASE WHEN action.kind IN ('host', 'partner', 'removed', 'unavailable', 'moved') THEN action.kind ELSE '' END,
            action.done_at
        FROM hotline_action action
        WHERE action.item_id IN (SELECT named.item_id FROM hotline_reportitem named WHERE named.report_id = report)
        ORDER BY action.id
    $$;
    CREATE FUNCTION hotline_person_events(report bigint) RETURNS TABLE (action text, at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT event.action, event.at FROM common_auditevent event
        WHERE event.subject_table = 'hotline_report' AND event.subject_id = report AND event.actor_id IS NOT NULL AND event.action IN (
            'report.entered', 'report.claimed', 'report.taken_over', 'words.opened', 'thread.opened', 'upload.revealed', 'address.opened'
        )
        ORDER BY event.id
    $$;
"""
PUBLIC_SITE = """
    CREATE FUNCTION hotline_erase_contact(report bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        DELETE FROM hotline_sealedtext WHERE report_id = report AND field = 'contact';
        RETURN FOUND;
    END $$;
    CREATE FUNCTION hotline_add_reporter_wrote(report bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        UPDATE hotline_report
        SET priority_reasons = priority_reasons || '["reporter_wrote"]',
            priority = priority + CASE WHEN priority_reasons ? 'flood' THEN 0 ELSE 2 END
        WHERE id = report AND reopened_at IS NOT NULL AND NOT priority_reasons ? 'reporter_wrote'
    $$;
    CREATE FUNCTION hotline_delete_unsent(ids bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DELETE FROM hotline_filehash WHERE report_id IS NULL
            AND upload_id IN (SELECT unsent.id FROM hotline_upload unsent WHERE unsent.id = ANY(ids) AND unsent.report_id IS NULL);
        DELETE FROM hotline_upload WHERE id = ANY(ids) AND report_id IS NULL;
    $$;
    CREATE FUNCTION hotline_report_public_reopens() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.state IS DISTINCT FROM OLD.state THEN
            IF NEW.state <> 'triaged' OR OLD.state NOT IN ('closed', 'duplicate', 'spam', 'outside_remit', 'cannot_assess',
                    'not_assessed')
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
PUBLIC_SITE_REVERSE = """
    DROP TRIGGER hotline_sent_hash_stays ON hotline_filehash;
    DROP TRIGGER hotline_sent_upload_stays ON hotline_upload;
    DROP FUNCTION hotline_sent_stays();
    DROP TRIGGER hotline_report_public_reopens ON hotline_report;
    DROP FUNCTION hotline_report_public_reopens();
    DROP FUNCTION hotline_delete_unsent(bigint[]);
    DROP FUNCTION hotline_add_reporter_wrote(bigint);
    DROP FUNCTION hotline_erase_contact(bigint);
"""
DISCLOSURE_REVERSE = """
    DROP FUNCTION hotline_is_with_police(bigint);
    DROP FUNCTION hotline_disclosure_holds(bigint);
    DROP FUNCTION hotline_disclosure_referrals(bigint);
    DROP FUNCTION hotline_has_address(bigint);
    DROP FUNCTION hotline_disclosure_actions(bigint);
    DROP FUNCTION hotline_person_events(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial"), ("common", "0002_functions")]

    operations = [
        migrations.RunSQL(NOTE_IS_FINAL, NOTE_IS_FINAL_REVERSE),
        migrations.RunSQL(NOTE_STAYS, NOTE_STAYS_REVERSE),
        migrations.RunSQL(ENDED_ONLY, ENDED_ONLY_REVERSE),
        migrations.RunSQL(HELD_STAYS, HELD_STAYS_REVERSE),
        migrations.RunSQL(PUBLIC_SITE, PUBLIC_SITE_REVERSE),
        migrations.RunSQL(DISCLOSURE, DISCLOSURE_REVERSE),
    ]
