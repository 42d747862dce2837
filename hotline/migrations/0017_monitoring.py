"""Checks of availability: whose turn it is, what was found when, where it was, what somebody should look at."""

import django.db.models.deletion
from django.db import migrations, models

# The hosts of what is watched already, and where they are; where something was missed, when that was.
_FILL = """
    UPDATE hotline_watch watch SET host = item.host, country = coalesce(known.country, ''), network = known.asn,
        gone_at = CASE WHEN watch.misses = 0 THEN watch.gone_at ELSE coalesce(watch.gone_at, watch.checked_at, watch.began_at) END,
        missed_at = CASE WHEN watch.misses = 0 THEN NULL ELSE coalesce(watch.checked_at, watch.gone_at, watch.began_at) END
    FROM hotline_contentitem item
    LEFT JOIN hotline_host known ON known.name = CASE WHEN item.host_override = '' THEN item.host ELSE item.host_override END
    WHERE item.id = watch.item_id
"""
# What has ended was not looked for any more.
_FORGET = "UPDATE hotline_watch SET next_check_at = NULL WHERE ended_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("hotline", "0016_iccam")]

    operations = [
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("there", "there"),
                            ("gone", "gone"),
                            ("blocked", "blocked"),
                            ("parked", "a parking page or a home page in its place"),
                            ("moved", "leads to another site"),
                            ("unreachable", "cannot be reached"),
                            ("trouble", "the server has trouble"),
                            ("private", "leads into a private network: not followed"),
                            ("unsure", "not clear"),
                            ("not_asked", "not asked for, by a rule"),
                        ],
                        max_length=16,
                        verbose_name="found",
                    ),
                ),
                ("first_at", models.DateTimeField(verbose_name="first")),
                ("last_at", models.DateTimeField(verbose_name="last")),
                ("checks", models.PositiveIntegerField(default=1, verbose_name="checks")),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="watch",
            name="watch_end_whole",
        ),
        migrations.AddField(
            model_name="watch",
            name="restarted_at",
            field=models.DateTimeField(null=True, verbose_name="moved, or came back"),
        ),
        migrations.AddField(
            model_name="watch",
            name="attention",
            field=models.CharField(
                blank=True,
                choices=[
                    ("back", "it is there again"),
                    ("moved", "it moved, while something is still on its way"),
                    ("private", "it leads into a private network: do not follow it from here"),
                    ("unclear", "the checks come to nothing: look at it yourself"),
                    ("not_asked", "a rule keeps machines away: look at it yourself"),
                ],
                max_length=12,
                verbose_name="to be looked at",
            ),
        ),
        migrations.AddField(
            model_name="watch",
            name="claimed_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="watch",
            name="country",
            field=models.CharField(blank=True, max_length=2, verbose_name="country"),
        ),
        migrations.AddField(
            model_name="watch",
            name="host",
            field=models.CharField(blank=True, max_length=255, verbose_name="host"),
        ),
        migrations.AddField(
            model_name="watch",
            name="missed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="watch",
            name="network",
            field=models.BigIntegerField(null=True, verbose_name="network (AS number)"),
        ),
        migrations.AddField(
            model_name="watch",
            name="unclear",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="checks in a row that tell nothing"),
        ),
        migrations.AlterField(
            model_name="watch",
            name="result",
            field=models.CharField(
                blank=True,
                choices=[
                    ("there", "there"),
                    ("gone", "gone"),
                    ("blocked", "blocked"),
                    ("parked", "a parking page or a home page in its place"),
                    ("moved", "leads to another site"),
                    ("unreachable", "cannot be reached"),
                    ("trouble", "the server has trouble"),
                    ("private", "leads into a private network: not followed"),
                    ("unsure", "not clear"),
                    ("not_asked", "not asked for, by a rule"),
                ],
                max_length=16,
                verbose_name="last result",
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(
                condition=models.Q(("next_check_at__isnull", False)), fields=["host", "checked_at"], name="watch_host"
            ),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["id"], name="watch_running"),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(
                condition=models.Q(("attention", ""), _negated=True), fields=["-id"], name="watch_attention"
            ),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(
                condition=models.Q(("result", ""), _negated=True), fields=["result", "-id"], name="watch_result"
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("outcome", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="watch_end_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "result__in",
                        [
                            "",
                            "there",
                            "gone",
                            "blocked",
                            "parked",
                            "moved",
                            "unreachable",
                            "trouble",
                            "private",
                            "unsure",
                            "not_asked",
                        ],
                    )
                ),
                name="watch_result_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(("attention__in", ["", "back", "moved", "private", "unclear", "not_asked"])),
                name="watch_attention_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("misses", 0), models.Q(("gone_at__isnull", False), ("missed_at__isnull", False)), _connector="OR"
                ),
                name="watch_misses_whole",
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="watch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="sightings", to="hotline.watch"
            ),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "finding__in",
                        [
                            "there",
                            "gone",
                            "blocked",
                            "parked",
                            "moved",
                            "unreachable",
                            "trouble",
                            "private",
                            "unsure",
                            "not_asked",
                        ],
                    )
                ),
                name="sighting_finding_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=models.Q(("checks__gte", 1), ("first_at__lte", models.F("last_at"))),
                name="sighting_run_whole",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, _FORGET),
    ]
