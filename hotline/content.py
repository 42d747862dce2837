"""Seed content of the hotline, such as questions, abuse contacts, routing rules and texts."""

from typing import Final

from django.conf import settings

from clicksafely.common.content.loader import ContentKind, Part

SEED: Final = settings.BASE_DIR / "hotline" / "seed"

KINDS: Final = (
    ContentKind(
        model="hotline.questionset",
        files=SEED / "assessment_questions.yaml",
        key=("version",),
        parts={
            "questions": Part(
                key="code", number="position", first=0, parts={"answers": Part(key="code", number="position", first=0)}
            )
        },
    ),
    ContentKind(model="hotline.abusecontact", files=SEED / "abuse_contacts.yaml", key=("kind", "key")),
    ContentKind(model="hotline.sitetyperule", files=SEED / "site_types.yaml", key=("path",)),
    ContentKind(model="hotline.partnerhotline", files=SEED / "partner_hotlines.yaml", key=("country",)),
    ContentKind(model="hotline.routingrule", files=SEED / "routing_rules.yaml", key=("classification", "place")),
    ContentKind(
        model="hotline.noticetemplate", files=SEED / "notice_templates.yaml", key=("kind", "group", "language")
    ),
    ContentKind(model="hotline.reportpagetext", files=SEED / "report_page_texts.yaml", key=("key",)),
)
