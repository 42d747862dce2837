"""Attendance is of members of invited cohorts alone, whoever writes it."""

from django.db import migrations

FORWARD = """
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
"""
BACKWARD = """
DROP TRIGGER youthpanel_attended_cohort_stays_invited ON youthpanel_meeting_cohorts;
DROP FUNCTION youthpanel_stays_invited;
DROP TRIGGER youthpanel_attendance_is_of_invited ON youthpanel_attendance;
DROP FUNCTION youthpanel_is_invited;
"""


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0007_meetings_at_work")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
