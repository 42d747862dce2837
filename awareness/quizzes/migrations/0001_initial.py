"""Questions, quizzes, and how often they are played."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

import awareness.publishing.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("topics", "0004_founding_topics"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "One answer is right"),
                            ("multiple", "Several answers are right"),
                            ("true_false", "True or false"),
                            ("ordering", "Put into order"),
                            ("matching", "Match"),
                            ("sorting", "Sort into groups"),
                            ("clues", "Find the clues"),
                            ("scenario", "What would you do"),
                            ("poll", "Opinion, without a score"),
                            ("short", "Write a word"),
                            ("numeric", "Write a number"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="For editors: what it is found by in the bank.", max_length=120, verbose_name="name"
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Of “What would you do”: how the story begins.", verbose_name="question"
                    ),
                ),
                (
                    "text_sr",
                    models.TextField(
                        help_text="Of “What would you do”: how the story begins.", null=True, verbose_name="question"
                    ),
                ),
                (
                    "text_en",
                    models.TextField(
                        help_text="Of “What would you do”: how the story begins.", null=True, verbose_name="question"
                    ),
                ),
                (
                    "frame",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("message", "Message on a phone"),
                            ("email", "E-mail"),
                            ("chat", "Chat"),
                            ("profile", "Profile"),
                            ("page", "Web page"),
                        ],
                        help_text="Only where clues are to be found: what they are found in.",
                        max_length=10,
                        verbose_name="mock",
                    ),
                ),
                (
                    "explanation",
                    models.TextField(
                        blank=True, help_text="Shown to everybody after the answer.", verbose_name="explanation"
                    ),
                ),
                (
                    "explanation_sr",
                    models.TextField(
                        blank=True,
                        help_text="Shown to everybody after the answer.",
                        null=True,
                        verbose_name="explanation",
                    ),
                ),
                (
                    "explanation_en",
                    models.TextField(
                        blank=True,
                        help_text="Shown to everybody after the answer.",
                        null=True,
                        verbose_name="explanation",
                    ),
                ),
                ("source_title", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("source_url", models.URLField(blank=True, max_length=500, verbose_name="address of the source")),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("7-10", "7 to 10 years"), ("11-14", "11 to 14 years"), ("15-18", "15 to 18 years")],
                        max_length=5,
                        verbose_name="age",
                    ),
                ),
                (
                    "difficulty",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "easy"), (2, "medium"), (3, "hard")], default=2, verbose_name="difficulty"
                    ),
                ),
                ("shuffle", models.BooleanField(default=True, verbose_name="answers in any order")),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        help_text="Where another system files it, such as Moodle.",
                        max_length=300,
                        verbose_name="category",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last changed"
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="questions",
                        to="topics.topic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ("-changed_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="QuestionChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("text", models.CharField(max_length=400, verbose_name="text")),
                ("text_sr", models.CharField(max_length=400, null=True, verbose_name="text")),
                ("text_en", models.CharField(max_length=400, null=True, verbose_name="text")),
                (
                    "match",
                    models.CharField(
                        blank=True,
                        help_text="The other half of a pair, or the group.",
                        max_length=400,
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "match_sr",
                    models.CharField(
                        blank=True,
                        help_text="The other half of a pair, or the group.",
                        max_length=400,
                        null=True,
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "match_en",
                    models.CharField(
                        blank=True,
                        help_text="The other half of a pair, or the group.",
                        max_length=400,
                        null=True,
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=5,
                        default=0,
                        help_text="100: right. 0: not right. The right ones of several make 100 together.",
                        max_digits=8,
                        validators=[
                            django.core.validators.MinValueValidator(-100),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="credit, %",
                    ),
                ),
                ("feedback", models.TextField(blank=True, verbose_name="said to who chose it")),
                ("feedback_sr", models.TextField(blank=True, null=True, verbose_name="said to who chose it")),
                ("feedback_en", models.TextField(blank=True, null=True, verbose_name="said to who chose it")),
                ("missed", models.TextField(blank=True, verbose_name="said to who should have")),
                ("missed_sr", models.TextField(blank=True, null=True, verbose_name="said to who should have")),
                ("missed_en", models.TextField(blank=True, null=True, verbose_name="said to who should have")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sender", "sender"),
                            ("address", "address"),
                            ("subject", "subject"),
                            ("text", "text"),
                            ("link", "link"),
                            ("button", "button"),
                            ("name", "name"),
                            ("bio", "about me"),
                            ("photo", "picture, in words"),
                            ("counter", "number of followers"),
                            ("time", "time"),
                        ],
                        max_length=10,
                        verbose_name="part of the mock",
                    ),
                ),
                ("at", models.PositiveSmallIntegerField(default=0, verbose_name="in situation")),
                (
                    "leads_to",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Empty: the story ends.", null=True, verbose_name="leads to situation"
                    ),
                ),
                (
                    "tolerance",
                    models.DecimalField(
                        blank=True, decimal_places=12, max_digits=30, null=True, verbose_name="give or take"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="choices", to="quizzes.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="QuestionSituation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="number"
                    ),
                ),
                ("text", models.TextField(verbose_name="what happens")),
                ("text_sr", models.TextField(null=True, verbose_name="what happens")),
                ("text_en", models.TextField(null=True, verbose_name="what happens")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="situations", to="quizzes.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "situation",
                "verbose_name_plural": "situations",
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="Quiz",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Small letters, digits and hyphens.",
                        max_length=80,
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty: a draft. In the future: it appears by itself.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty: it stays. In the future: it goes by itself.",
                        null=True,
                        verbose_name="withdrawn from",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last changed"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "preview_key",
                    models.CharField(
                        default=awareness.publishing.models.draw_preview_key, editable=False, max_length=32
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("summary", models.CharField(max_length=300, verbose_name="in one sentence")),
                ("summary_sr", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                ("summary_en", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                (
                    "level",
                    models.CharField(
                        choices=[("7-10", "7 to 10 years"), ("11-14", "11 to 14 years"), ("15-18", "15 to 18 years")],
                        max_length=5,
                        verbose_name="age",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=6,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="takes about, minutes",
                    ),
                ),
                (
                    "topics",
                    models.ManyToManyField(
                        blank=True, related_name="quizzes", to="topics.topic", verbose_name="topics"
                    ),
                ),
            ],
            options={
                "verbose_name": "quiz",
                "verbose_name_plural": "quizzes",
                "ordering": ("-published_at", "-id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="QuestionCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shown", models.PositiveBigIntegerField(default=0)),
                ("answered", models.PositiveBigIntegerField(default=0)),
                ("credit", models.FloatField(default=0)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="quizzes.question"
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="question_counts", to="quizzes.quiz"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlayCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("way", models.CharField(choices=[("alone", "alone"), ("class", "in a class")], max_length=5)),
                ("started", models.PositiveIntegerField(default=0)),
                ("finished", models.PositiveIntegerField(default=0)),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="play_counts", to="quizzes.quiz"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NextStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("topic", "a topic"),
                            ("resource", "a resource"),
                            ("game", "a game"),
                            ("quiz", "a quiz"),
                            ("report", "the report form"),
                            ("help", "help"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("slug", models.SlugField(blank=True, max_length=80, verbose_name="address")),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="next_steps", to="quizzes.quiz"
                    ),
                ),
            ],
            options={
                "verbose_name": "what next",
                "verbose_name_plural": "what next",
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_percent",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="from, %"
                    ),
                ),
                ("text", models.TextField(verbose_name="what is said")),
                ("text_sr", models.TextField(null=True, verbose_name="what is said")),
                ("text_en", models.TextField(null=True, verbose_name="what is said")),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="closings", to="quizzes.quiz"
                    ),
                ),
            ],
            options={
                "verbose_name": "closing words",
                "verbose_name_plural": "closing words",
                "ordering": ("from_percent",),
            },
        ),
        migrations.CreateModel(
            name="ChoiceCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chosen", models.PositiveBigIntegerField(default=0)),
                (
                    "choice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="quizzes.questionchoice"
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="choice_counts", to="quizzes.quiz"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuizEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="quizzes.question",
                        verbose_name="question",
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="quizzes.quiz"
                    ),
                ),
            ],
            options={
                "verbose_name": "question of the quiz",
                "verbose_name_plural": "questions of the quiz",
                "ordering": ("order", "id"),
            },
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["-changed_at", "-id"], name="question_latest_first"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "single",
                            "multiple",
                            "true_false",
                            "ordering",
                            "matching",
                            "sorting",
                            "clues",
                            "scenario",
                            "poll",
                            "short",
                            "numeric",
                        ],
                    )
                ),
                name="question_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("frame__in", ["", "message", "email", "chat", "profile", "page"])),
                name="question_frame_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["", "7-10", "11-14", "15-18"])), name="question_level_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("difficulty__in", [1, 2, 3])), name="question_difficulty_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", -100), ("weight__lte", 100)), name="choice_weight_in_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "",
                            "sender",
                            "address",
                            "subject",
                            "text",
                            "link",
                            "button",
                            "name",
                            "bio",
                            "photo",
                            "counter",
                            "time",
                        ],
                    )
                ),
                name="choice_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("tolerance", None), ("tolerance__gte", 0), _connector="OR"),
                name="choice_tolerance_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionsituation",
            constraint=models.UniqueConstraint(fields=("question", "number"), name="one_situation_a_number"),
        ),
        migrations.AddConstraint(
            model_name="questionsituation",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="situation_number_from_one"),
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None),
                    models.Q(("published_at__isnull", False), ("withdrawn_at__gt", models.F("published_at"))),
                    _connector="OR",
                ),
                name="quizzes_quiz_dates_in_order",
                violation_error_message="It cannot be withdrawn before it is published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["7-10", "11-14", "15-18"])), name="quiz_level_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="questioncount",
            constraint=models.UniqueConstraint(fields=("quiz", "question"), name="one_count_a_question"),
        ),
        migrations.AddConstraint(
            model_name="questioncount",
            constraint=models.CheckConstraint(condition=models.Q(("credit__gte", 0)), name="credit_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="questioncount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "credit__lte",
                        django.db.models.expressions.CombinedExpression(models.F("answered"), "+", models.Value(1e-06)),
                    )
                ),
                name="credit_within_answers",
            ),
        ),
        migrations.AddConstraint(
            model_name="playcount",
            constraint=models.UniqueConstraint(fields=("quiz", "day", "way"), name="one_play_count_a_day"),
        ),
        migrations.AddConstraint(
            model_name="playcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["alone", "class"])), name="play_way_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["topic", "resource", "game", "quiz", "report", "help"])),
                name="next_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["report", "help"]), models.Q(("slug", ""), _negated=True), _connector="OR"
                ),
                name="next_step_leads_somewhere",
                violation_error_message="Write the address of where it leads.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.UniqueConstraint(fields=("quiz", "from_percent"), name="one_closing_a_score"),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_percent__lte", 100)), name="closing_in_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="choicecount",
            constraint=models.UniqueConstraint(fields=("quiz", "choice"), name="one_count_a_choice"),
        ),
        migrations.AddConstraint(
            model_name="quizentry",
            constraint=models.UniqueConstraint(fields=("quiz", "question"), name="question_once_in_a_quiz"),
        ),
    ]
