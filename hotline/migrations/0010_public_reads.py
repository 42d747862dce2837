"""Functions for the public site, with the rights of the owner: whether a report names an address, the actions about its content, the
priority of a report that its reporter reopens, and the deletion of pictures of unsent forms.

The public site reads neither locations nor actions nor priorities, and deletes no row of a picture. Actions towards the police or a help
service are returned without their kind. The weight of the reason is that of `hotline.priority`.
"""

from django.db import migrations

REOPENS = """
    CREATE OR REPLACE FUNCTION hotline_report_public_reopens() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
FUNCTIONS = """
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
"""
FUNCTIONS_REVERSE = """
    DROP FUNCTION hotline_has_address(bigint);
    DROP FUNCTION hotline_disclosure_actions(bigint);
    DROP FUNCTION hotline_add_reporter_wrote(bigint);
    DROP FUNCTION hotline_delete_unsent(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0009_public_site")]

    operations = [
        # The function of 0009 refused reports closed without assessment, whose reporters may write too.
        migrations.RunSQL(REOPENS, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_REVERSE),
    ]
