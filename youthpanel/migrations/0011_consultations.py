"""Questions that were answered stay what they were; of anonymous sheets nothing is said of paper; coordinators run consultations, with the safeguarding lead."""

from django.db import migrations

from clicksafely.common.staff.roles import COORDINATOR, SAFEGUARDING, grant

FORWARD = """
DROP TRIGGER youthpanel_answersheet_names_nobody ON youthpanel_answersheet;
CREATE TRIGGER youthpanel_answersheet_names_nobody BEFORE INSERT OR UPDATE ON youthpanel_answersheet
    FOR EACH ROW WHEN (NEW.member_id IS NOT NULL OR NEW.offline) EXECUTE FUNCTION youthpanel_names_nobody();

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
BACKWARD = """
DROP TRIGGER youthpanel_choice_means_the_same ON youthpanel_questionchoice;
DROP TRIGGER youthpanel_choice_stays ON youthpanel_questionchoice;
DROP FUNCTION youthpanel_choice_was_offered;
DROP TRIGGER youthpanel_question_means_the_same ON youthpanel_question;
DROP TRIGGER youthpanel_question_stays ON youthpanel_question;
DROP FUNCTION youthpanel_question_was_answered;
DROP TRIGGER youthpanel_answersheet_names_nobody ON youthpanel_answersheet;
CREATE TRIGGER youthpanel_answersheet_names_nobody BEFORE INSERT OR UPDATE ON youthpanel_answersheet
    FOR EACH ROW WHEN (NEW.member_id IS NOT NULL) EXECUTE FUNCTION youthpanel_names_nobody();
"""
BUILDING = [
    f"youthpanel.{action}_{model}"
    for model in ("consultation", "phase", "question", "questionchoice", "theme", "quotation")
    for action in ("view", "add", "change", "delete")
]
MODERATING = [f"youthpanel.{action}_{model}" for model in ("idea", "post") for action in ("view", "change")]


class Migration(migrations.Migration):
    dependencies = [
        ("youthpanel", "0010_members_doors"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(*grant(COORDINATOR, *BUILDING, *MODERATING)),
        # May be the second adult of a consultation, who reads all that is said in it.
        migrations.RunPython(*grant(SAFEGUARDING, *MODERATING)),
    ]
