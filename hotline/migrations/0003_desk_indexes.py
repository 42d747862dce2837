"""Indexes for the desk and its lists at any number of reports."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0002_questions_and_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="contentitem",
            name="item_domain",
        ),
        migrations.RemoveIndex(
            model_name="contentitem",
            name="item_host",
        ),
        migrations.RemoveIndex(
            model_name="report",
            name="report_queue",
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(
                condition=models.Q(("verdict", ""), _negated=True),
                fields=["registrable_domain", "verdict"],
                name="item_domain_verdict",
            ),
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(fields=["registrable_domain", "-id"], name="item_domain"),
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(fields=["host", "-id"], name="item_host"),
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(
                condition=models.Q(("outcome", ""), _negated=True), fields=["outcome", "-id"], name="item_outcome"
            ),
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(
                condition=models.Q(("kind", "url"), _negated=True), fields=["kind", "-id"], name="item_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                models.OrderBy(models.F("priority"), descending=True),
                models.F("id"),
                condition=models.Q(("queue__isnull", False)),
                name="report_take_next",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("queue__isnull", False)), fields=["queue", "id"], name="report_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("priority__gte", 100), ("queue__isnull", False)),
                fields=["id"],
                name="report_urgent",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(condition=models.Q(("has_news", True)), fields=["id"], name="report_news"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(condition=models.Q(("danger_now", True)), fields=["id"], name="report_danger"),
        ),
    ]
