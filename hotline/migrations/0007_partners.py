"""Reporting partners, their keys and what they sent."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import SUPERVISOR, grant

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0006_notes"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Partner",
            fields=[
                ID,
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "contact",
                    models.EmailField(
                        blank=True,
                        help_text="E-mail of those who run the partner's program. The portal sends nothing there.",
                        max_length=254,
                        verbose_name="technical contact",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Untick it to refuse all of the partner's keys at once.",
                        verbose_name="active",
                    ),
                ),
                (
                    "reports_per_hour",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty means the limit that holds for every partner.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="reports an hour",
                    ),
                ),
                ("made_at", models.DateTimeField(editable=False, verbose_name="made")),
            ],
            options={
                "verbose_name": "reporting partner",
                "verbose_name_plural": "reporting partners",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reports_per_hour__isnull", True), ("reports_per_hour__gte", 1), _connector="OR"
                        ),
                        name="partner_limit_positive",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="partner_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerKey",
            fields=[
                ID,
                ("label", models.CharField(max_length=60, verbose_name="what the key is for")),
                ("prefix", models.CharField(editable=False, max_length=8, unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField(editable=False, verbose_name="made")),
                ("last_used_at", models.DateTimeField(editable=False, null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="revoked")),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="hotline.partner"
                    ),
                ),
            ],
            options={
                "verbose_name": "key of a partner",
                "verbose_name_plural": "keys of partners",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length("digest"), 32),
                        name="partner_key_digest_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("prefix", ""), _negated=True), name="partner_key_prefix"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("partner", "label"),
                        name="one_valid_key_a_label",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True), ("revoked_at__gte", models.F("made_at")), _connector="OR"
                        ),
                        name="partner_key_revoked_after",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerReport",
            fields=[
                ID,
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reference", models.CharField(blank=True, max_length=64)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hotline.partnerkey"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partner_reports",
                        to="hotline.partner",
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="partner_report",
                        to="hotline.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reference", ""),
                            ("reference__regex", "^[A-Za-z0-9._:+/-]{1,64}$"),
                            _connector="OR",
                        ),
                        name="partner_reference_is_code",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerRequest",
            fields=[
                ID,
                ("key_digest", models.BinaryField(max_length=32)),
                ("body_digest", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField(db_index=True)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="hotline.partner"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("partner", "key_digest"), name="one_request_a_key")],
            },
        ),
        migrations.RunPython(
            *grant(SUPERVISOR, "hotline.view_partner", "hotline.add_partner", "hotline.change_partner")
        ),
    ]
