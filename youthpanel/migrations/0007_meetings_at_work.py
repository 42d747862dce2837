"""What working with meetings needs: that nobody is on a photograph is said on purpose; when the safeguarding lead was told of a note."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0006_coordinators_papers")]

    operations = [
        migrations.AddField(
            model_name="meetingfile",
            name="nobody",
            field=models.BooleanField(default=False, verbose_name="nobody can be recognised on it"),
        ),
        migrations.AddConstraint(
            model_name="meetingfile",
            constraint=models.CheckConstraint(
                condition=Q(("kind", "photograph"), ("nobody", False), _connector="OR"),
                name="only_photographs_show_nobody",
            ),
        ),
        migrations.AddField(
            model_name="incidentnote", name="told_at", field=models.DateTimeField(editable=False, null=True)
        ),
    ]
