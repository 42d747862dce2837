"""Triggers: published editions, responses and handovers are final, consultations stay anonymous, only invited cohorts attend."""

from django.db import migrations

CREATE = """
CREATE FUNCTION youthpanel_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER youthpanel_edition_is_final BEFORE UPDATE OR DELETE ON youthpanel_edition
    FOR EACH ROW EXECUTE FUNCTION youthpanel_is_final();
CREATE TRIGGER youthpanel_editionfile_is_final BEFORE UPDATE OR DELETE ON youthpanel_editionfile
    FOR EACH ROW EXECUTE FUNCTION youthpanel_is_final();
CREATE TRIGGER youthpanel_response_is_final BEFORE UPDATE OR DELETE ON youthpanel_response
    FOR EACH ROW EXECUTE FUNCTION youthpanel_is_final();

CREATE FUNCTION youthpanel_stays_anonymous() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM youthpanel_answersheet WHERE consultation_id = OLD.id) THEN
        RAISE EXCEPTION 'answers were given to this consultation' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER youthpanel_consultation_stays_anonymous BEFORE UPDATE OF anonymous ON youthpanel_consultation
    FOR EACH ROW WHEN (OLD.anonymous IS DISTINCT FROM NEW.anonymous) EXECUTE FUNCTION youthpanel_stays_anonymous();

CREATE FUNCTION youthpanel_names_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT anonymous FROM youthpanel_consultation WHERE id = NEW.consultation_id) THEN
        RAISE EXCEPTION 'this consultation is anonymous' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER youthpanel_answersheet_names_nobody BEFORE INSERT OR UPDATE ON youthpanel_answersheet
    FOR EACH ROW WHEN (NEW.member_id IS NOT NULL OR NEW.offline) EXECUTE FUNCTION youthpanel_names_nobody();

CREATE TRIGGER youthpanel_handover_is_final BEFORE UPDATE OR DELETE ON youthpanel_handover
    FOR EACH ROW EXECUTE FUNCTION youthpanel_is_final();

CREATE FUNCTION youthpanel_is_invited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM youthpanel_member member JOIN youthpanel_meeting_cohorts invited USING (cohort_id)
        WHERE member.id = NEW.member_id AND invited.meeting_id = NEW.meeting_id
    ) THEN
        RAISE EXCEPTION 'the cohort of this member is not invited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER youthpanel_attendance_is_of_invited BEFORE INSERT OR UPDATE ON youthpanel_attendance
    FOR EACH ROW EXECUTE FUNCTION youthpanel_is_invited();

CREATE FUNCTION youthpanel_stays_invited() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE CONSTRAINT TRIGGER youthpanel_attended_cohort_stays_invited AFTER UPDATE OR DELETE ON youthpanel_meeting_cohorts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION youthpanel_stays_invited();

CREATE FUNCTION youthpanel_question_was_answered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.consultation_id ELSE NEW.consultation_id END;
BEGIN
    IF EXISTS (SELECT FROM youthpanel_answersheet WHERE consultation_id = asked) THEN
        RAISE EXCEPTION 'answers were given to these questions' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER youthpanel_question_stays BEFORE INSERT OR DELETE ON youthpanel_question
    FOR EACH ROW EXECUTE FUNCTION youthpanel_question_was_answered();
CREATE TRIGGER youthpanel_question_means_the_same BEFORE UPDATE ON youthpanel_question
    FOR EACH ROW WHEN ((OLD.consultation_id, OLD.kind, OLD.other) IS DISTINCT FROM (NEW.consultation_id, NEW.kind, NEW.other))
    EXECUTE FUNCTION youthpanel_question_was_answered();

CREATE FUNCTION youthpanel_choice_was_offered() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER youthpanel_choice_stays BEFORE INSERT OR DELETE ON youthpanel_questionchoice
    FOR EACH ROW EXECUTE FUNCTION youthpanel_choice_was_offered();
CREATE TRIGGER youthpanel_choice_means_the_same BEFORE UPDATE ON youthpanel_questionchoice
    FOR EACH ROW WHEN (OLD.question_id IS DISTINCT FROM NEW.question_id) EXECUTE FUNCTION youthpanel_choice_was_offered();
"""
DROP = """
DROP TRIGGER youthpanel_edition_is_final ON youthpanel_edition;
DROP TRIGGER youthpanel_editionfile_is_final ON youthpanel_editionfile;
DROP TRIGGER youthpanel_response_is_final ON youthpanel_response;
DROP TRIGGER youthpanel_consultation_stays_anonymous ON youthpanel_consultation;
DROP TRIGGER youthpanel_answersheet_names_nobody ON youthpanel_answersheet;
DROP TRIGGER youthpanel_handover_is_final ON youthpanel_handover;
DROP TRIGGER youthpanel_attendance_is_of_invited ON youthpanel_attendance;
DROP TRIGGER youthpanel_attended_cohort_stays_invited ON youthpanel_meeting_cohorts;
DROP TRIGGER youthpanel_question_stays ON youthpanel_question;
DROP TRIGGER youthpanel_question_means_the_same ON youthpanel_question;
DROP TRIGGER youthpanel_choice_stays ON youthpanel_questionchoice;
DROP TRIGGER youthpanel_choice_means_the_same ON youthpanel_questionchoice;
DROP FUNCTION youthpanel_is_final();
DROP FUNCTION youthpanel_stays_anonymous();
DROP FUNCTION youthpanel_names_nobody();
DROP FUNCTION youthpanel_is_invited();
DROP FUNCTION youthpanel_stays_invited();
DROP FUNCTION youthpanel_question_was_answered();
DROP FUNCTION youthpanel_choice_was_offered();
"""


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(CREATE, DROP)]
