"""Inventory of stored data by field: form and retention. Part of `manage.py data_inventory`; a test requires every field."""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import Field, Model

HOW = {
    "sealed": "sealed",
    "secret": "encrypted under MAIL_SECRET",
    "reader": "sealed for the reporter or complainant",
    "key": "digest or key, reveals nothing by itself",
    "code": "clear: codes, numbers, times",
    "staff": "clear: member of staff of the hotline",
    "place": "clear: an internet address, or data about it",
    "word": "clear: written by staff or partners",
}
UNTIL = {
    "contact": "contact rule",
    "words": "words rule",
    "identity": "identity rule (anonymised)",
    "kept": "kept, for figures and as evidence",
    "settings": "kept until changed: settings",
    "sent": "until it is sent or has failed",
    "police": "30 days after the handover",
    "read": "until a supervisor has reviewed it",
    "decided": "until a second person has decided",
    "released": "until the hold is released",
    "complaint": "words rule, after the complaint is closed",
    "complaint contact": "contact rule, after the complaint is closed",
    "day": "until the next day",
    "repeat": "7 days",
    "log": "30 days",
    "listed": "words rule; kept if it is on a hash list",
    "replaced": "until the list or the lookup is replaced",
    "account": "with the account",
}
# Tables filled by staff or migrations only, each with its texts, files and references to accounts; a test rejects others.
SETTINGS = {
    "AbuseContact": "key name email form_address language country notes",
    "Answer": "code label_sr label_en key",
    "ComplaintDeadlines": "",
    "HashList": "name source label file_digest imported_by counts problems",
    "LegalMinimum": "source_sr source_en",
    "NonSendingDay": "note",
    "NoticeTemplate": "subject body",
    "Partner": "name contact",
    "PartnerHotline": "country name",
    "PoliceRecipient": "name unit email certificate signature",
    "Question": "code label_sr label_en",
    "QuestionSet": "version",
    "ReportPageText": "text_sr text_en law_sr law_en",
    "RetentionRule": "",
    "ReviewSettings": "",
    "RoutingRule": "classification",
    "RuleVersion": "",
    "SiteTypeRule": "host path",
    "TriageRule": "value set_host note author",
}
# Technical state; no row belongs to a report or a person.
MACHINERY = {
    "StatisticCell": "measure dimension period key",
    "StatisticRun": "",
    "IccamHealth": "problem",
    "MailboxState": "",
    "NetworkFileState": "",
}

