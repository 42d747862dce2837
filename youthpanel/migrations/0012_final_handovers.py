"""A handover, once recorded, never changes: waiting days and answers count from it."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER youthpanel_handover_is_final BEFORE UPDATE OR DELETE ON youthpanel_handover
    FOR EACH ROW EXECUTE FUNCTION youthpanel_is_final();
"""
BACKWARD = "DROP TRIGGER youthpanel_handover_is_final ON youthpanel_handover;"


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0011_consultations")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
