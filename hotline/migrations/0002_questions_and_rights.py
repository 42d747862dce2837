"""The first version of the questions (ICCAM v3 vocabulary) and the rights of the hotline's roles."""

from django.db import migrations

from clicksafely.common.roles import ANALYST, AUDITOR, SUPERVISOR, grant

VERSION = "iccam-3"

PERMISSIONS = {
    ANALYST: ("hotline.work_case", "hotline.view_report", "hotline.view_contentitem"),
    SUPERVISOR: (
        "hotline.work_case",
        "hotline.supervise_case",
        "hotline.view_report",
        "hotline.view_contentitem",
        "hotline.view_questionset",
        "common.view_auditevent",
    ),
    AUDITOR: ("common.view_auditevent",),
}

# code, Serbian, English, only if illegal, answers: (code, Serbian, English, key, ICCAM id, verdict)
QUESTIONS = [
    (
        "classification",
        "Разврставање",
        "Classification",
        False,
        [
            ("baseline_csam", "CSAM, основно", "CSAM, baseline", "1", 1, "illegal"),
            ("national_csam", "CSAM, национално", "CSAM, national", "2", 2, "illegal"),
            ("hate_speech", "говор мржње", "hate speech", "3", None, "illegal"),
            ("cyberbullying", "дигитално насиље", "cyberbullying of a child", "4", None, "illegal"),
            ("not_illegal", "није незаконито", "not illegal", "5", 4, "not_illegal"),
            ("outside_remit", "није за Нет патролу", "outside our remit", "6", None, "outside_remit"),
            ("not_found", "није нађено", "not found", "7", None, "cannot_assess"),
        ],
    ),
    (
        "age",
        "Узраст",
        "Age",
        True,
        [
            ("not_determined", "није утврђен", "not determined", "q", 1, ""),
            ("infant", "одојче", "infant", "w", 2, ""),
            ("pre_pubescent", "препубертет", "pre-pubescent", "e", 3, ""),
            ("pubescent", "пубертет", "pubescent", "t", 4, ""),
        ],
    ),
    (
        "gender",
        "Пол",
        "Gender",
        True,
        [
            ("undetermined", "није утврђен", "undetermined", "a", 1, ""),
            ("female", "женски", "female", "s", 2, ""),
            ("male", "мушки", "male", "d", 3, ""),
            ("both", "оба", "both", "f", 4, ""),
        ],
    ),
]


def load_questions(apps, schema_editor):
    question_set = apps.get_model("hotline", "QuestionSet").objects.create(version=VERSION, active=True)
    for position, (code, label_sr, label_en, only_if_illegal, answers) in enumerate(QUESTIONS):
        question = question_set.questions.create(
            code=code, label_sr=label_sr, label_en=label_en, position=position, only_if_illegal=only_if_illegal
        )
        for place, (answer, sr, en, key, iccam_id, verdict) in enumerate(answers):
            question.answers.create(
                code=answer, label_sr=sr, label_en=en, position=place, key=key, iccam_id=iccam_id, verdict=verdict
            )


def remove_questions(apps, schema_editor):
    # One after the other: the historical models do not cascade.
    for model, version in (
        ("Answer", "question__question_set__version"),
        ("Question", "question_set__version"),
        ("QuestionSet", "version"),
    ):
        rows = apps.get_model("hotline", model).objects.filter(**{version: VERSION})
        rows._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0001_initial"),
        ("common", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(load_questions, remove_questions),
        *[migrations.RunPython(*grant(role, *permissions)) for role, permissions in PERMISSIONS.items()],
    ]
