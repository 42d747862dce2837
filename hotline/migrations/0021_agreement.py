"""In how much a second opinion was the first one's is written down with it; an index has all that supervisors count."""

from django.db import migrations, models

FILL = """
    UPDATE hotline_assessment s SET agreed = CASE WHEN s.answers = f.answers THEN 2 WHEN s.verdict = f.verdict THEN 1 ELSE 0 END
    FROM hotline_assessment f WHERE s.round = 'second' AND f.round = 'first' AND f.item_id = s.item_id
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0020_statistics")]

    operations = [
        migrations.AddField("assessment", "agreed", models.PositiveSmallIntegerField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex("assessment", "assessment_made_at"),
        migrations.AddIndex(
            "assessment", models.Index(fields=["made_at"], include=["author", "agreed"], name="assessment_counted")
        ),
    ]