# {model: {(how, until): fields}}; `id` and `uuid` are codes, kept with their row.
FIELDS: dict[str, dict[tuple[str, str], str]] = {
    "Report": {
        ("code", "kept"): (
            "channel category category_assumed was_csam language state received_at danger_now about_me priority "
            "priority_reasons queue outcome proposed_end original "
            "closed_at earliest_end_at anonymised_from has_news reopened_at reopened_from reopened_times "
            "contact_erased_at text_erased_at claimed_until"
        ),
        ("staff", "kept"): "claimed_by",
        ("key", "identity"): "receipt_digest reporter_salt reporter_public_key reporter_key_tag state_digest",
        ("place", "identity"): "locations",
        ("code", "identity"): "reporter_wrote_at in_child_words",
    },
    "SealedText": {("sealed", "words"): "sealed", ("code", "words"): "report field"},
    "Upload": {
        ("sealed", "words"): "file",
        ("code", "words"): "report message size mime_type state attempts stored_at locked_at packed_in handed_over_at erased_at",
    },
    "Message": {
        ("sealed", "words"): "sealed_hotline",
        ("reader", "words"): "sealed_reporter",
        ("code", "words"): "report direction sent_at",
        ("staff", "words"): "author",
    },
    "Note": {("sealed", "words"): "sealed", ("code", "words"): "report written_at", ("staff", "words"): "author"},
    "IncomingMail": {
        ("sealed", "words"): "sealed",
        ("key", "identity"): "identity",
        ("code", "identity"): "kind reason report package received_at size state handled_at",
        ("staff", "identity"): "handled_by",
    },
    "MailThread": {("key", "identity"): "tag", ("code", "identity"): "report"},
    "OutgoingMail": {
        ("sealed", "sent"): "sealed",
        ("code", "identity"): "report kind state queued_at due_at attempts failing_since error receipt_sent",
    },
    "ReplyCount": {("key", "day"): "address_digest", ("code", "day"): "day count"},
    "PartnerReport": {
        ("word", "identity"): "reference",
        ("code", "kept"): "report partner key told_status status_checked_at",
    },
    "PartnerWebhook": {
        ("word", "settings"): "url",
        ("secret", "settings"): "encrypted_secret",
        ("code", "settings"): "partner set_at stopped_at stop due_at attempts failing_since error",
        ("staff", "settings"): "set_by",
    },
    "WebhookMessage": {("code", "log"): "webhook partner_report status hour attempts answer delivered"},
    "PartnerRequest": {("key", "repeat"): "key_digest body_digest", ("code", "repeat"): "partner created_at"},
    "PartnerKey": {
        ("key", "kept"): "digest",
        ("word", "kept"): "label",
        ("code", "kept"): "partner prefix created_at last_used_at revoked_at",
        ("staff", "kept"): "created_by",
    },
    "FileHash": {
        ("sealed", "listed"): "sealed",
        ("code", "listed"): "report upload origin media_type size matched_at",
    },
    "OwnPicture": {("sealed", "words"): "sealed", ("code", "words"): "report matched_at"},
    "OwnPictureMatch": {("code", "words"): "own_picture report distance matched_at"},
    "HashMatch": {("code", "kept"): "file_hash hash_list algorithm distance matched_at"},
    "ListedHash": {("key", "replaced"): "digest", ("code", "replaced"): "hash_list algorithm"},
    "ListedPdq": {("sealed", "replaced"): "sealed", ("code", "replaced"): "hash_list"},
    "Suspicion": {
        ("code", "words"): "upload raised_at withdrawn_at withdraw_reason",
        ("staff", "words"): "author withdrawn_by",
    },
    "ContentItem": {
        ("place", "kept"): "canonical host registrable_domain host_override network",
        ("key", "kept"): "digest",
        ("code", "kept"): (
            "kind site_type site_type_guessed state verdict outcome first_reported_at report_count do_not_fetch"
        ),
    },
    "ReportItem": {("code", "kept"): "report item position"},
    "RuleHit": {("code", "kept"): "rule item"},
    "Host": {
        ("place", "replaced"): "name addresses address_count aliases country asn organisation registrar",
        ("code", "replaced"): "problem tries looked_up_at expires_at next_lookup_at",
    },
    "Assessment": {("code", "kept"): "item report question_set round answers verdict agreed created_at", ("staff", "kept"): "author"},
    "Closing": {
        ("code", "kept"): "report item act end state author_opened created_at second_opened decided_at effective_at before",
        ("key", "decided"): "fingerprint",
        ("staff", "kept"): "author second",
    },
    "Action": {("code", "kept"): "item report kind done_at", ("staff", "kept"): "author"},
    "Referral": {
        ("sealed", "read"): "sealed_reason",
        ("code", "kept"): (
            "item report route state problem country created_at due_at attempts ended_at urgent is_for_pictures reviewed_at"
        ),
        ("key", "kept"): "signature",
        ("staff", "kept"): "author reviewed_by",
    },
    "PoliceHold": {("code", "kept"): "item report placed_at until ended_at end", ("staff", "kept"): "ended_by"},
    "PolicePackage": {
        ("code", "kept"): (
            "created_at recipient format members size pictures unreadable_reports state email_problem due_at attempts failing_since error "
            "downloaded_at delivered_at delivery_method ended_at"
        ),
        ("key", "kept"): "certificate_sha256 sha256 mail_tag",
        ("word", "kept"): "receipt_number",
        ("staff", "kept"): "created_by delivered_by",
    },
    "PolicePackageItem": {("code", "kept"): "package referral dropped_at"},
    "PoliceFile": {
        ("sealed", "police"): "sealed",
        ("sealed", "read"): "sealed_password",
        ("key", "sent"): "outgoing",
        ("code", "police"): "package",
    },
    "Notice": {
        ("place", "kept"): "address",
        ("key", "kept"): "tag",
        ("code", "kept"): (
            "contact language group step escalated_from state waiting any_day repeats attempts failing_since error due_at created_at "
            "sent_at ended_at"
        ),
    },
    "NoticeItem": {("code", "kept"): "notice item referral"},
    "NoticeMessage": {
        ("word", "kept"): "subject text",
        ("code", "kept"): "notice kind message_id began_at sent_at failed_at error items",
    },
    "NoticeReply": {
        ("sealed", "words"): "sealed",
        ("key", "words"): "identity",
        ("code", "words"): "notice nature received_at",
    },
    "IccamReport": {
        ("code", "kept"): (
            "report origin reference iccam_id created_at tried_at exchanged_at due_at attempts failing_since error given_up_at"
        )
    },
    "IccamContent": {
        ("code", "kept"): (
            "iccam_report item content_id partner_answers classification actions assigned_country reported_state "
            "reported_actions blocked_by ended_at"
        )
    },
    "AvailabilityCheck": {
        ("place", "kept"): "host country network moved_to",
        ("code", "kept"): (
            "item began_at next_check_at claimed_until checks misses last_miss_at unclear checked_at result "
            "unavailable_since ended_at outcome "
            "restarted_at attention"
        ),
    },
    "CheckRun": {("code", "kept"): "availability_check result first_at last_at checks"},
    "LegalHold": {
        ("sealed", "released"): "sealed_reason",
        ("code", "kept"): "report reason set_at released_at",
        ("staff", "kept"): "set_by released_by",
    },
    "Complaint": {
        ("sealed", "complaint"): "sealed",
        ("sealed", "complaint contact"): "sealed_contact",
        ("key", "complaint"): "number_digest state_digest salt public_key key_tag",
        ("code", "kept"): (
            "about report language state received_at acknowledge_by answer_by acknowledged_at closed_at outcome"
        ),
        ("staff", "kept"): "closed_by",
    },
    "ComplaintAnswer": {
        ("sealed", "complaint"): "sealed_hotline",
        ("reader", "complaint"): "sealed_reader",
        ("code", "complaint"): "complaint written_at",
        ("staff", "complaint"): "author",
    },
    "ExposureCount": {
        ("staff", "account"): "user",
        ("code", "account"): (
            "day pictures texts messages elsewhere stretch_began_at last_at breaks break_began_at break_ends_at"
        ),
    },
    "DisplayPreference": {("staff", "account"): "user", ("code", "account"): "blurred_first single_keys"},
}  # fmt: skip


class Entry(NamedTuple):
    """One field with its keys in HOW and UNTIL."""

    model: str
    field: str
    how: str
    until: str


def entries() -> Iterator[Entry]:
    """Yield every classified field except ids, ordered by model name."""
    for model in sorted(apps.get_app_config("hotline").get_models(), key=lambda model: model.__name__):
        name = model.__name__
        if name in SETTINGS or name in MACHINERY:
            how = "word" if name in SETTINGS else "code"
            yield Entry(name, "*", how, "settings" if name in SETTINGS else "replaced")
        for (how, until), fields in FIELDS.get(name, {}).items():
            yield from (Entry(name, field, how, until) for field in fields.split())


def kept_fields(model: type[Model]) -> list[str]:
    """Return the fields of a model that the inventory must contain: its columns, and `file` for sealed files."""
    files = ["file" for place in getattr(model, "sealed_fields", ()) if not hasattr(place, "column")]
    columns = [field.name for field in model._meta.concrete_fields if isinstance(field, Field)]
    return [*(name for name in columns if name not in {"id", "uuid"}), *files]
