"""Classes that play a quiz together."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0002_founding"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClassSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=8, unique=True)),
                ("control_digest", models.BinaryField(max_length=32)),
                ("content", models.TextField()),
                ("questions", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField())),
                ("revisions", django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField())),
                (
                    "pace",
                    models.CharField(
                        choices=[("teacher", "Together: the teacher leads"), ("self", "Each pupil in their own time")],
                        max_length=7,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("lobby", "waiting for the start"),
                            ("asking", "answering"),
                            ("shown", "talking about it"),
                            ("finished", "finished"),
                        ],
                        default="lobby",
                        max_length=8,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("locked", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("seed", models.PositiveIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("erase_at", models.DateTimeField()),
                (
                    "quiz",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="quizzes.quiz"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClassPupil",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=16)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pupils", to="quizzes.classsession"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClassAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("answer", models.JSONField()),
                ("credit", models.FloatField(null=True)),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="quizzes.classpupil"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="quizzes.classsession"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="classsession",
            index=models.Index(fields=["erase_at"], name="class_to_erase"),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9]{8}$")), name="class_code_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("pace__in", ["teacher", "self"])), name="class_pace_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("phase__in", ["lobby", "asking", "shown", "finished"])), name="class_phase_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pace", "self"), _negated=True),
                    models.Q(("phase", "shown"), _negated=True),
                    _connector="OR",
                ),
                name="class_in_own_time_shows_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("erase_at__gt", models.F("opened_at"))), name="class_erased_after_opening"
            ),
        ),
        migrations.AddConstraint(
            model_name="classpupil",
            constraint=models.UniqueConstraint(fields=("session", "key"), name="one_pupil_a_key"),
        ),
        migrations.AddIndex(
            model_name="classanswer",
            index=models.Index(fields=["session", "position"], name="class_answers_of_a_question"),
        ),
        migrations.AddConstraint(
            model_name="classanswer",
            constraint=models.UniqueConstraint(fields=("pupil", "position"), name="one_answer_a_pupil_and_question"),
        ),
        migrations.AddConstraint(
            model_name="classanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit", None), models.Q(("credit__gte", 0), ("credit__lte", 1)), _connector="OR"),
                name="class_credit_is_a_share",
            ),
        ),
    ]
