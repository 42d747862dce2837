"""Packages for the police: recipients, packages, their files."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0013_referral"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicePackage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("cms", "encrypted to the recipient's certificate (CMS)"),
                            ("zip", "archive with a password (AES-256)"),
                        ],
                        max_length=3,
                        verbose_name="encryption",
                    ),
                ),
                ("certificate_sha256", models.CharField(blank=True, max_length=64, verbose_name="certificate")),
                ("members", models.JSONField(default=list)),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("pictures", models.JSONField(default=list)),
                ("without", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("made", "waits to be handed over"),
                            ("delivered", "handed over"),
                            ("failed", "discarded"),
                        ],
                        default="made",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_now", "the mail server cannot be reached or used, it is tried again"),
                            ("deferred", "the mail server asks for later, it is tried again"),
                            (
                                "lost",
                                "the connection broke off, it may have arrived; it is sent again, with the same number",
                            ),
                            (
                                "refused",
                                "the mail server refuses the recipient or the message: hand it over in another way",
                            ),
                            ("given_up", "it could not be sent for three days: hand it over in another way"),
                            ("returned", "it came back undelivered: hand it over in another way"),
                            ("too_large", "it is too large for an e-mail: hand it over in another way"),
                            (
                                "pictures",
                                "it holds locked pictures, which never go by e-mail: hand it over in another way",
                            ),
                        ],
                        max_length=12,
                        verbose_name="problem",
                    ),
                ),
                ("due_at", models.DateTimeField(null=True, verbose_name="next attempt")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("mail_tag", models.CharField(blank=True, editable=False, max_length=16)),
                ("downloaded_at", models.DateTimeField(null=True, verbose_name="first downloaded")),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="handed over")),
                (
                    "delivered_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_person", "in person"),
                            ("portal", "by their secure portal"),
                            ("email", "by e-mail"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("receipt_number", models.CharField(blank=True, max_length=120, verbose_name="number of the receipt")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="discarded")),
                (
                    "delivered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed over by",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "package for the police",
                "verbose_name_plural": "packages for the police",
                "permissions": [
                    ("hand_over_policepackage", "Can download packages for the police and record their delivery")
                ],
            },
        ),
        migrations.CreateModel(
            name="PoliceFile",
            fields=[
                (
                    "package",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="hotline.policepackage",
                    ),
                ),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                ("sealed", models.BinaryField()),
                ("sealed_password", models.BinaryField(null=True)),
                ("outgoing", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PolicePackageItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="hotline.policepackage"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="package_items", to="hotline.referral"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="policepackage",
            name="referrals",
            field=models.ManyToManyField(
                related_name="packages", through="hotline.PolicePackageItem", to="hotline.referral"
            ),
        ),
        migrations.CreateModel(
            name="PoliceRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("unit", models.CharField(blank=True, max_length=160, verbose_name="unit")),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("in_person", "in person"),
                            ("portal", "by their secure portal"),
                            ("email", "by e-mail"),
                        ],
                        default="in_person",
                        max_length=10,
                        verbose_name="way of delivery",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "certificate",
                    models.TextField(
                        blank=True,
                        help_text="X.509 in PEM. Empty: each package is an archive with a password of its own, told in another way.",
                        verbose_name="certificate",
                    ),
                ),
                (
                    "valid_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="certificate valid until"),
                ),
                (
                    "grouping",
                    models.CharField(
                        choices=[("case", "one for each case, at once"), ("day", "one a day")],
                        default="case",
                        max_length=4,
                        verbose_name="packages",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "is_default",
                    models.BooleanField(
                        default=False,
                        help_text="One recipient does; the one that did until now no longer.",
                        verbose_name="gets the packages",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient at the police",
                "verbose_name_plural": "recipients at the police",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)), fields=("is_default",), name="one_police_recipient"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_default", False), ("active", True), _connector="OR"),
                        name="police_recipient_active",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivery", "email"), _negated=True),
                            models.Q(("email", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="police_recipient_email_has_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delivery__in", ["in_person", "portal", "email"])),
                        name="police_delivery_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grouping__in", ["case", "day"])), name="police_grouping_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("certificate", ""), ("valid_until__isnull", True)),
                            models.Q(models.Q(("certificate", ""), _negated=True), ("valid_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="police_certificate_whole",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="policepackage",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packages",
                to="hotline.policerecipient",
                verbose_name="recipient",
            ),
        ),
        migrations.AddConstraint(
            model_name="policepackageitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_at__isnull", True)), fields=("referral",), name="one_package_a_referral"
            ),
        ),
        migrations.AddIndex(
            model_name="policepackage",
            index=models.Index(
                condition=models.Q(("state", "made")), fields=["made_at"], name="police_package_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="policepackage",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("state", "made")),
                fields=["due_at"],
                name="police_package_mail",
            ),
        ),
        migrations.AddConstraint(
            model_name="policepackage",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["made", "delivered", "failed"])), name="police_package_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="policepackage",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["cms", "zip"])), name="police_package_format_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="policepackage",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="police_package_digest_well_formed"
            ),
        ),
        migrations.AddConstraint(
            model_name="policepackage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("delivered_at__isnull", False),
                        ("state", "delivered"),
                        models.Q(("delivered_how", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "delivered"), _negated=True),
                        ("delivered_at__isnull", True),
                        ("delivered_how", ""),
                    ),
                    _connector="OR",
                ),
                name="police_delivery_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="policepackage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state", "failed")),
                    models.Q(models.Q(("state", "failed"), _negated=True), ("ended_at__isnull", True)),
                    _connector="OR",
                ),
                name="police_discarded_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="policepackage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("mail_tag", ""), _negated=True), fields=("mail_tag",), name="one_package_a_tag"
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="package",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="hotline.policepackage",
            ),
        ),
        migrations.RunPython(*grant(ANALYST, "hotline.view_policepackage")),
        migrations.RunPython(
            *grant(
                SUPERVISOR,
                "hotline.view_policepackage",
                "hotline.hand_over_policepackage",
                *[f"hotline.{act}_policerecipient" for act in ("view", "add", "change")],
            )
        ),
    ]
