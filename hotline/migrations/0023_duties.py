"""One permission for each duty of the hotline, in place of one for all that supervisors do."""

from django.db import migrations

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant

# Of all who work cases.
CASES = ("hotline.enter_report", "hotline.handle_mail")
SUPERVISION = (
    "hotline.annotate_case",
    "hotline.release_claim",
    "hotline.settle_dispute",
    "hotline.review_urgent_referral",
    "hotline.manage_quarantine",
    "hotline.manage_legal_hold",
    "hotline.retry_iccam",
    "hotline.answer_data_request",
    "hotline.view_service_notices",
    "hotline.view_performance",
    "hotline.view_welfare_figures",
    "hotline.export_statistics",
)


def remove_supervise_case(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects
    permissions.filter(content_type__app_label="hotline", codename="supervise_case").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0022_report_end_dates"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(remove_supervise_case, grant(SUPERVISOR, "hotline.supervise_case")[0]),
        migrations.AlterModelOptions(
            name="report",
            options={
                "permissions": [
                    ("work_case", "Can take, read, assess and answer cases"),
                    ("enter_report", "Can enter reports received by telephone, letter or in person"),
                    ("handle_mail", "Can open and settle e-mails that became no report"),
                    ("annotate_case", "Can add notes to cases held by others and to closed cases"),
                    ("release_claim", "Can release cases held by others"),
                    ("settle_dispute", "Can settle disputes between two assessments"),
                    ("review_urgent_referral", "Can review urgent referrals to the police"),
                    ("manage_quarantine", "Can release locked pictures or refer them to the police"),
                    ("manage_legal_hold", "Can set, read and release legal holds"),
                    ("retry_iccam", "Can send a failed ICCAM exchange again"),
                    ("answer_data_request", "Can give out and erase the personal data of a reporter"),
                    ("view_service_notices", "Can see notices about e-mail, name servers and hosting data"),
                    ("view_performance", "Can see waiting times, agreement and workload"),
                    ("view_welfare_figures", "Can see the welfare figures of all who work cases"),
                    ("export_statistics", "Can export statistics"),
                ],
                "verbose_name": "report",
                "verbose_name_plural": "reports",
            },
        ),
        migrations.RunPython(*grant(ANALYST, *CASES)),
        migrations.RunPython(*grant(SUPERVISOR, *CASES, *SUPERVISION)),
    ]
