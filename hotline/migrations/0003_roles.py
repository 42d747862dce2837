"""Permissions of the standard roles, and rows that code refers to by key."""

from django.db import migrations

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant

ANALYST_PERMISSIONS = (
    "hotline.change_host",
    "hotline.enter_report",
    "hotline.handle_mail",
    "hotline.view_availabilitycheck",
    "hotline.view_contentitem",
    "hotline.view_host",
    "hotline.view_iccamreport",
    "hotline.view_incomingmail",
    "hotline.view_legalhold",
    "hotline.view_notice",
    "hotline.view_outgoingmail",
    "hotline.view_policehold",
    "hotline.view_policepackage",
    "hotline.view_referral",
    "hotline.view_report",
    "hotline.work_case",
)
SUPERVISOR_PERMISSIONS = (
    "hotline.add_abusecontact",
    "hotline.add_nonsendingday",
    "hotline.add_partner",
    "hotline.add_partnerhotline",
    "hotline.add_policerecipient",
    "hotline.add_retentionrule",
    "hotline.add_routingrule",
    "hotline.add_sitetyperule",
    "hotline.add_triagerule",
    "hotline.annotate_case",
    "hotline.answer_data_request",
    "hotline.change_abusecontact",
    "hotline.change_complaintdeadlines",
    "hotline.change_host",
    "hotline.change_nonsendingday",
    "hotline.change_noticetemplate",
    "hotline.change_partner",
    "hotline.change_partnerhotline",
    "hotline.change_policerecipient",
    "hotline.change_reportpagetext",
    "hotline.change_retentionrule",
    "hotline.change_reviewsettings",
    "hotline.change_routingrule",
    "hotline.change_sitetyperule",
    "hotline.change_triagerule",
    "hotline.decide_dispute",
    "hotline.delete_nonsendingday",
    "hotline.delete_partnerhotline",
    "hotline.delete_retentionrule",
    "hotline.delete_routingrule",
    "hotline.delete_sitetyperule",
    "hotline.enter_report",
    "hotline.export_lists",
    "hotline.export_statistics",
    "hotline.hand_over_policepackage",
    "hotline.handle_complaint",
    "hotline.handle_mail",
    "hotline.manage_hash_lists",
    "hotline.manage_legal_hold",
    "hotline.manage_quarantine",
    "hotline.release_claim",
    "hotline.retry_iccam",
    "hotline.review_urgent_referral",
    "hotline.send_notice_now",
    "hotline.view_abusecontact",
    "hotline.view_availabilitycheck",
    "hotline.view_closing",
    "hotline.view_complaint",
    "hotline.view_complaintdeadlines",
    "hotline.view_contentitem",
    "hotline.view_hashlist",
    "hotline.view_hashmatch",
    "hotline.view_host",
    "hotline.view_iccamreport",
    "hotline.view_incomingmail",
    "hotline.view_legalhold",
    "hotline.view_legalminimum",
    "hotline.view_nonsendingday",
    "hotline.view_notice",
    "hotline.view_noticetemplate",
    "hotline.view_outgoingmail",
    "hotline.view_partner",
    "hotline.view_partnerhotline",
    "hotline.view_performance",
    "hotline.view_policehold",
    "hotline.view_policepackage",
    "hotline.view_policerecipient",
    "hotline.view_questionset",
    "hotline.view_referral",
    "hotline.view_report",
    "hotline.view_reportpagetext",
    "hotline.view_retentionrule",
    "hotline.view_reviewsettings",
    "hotline.view_routingrule",
    "hotline.view_service_notices",
    "hotline.view_sitetyperule",
    "hotline.view_triagerule",
    "hotline.view_welfare_statistics",
    "hotline.work_case",
)


# Days that each part of a report is kept.
RETENTION_DAYS = {"contact": 90, "words": 365, "identity": 365}
# Convention on Cybercrime (ETS 185), ratified by the law in Службени гласник РС 19/2009, art. 16 (2): the authorities can order the
# preservation of data for 90 days while they seek its disclosure.
CONVENTION = {
    "source_sr": (
        "Конвенција о високотехнолошком криминалу (ETS 185, „Сл. гласник РС“ 19/2009), чл. 16. ст. 2: чување "
        "података до 90 дана на захтев органа"
    ),
    "source_en": (
        "Convention on Cybercrime (ETS 185, Official Gazette of RS 19/2009), art. 16 (2): preservation of "
        "data for up to 90 days at the request of the authorities"
    ),
}


def create_rows(apps, schema_editor):
    for part, days in RETENTION_DAYS.items():
        apps.get_model("hotline", "RetentionRule").objects.create(part=part, days=days)
    for part in ("words", "identity"):
        apps.get_model("hotline", "LegalMinimum").objects.create(part=part, police=True, days=90, **CONVENTION)
    apps.get_model("hotline", "ComplaintDeadlines").objects.create(pk=1, acknowledge_days=7, answer_days=30)
    apps.get_model("hotline", "ReviewSettings").objects.create(pk=1, claim_limit=3, checked_percent=10)
    apps.get_model("hotline", "RuleVersion").objects.create(pk=1)


def delete_rows(apps, schema_editor):
    for model in ("RetentionRule", "LegalMinimum", "ComplaintDeadlines", "ReviewSettings", "RuleVersion"):
        apps.get_model("hotline", model).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0002_triggers"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_rows, delete_rows),
        migrations.RunPython(*grant(ANALYST, *ANALYST_PERMISSIONS)),
        migrations.RunPython(*grant(SUPERVISOR, *SUPERVISOR_PERMISSIONS)),
    ]
