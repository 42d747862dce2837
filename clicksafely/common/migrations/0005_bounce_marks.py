"""How far a mailbox has been gone through for what came back undelivered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0004_failed_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="BounceMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=254, unique=True)),
                ("uid_validity", models.BigIntegerField(default=0)),
                ("uid", models.BigIntegerField(default=0)),
                ("held_by", models.UUIDField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("interrupted_uid", models.BigIntegerField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "the server does not answer"),
                            ("timeout", "the server is too slow or hangs"),
                            ("certificate", "the server's certificate is not trusted"),
                            ("login", "wrong user name or password"),
                            ("busy", "the server refuses to serve for the moment"),
                            ("folder", "the folder to read cannot be opened"),
                            ("broken", "the connection breaks off"),
                            ("nonsense", "the server does not keep to the protocol"),
                            ("full", "messages cannot be moved, the mailbox may be full"),
                            ("removal", "messages that were taken cannot be removed"),
                            ("interrupted", "the program was ended in the middle of a message"),
                            ("settings", "the settings are wrong"),
                        ],
                        max_length=12,
                    ),
                ),
                ("failing_since", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_by__isnull", True), ("held_until__isnull", True)),
                            models.Q(("held_by__isnull", False), ("held_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="bounce_hold_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("interrupted_uid__isnull", True), ("tries", 0)),
                            models.Q(("interrupted_uid__isnull", False), ("tries__gt", 0)),
                            _connector="OR",
                        ),
                        name="bounce_break_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("error", ""), ("failing_since__isnull", True)),
                            models.Q(("failing_since__isnull", False), models.Q(("error", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="bounce_failure_whole",
                    ),
                ],
            },
        ),
    ]
