"""Hash lists and what matched them; rights of supervisors on them."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import SUPERVISOR, grant

_RIGHTS = ("hotline.keep_hash_lists", "hotline.view_hashlist", "hotline.view_hashmatch")


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0008_hosting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HashList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("source", models.CharField(max_length=120, verbose_name="source")),
                ("label", models.CharField(max_length=60, verbose_name="the source's label")),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("csam", "sexual abuse of children: pictures are locked"),
                            ("other", "something else: the case becomes more urgent"),
                        ],
                        default="csam",
                        max_length=8,
                        verbose_name="what it lists",
                    ),
                ),
                (
                    "layout",
                    models.CharField(
                        choices=[
                            ("md5", "MD5, one a line"),
                            ("sha1", "SHA-1, one a line"),
                            ("sha256", "SHA-256, one a line"),
                            ("pdq", "PDQ, one a line"),
                            ("csv", "CSV with a header line"),
                        ],
                        max_length=8,
                        verbose_name="layout of the file",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for import"),
                            ("importing", "is being imported"),
                            ("refused", "not imported"),
                            ("active", "in use"),
                            ("off", "switched off"),
                            ("removing", "is being removed"),
                            ("removed", "removed"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("file_size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("file_digest", models.BinaryField(max_length=32)),
                (
                    "imported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="imported by",
                    ),
                ),
                ("arrived_at", models.DateTimeField(verbose_name="arrived")),
                ("imported_at", models.DateTimeField(null=True, verbose_name="imported")),
                ("entries", models.PositiveIntegerField(default=0, verbose_name="hashes")),
                ("counts", models.JSONField(default=dict)),
                ("duplicates", models.PositiveIntegerField(default=0, verbose_name="duplicates")),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("problems", models.JSONField(default=list)),
                ("done_bytes", models.PositiveBigIntegerField(default=0)),
                ("lease", models.UUIDField(editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "hash list",
                "verbose_name_plural": "hash lists",
                "permissions": [("keep_hash_lists", "Can import, switch and remove hash lists")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "importing", "refused", "active", "off", "removing", "removed"])
                        ),
                        name="hash_list_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")), fields=("name",), name="hash_list_one_active_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "importing"])),
                        fields=("name",),
                        name="hash_list_one_import_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["active", "off"]), _negated=True),
                            models.Q(("entries__gt", 0), ("imported_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="hash_list_in_use_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListedHash",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "hash_list",
                        "algorithm",
                        "digest",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "hash_list",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="hashes",
                        to="hotline.hashlist",
                    ),
                ),
                (
                    "algorithm",
                    models.PositiveSmallIntegerField(choices=[(1, "MD5"), (2, "SHA-1"), (3, "SHA-256"), (4, "PDQ")]),
                ),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("digest"),
                            models.Case(
                                models.When(algorithm=1, then=models.Value(16)),
                                models.When(algorithm=2, then=models.Value(20)),
                                models.When(algorithm=3, then=models.Value(32)),
                                models.When(algorithm=4, then=models.Value(32)),
                                default=models.Value(-1),
                            ),
                        ),
                        name="listed_hash_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HashMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file_hash",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="matches", to="hotline.filehash"
                    ),
                ),
                (
                    "hash_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="hotline.hashlist",
                        verbose_name="hash list",
                    ),
                ),
                (
                    "algorithm",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "MD5"), (2, "SHA-1"), (3, "SHA-256"), (4, "PDQ")], verbose_name="digest"
                    ),
                ),
                ("distance", models.PositiveSmallIntegerField(default=0, verbose_name="distance")),
                ("matched_at", models.DateTimeField(verbose_name="matched")),
            ],
            options={
                "verbose_name": "hash match",
                "verbose_name_plural": "hash matches",
                "constraints": [
                    models.UniqueConstraint(fields=("file_hash", "hash_list"), name="one_match_a_file_and_list"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("distance", 0), models.Q(("algorithm", 4), ("distance__lte", 31)), _connector="OR"
                        ),
                        name="hash_match_distance",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="filehash",
            name="matched_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="filehash",
            name="report",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="file_hashes", to="hotline.report"
            ),
        ),
        migrations.AddConstraint(
            model_name="filehash",
            constraint=models.CheckConstraint(
                condition=models.Q(("report__isnull", False), ("upload__isnull", False), _connector="OR"),
                name="file_hash_has_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="filehash",
            index=models.Index(
                condition=models.Q(("matched_at__isnull", True)), fields=["id"], name="file_hash_unmatched"
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="locked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(condition=models.Q(("locked_at__isnull", False)), fields=["-id"], name="upload_locked"),
        ),
        migrations.RunPython(*grant(SUPERVISOR, *_RIGHTS)),
    ]
