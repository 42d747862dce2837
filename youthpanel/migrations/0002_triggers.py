"""Triggers: published editions, responses, handovers and pictures of slips are final, consultations stay anonymous, shown results
stay shown, only invited cohorts attend.

Functions with the rights of the owner: the public site may shuffle anonymous answers, but neither change nor delete one.

Trigram indexes for the search by pseudonym and by school.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION youthpanel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER youthpanel_edition_is_final BEFORE UPDATE OR DELETE ON youthpanel_edition
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_change();
CREATE TRIGGER youthpanel_editionfile_is_final BEFORE UPDATE OR DELETE ON youthpanel_editionfile
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_change();
CREATE TRIGGER youthpanel_response_is_final BEFORE UPDATE OR DELETE ON youthpanel_response
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_change();
-- Other pictures need another slip. A void slip loses its code and its pictures, and never gets new ones.
CREATE TRIGGER youthpanel_slip_is_final BEFORE UPDATE ON youthpanel_invitationcode FOR EACH ROW
    WHEN (NEW.digest IS DISTINCT FROM OLD.digest AND NEW.digest IS NOT NULL
        OR NEW.pictures IS DISTINCT FROM OLD.pictures AND OLD.pictures IS NOT NULL AND NEW.void_since IS NULL)
    EXECUTE FUNCTION youthpanel_refuse_change();

CREATE FUNCTION youthpanel_refuse_anonymity_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM youthpanel_answersheet WHERE consultation_id = OLD.id) THEN
        RAISE EXCEPTION 'answers were given to this consultation' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER youthpanel_consultation_anonymity_fixed BEFORE UPDATE OF anonymous ON youthpanel_consultation
    FOR EACH ROW WHEN (OLD.anonymous IS DISTINCT FROM NEW.anonymous) EXECUTE FUNCTION youthpanel_refuse_anonymity_change();

-- With the constraint on the state: a closing whose results were shown cannot be undone.
CREATE TRIGGER youthpanel_results_stay_shown BEFORE UPDATE OF results_shown_on ON youthpanel_consultation FOR EACH ROW
    WHEN (OLD.results_shown_on IS NOT NULL AND NEW.results_shown_on IS DISTINCT FROM OLD.results_shown_on)
    EXECUTE FUNCTION youthpanel_refuse_change();

CREATE FUNCTION youthpanel_refuse_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT anonymous FROM youthpanel_consultation WHERE id = NEW.consultation_id) THEN
        RAISE EXCEPTION 'this consultation is anonymous' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER youthpanel_answersheet_anonymous BEFORE INSERT OR UPDATE ON youthpanel_answersheet
    FOR EACH ROW WHEN (NEW.member_id IS NOT NULL OR NEW.offline) EXECUTE FUNCTION youthpanel_refuse_member();

CREATE TRIGGER youthpanel_handover_is_final BEFORE UPDATE OR DELETE ON youthpanel_handover
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_change();

CREATE FUNCTION youthpanel_require_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM youthpanel_member member JOIN youthpanel_meeting_cohorts invited USING (cohort_id)
        WHERE member.id = NEW.member_id AND invited.meeting_id = NEW.meeting_id
    ) THEN
        RAISE EXCEPTION 'the cohort of this member is not invited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER youthpanel_attendance_invited_only BEFORE INSERT OR UPDATE ON youthpanel_attendance
    FOR EACH ROW EXECUTE FUNCTION youthpanel_require_invitation();

CREATE FUNCTION youthpanel_refuse_uninvited_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM youthpanel_attendance attendance JOIN youthpanel_member member ON member.id = attendance.member_id
        WHERE attendance.meeting_id = OLD.meeting_id AND member.cohort_id = OLD.cohort_id
    ) AND NOT EXISTS (
        SELECT FROM youthpanel_meeting_cohorts WHERE meeting_id = OLD.meeting_id AND cohort_id = OLD.cohort_id
    ) THEN
        RAISE EXCEPTION 'attendance of this cohort is recorded' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
-- At the end of the transaction: a meeting that is deleted goes with its attendance, in whatever order.
CREATE CONSTRAINT TRIGGER youthpanel_attended_cohort_invited AFTER UPDATE OR DELETE ON youthpanel_meeting_cohorts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_uninvited_attendance();

CREATE FUNCTION youthpanel_refuse_answered_question() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.consultation_id ELSE NEW.consultation_id END;
BEGIN
    IF EXISTS (SELECT FROM youthpanel_answersheet WHERE consultation_id = asked) THEN
        RAISE EXCEPTION 'answers were given to these questions' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER youthpanel_question_fixed BEFORE INSERT OR DELETE ON youthpanel_question
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_answered_question();
CREATE TRIGGER youthpanel_question_meaning_fixed BEFORE UPDATE ON youthpanel_question
    FOR EACH ROW WHEN ((OLD.consultation_id, OLD.kind, OLD.other) IS DISTINCT FROM (NEW.consultation_id, NEW.kind, NEW.other))
    EXECUTE FUNCTION youthpanel_refuse_answered_question();

CREATE FUNCTION youthpanel_refuse_answered_choice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.question_id ELSE NEW.question_id END;
BEGIN
    IF EXISTS (
        SELECT FROM youthpanel_answersheet sheet JOIN youthpanel_question question USING (consultation_id)
        WHERE question.id = asked
    ) THEN
        RAISE EXCEPTION 'answers were given to these questions' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER youthpanel_choice_fixed BEFORE INSERT OR DELETE ON youthpanel_questionchoice
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_answered_choice();
CREATE TRIGGER youthpanel_choice_meaning_fixed BEFORE UPDATE ON youthpanel_questionchoice
    FOR EACH ROW WHEN (OLD.question_id IS DISTINCT FROM NEW.question_id) EXECUTE FUNCTION youthpanel_refuse_answered_choice();
"""
# Not random(): its earlier values can be computed from later ones.
SHUFFLE = """
CREATE FUNCTION youthpanel_lock_answers() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN LOCK TABLE youthpanel_answersheet IN SHARE ROW EXCLUSIVE MODE; END $$;

CREATE FUNCTION youthpanel_shuffle_answersheet(consultation bigint, added jsonb, answered date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH gone AS (
        DELETE FROM youthpanel_answersheet WHERE consultation IS NULL OR consultation_id = consultation RETURNING *
    )
    INSERT INTO youthpanel_answersheet (id, consultation_id, day, offline, answers, member_id)
    SELECT id, consultation_id, coalesce(answered, day), offline, answers, member_id FROM (
        SELECT * FROM gone
        UNION ALL
        SELECT new.* FROM jsonb_populate_record(NULL::youthpanel_answersheet, added) AS new WHERE added IS NOT NULL
    ) AS every_row ORDER BY gen_random_uuid();
END $$;

CREATE FUNCTION youthpanel_shuffle_participation(consultation bigint, added jsonb, answered date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH gone AS (
        DELETE FROM youthpanel_participation WHERE consultation IS NULL OR consultation_id = consultation RETURNING *
    )
    INSERT INTO youthpanel_participation (id, consultation_id, member_id, day)
    SELECT id, consultation_id, member_id, coalesce(answered, day) FROM (
        SELECT * FROM gone
        UNION ALL
        SELECT new.* FROM jsonb_populate_record(NULL::youthpanel_participation, added) AS new WHERE added IS NOT NULL
    ) AS every_row ORDER BY gen_random_uuid();
END $$;
"""
# No column of a sheet is older than the last vote.
VOTES = """
CREATE FUNCTION youthpanel_lock_votes() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN LOCK TABLE youthpanel_opinionsheet IN SHARE ROW EXCLUSIVE MODE; END $$;

CREATE FUNCTION youthpanel_store_votes(asked bigint, given jsonb, voter bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH gone AS (DELETE FROM youthpanel_opinionsheet WHERE round_id = asked RETURNING votes)
    INSERT INTO youthpanel_opinionsheet (id, round_id, votes)
    SELECT gen_random_uuid(), asked, every_row.votes
    FROM (SELECT votes FROM gone UNION ALL SELECT given) AS every_row ORDER BY gen_random_uuid();

    WITH gone AS (DELETE FROM youthpanel_opinionparticipation WHERE round_id = asked RETURNING member_id)
    INSERT INTO youthpanel_opinionparticipation (id, round_id, member_id)
    SELECT gen_random_uuid(), asked, every_row.member_id
    FROM (SELECT member_id FROM gone UNION ALL SELECT voter WHERE voter IS NOT NULL) AS every_row ORDER BY gen_random_uuid();
END $$;

CREATE FUNCTION youthpanel_refuse_voted_statement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.round_id ELSE NEW.round_id END;
BEGIN
    IF EXISTS (SELECT FROM youthpanel_opinionsheet WHERE round_id = asked)
        OR EXISTS (SELECT FROM youthpanel_opinionround WHERE id = asked AND figures IS NOT NULL) THEN
        RAISE EXCEPTION 'votes were given on these statements' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER youthpanel_statement_fixed BEFORE INSERT OR DELETE ON youthpanel_statement
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_voted_statement();
CREATE TRIGGER youthpanel_statement_round_fixed BEFORE UPDATE ON youthpanel_statement
    FOR EACH ROW WHEN (OLD.round_id IS DISTINCT FROM NEW.round_id) EXECUTE FUNCTION youthpanel_refuse_voted_statement();

CREATE FUNCTION youthpanel_refuse_shown_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM youthpanel_consultation WHERE id = OLD.consultation_id AND results_shown_on IS NOT NULL) THEN
        RAISE EXCEPTION 'these figures were shown' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER youthpanel_figures_are_final BEFORE UPDATE ON youthpanel_opinionround
    FOR EACH ROW EXECUTE FUNCTION youthpanel_refuse_shown_figures();
"""
DROP_VOTES = """
DROP TRIGGER youthpanel_statement_fixed ON youthpanel_statement;
DROP TRIGGER youthpanel_statement_round_fixed ON youthpanel_statement;
DROP TRIGGER youthpanel_figures_are_final ON youthpanel_opinionround;
DROP FUNCTION youthpanel_lock_votes();
DROP FUNCTION youthpanel_store_votes(bigint, jsonb, bigint);
DROP FUNCTION youthpanel_refuse_voted_statement();
DROP FUNCTION youthpanel_refuse_shown_figures();
"""
DROP_SHUFFLE = """
DROP FUNCTION youthpanel_lock_answers();
DROP FUNCTION youthpanel_shuffle_answersheet(bigint, jsonb, date);
DROP FUNCTION youthpanel_shuffle_participation(bigint, jsonb, date);
"""
DROP = """
DROP TRIGGER youthpanel_edition_is_final ON youthpanel_edition;
DROP TRIGGER youthpanel_editionfile_is_final ON youthpanel_editionfile;
DROP TRIGGER youthpanel_response_is_final ON youthpanel_response;
DROP TRIGGER youthpanel_slip_is_final ON youthpanel_invitationcode;
DROP TRIGGER youthpanel_consultation_anonymity_fixed ON youthpanel_consultation;
DROP TRIGGER youthpanel_results_stay_shown ON youthpanel_consultation;
DROP TRIGGER youthpanel_answersheet_anonymous ON youthpanel_answersheet;
DROP TRIGGER youthpanel_handover_is_final ON youthpanel_handover;
DROP TRIGGER youthpanel_attendance_invited_only ON youthpanel_attendance;
DROP TRIGGER youthpanel_attended_cohort_invited ON youthpanel_meeting_cohorts;
DROP TRIGGER youthpanel_question_fixed ON youthpanel_question;
DROP TRIGGER youthpanel_question_meaning_fixed ON youthpanel_question;
DROP TRIGGER youthpanel_choice_fixed ON youthpanel_questionchoice;
DROP TRIGGER youthpanel_choice_meaning_fixed ON youthpanel_questionchoice;
DROP FUNCTION youthpanel_refuse_change();
DROP FUNCTION youthpanel_refuse_anonymity_change();
DROP FUNCTION youthpanel_refuse_member();
DROP FUNCTION youthpanel_require_invitation();
DROP FUNCTION youthpanel_refuse_uninvited_attendance();
DROP FUNCTION youthpanel_refuse_answered_question();
DROP FUNCTION youthpanel_refuse_answered_choice();
"""
INDEXES = (
    "CREATE INDEX member_pseudonym_trigrams ON youthpanel_member USING gin (clicksafely_fold(pseudonym) gin_trgm_ops)",
    "CREATE INDEX school_name_trigrams ON youthpanel_school USING gin (clicksafely_fold(name) gin_trgm_ops)",
)
DROP_INDEXES = ("DROP INDEX member_pseudonym_trigrams", "DROP INDEX school_name_trigrams")


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0001_initial"), ("common", "0002_functions")]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(SHUFFLE, DROP_SHUFFLE),
        migrations.RunSQL(VOTES, DROP_VOTES),
        migrations.RunSQL(list(INDEXES), list(DROP_INDEXES)),
    ]
