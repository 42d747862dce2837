"""What was issued or answered never changes, and what is anonymous stays it."""

from django.db import migrations

FORWARD = """
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
    FOR EACH ROW WHEN (NEW.member_id IS NOT NULL) EXECUTE FUNCTION youthpanel_names_nobody();
"""
BACKWARD = """
DROP TRIGGER youthpanel_answersheet_names_nobody ON youthpanel_answersheet;
DROP FUNCTION youthpanel_names_nobody;
DROP TRIGGER youthpanel_consultation_stays_anonymous ON youthpanel_consultation;
DROP FUNCTION youthpanel_stays_anonymous;
DROP TRIGGER youthpanel_response_is_final ON youthpanel_response;
DROP TRIGGER youthpanel_editionfile_is_final ON youthpanel_editionfile;
DROP TRIGGER youthpanel_edition_is_final ON youthpanel_edition;
DROP FUNCTION youthpanel_is_final;
"""


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
