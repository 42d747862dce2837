"""The original of a duplicate; priorities of open urgent reports, which are 100 higher from now on."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

URGENT_OPEN = """
    UPDATE hotline_report SET priority = priority {change}
    WHERE state NOT IN ('closed', 'duplicate', 'spam', 'outside_remit', 'cannot_assess', 'anonymised') AND (
        jsonb_exists(priority_reasons, 'danger_now')
        OR jsonb_exists(priority_reasons, 'about_me') AND jsonb_exists_any(priority_reasons, '{{csam,suspected,hash_match}}')
    )
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("hotline", "0003_roles")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="original",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="duplicates",
                to="hotline.report",
                verbose_name="original",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("original__isnull", True),
                    models.Q(
                        models.Q(("original", models.F("id")), _negated=True),
                        models.Q(
                            ("state", "duplicate"),
                            ("proposed_end", "duplicate"),
                            ("reopened_from", "duplicate"),
                            ("anonymised_from", "duplicate"),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="report_original_whole",
            ),
        ),
        AddIndexConcurrently(
            model_name="report",
            index=models.Index(
                condition=models.Q(("original__isnull", False)), fields=["original"], name="report_original"
            ),
        ),
        migrations.RunSQL(URGENT_OPEN.format(change="+ 100"), URGENT_OPEN.format(change="- 100")),
    ]
