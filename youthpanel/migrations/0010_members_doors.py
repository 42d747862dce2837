"""A member is signed in in one browser, and half a day at most. Whoever was in signs in anew."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0009_meetings_roles")]

    operations = [
        migrations.RunSQL("DELETE FROM youthpanel_membersession", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="membersession",
            name="ends_at",
            field=models.DateTimeField(default=None),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="membersession",
            name="member",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="session", to="youthpanel.member"
            ),
        ),
        migrations.AddConstraint(
            model_name="membersession",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__lte", models.F("ends_at"))), name="session_ends_at_last"
            ),
        ),
    ]
