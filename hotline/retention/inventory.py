"""What the hotline keeps, field by field: how, and until when. It is part of `docs/data-inventory.md`; a test misses no field."""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import Field, Model

HOW = {
    "sealed": "sealed",
    "reader": "sealed for the reporter or complainant",
    "key": "digest or key, opens and tells nothing by itself",
    "code": "clear: codes, numbers, times",
    "staff": "clear: who at the hotline",
    "place": "clear: an address on the internet, or what is known of it",
    "word": "clear: written by staff or partners",
}
UNTIL = {
    "contact": "contact rule",
    "words": "words rule",
    "identity": "identity rule (anonymised)",
    "kept": "kept, for figures and proof",
    "settings": "kept until changed: settings",
    "sent": "until it is sent or given up",
    "police": "`POLICE_RETENTION_DAYS` after the hand-over",
    "read": "until a supervisor has read it",
    "decided": "until a second person has decided",
    "released": "until the hold is released",
    "complaint": "words rule, after the complaint is closed",
    "complaint contact": "contact rule, after the complaint is closed",
    "day": "until the next day",
    "repeat": "`PARTNER_IDEMPOTENCY_DAYS`",
    "listed": "words rule; where it is on a hash list, kept",
    "replaced": "until the list or the look-up is replaced",
    "account": "with the account",
}
# Tables that staff or migrations fill and no reporter: every field, also one that comes later.
SETTINGS = [
    "AbuseContact",
    "Answer",
    "ComplaintDeadlines",
    "HashList",
    "LegalMinimum",
    "NonSendingDay",
    "NoticeTemplate",
    "Partner",
    "PartnerHotline",
    "PoliceRecipient",
    "Question",
    "QuestionSet",
    "RetentionRule",
    "RoutingRule",
    "RuleVersion",
    "SiteTypeRule",
    "TriageRule",
]
# How the machinery does; no row belongs to a report or a person.
MACHINERY = ["StatisticCell", "StatisticRun", "IccamHealth", "MailboxState", "NetworkFileState"]

# {model: {(how, until): fields}}; `id` and `uuid` are codes, kept as long as their row.
FIELDS: dict[str, dict[tuple[str, str], str]] = {
    "Report": {
        ("code", "kept"): (
            "channel category category_assumed was_csam language state received_at danger_now about_me priority priority_reasons queue outcome proposed_end "
            "closed_at earliest_end_at anonymised_from has_news reopened_at reopened_from reopened_times contact_erased_at words_erased_at claimed_until"
        ),
        ("staff", "kept"): "claimed_by",
        ("key", "identity"): "receipt_digest reporter_salt reporter_public_key state_digest",
        ("place", "identity"): "locations",
        ("code", "identity"): "reporter_wrote_at",
    },
    "SealedText": {("sealed", "words"): "sealed", ("code", "words"): "report field"},
    "Upload": {("sealed", "words"): "file", ("code", "words"): "report size mime_type stored_at locked_at packed_in handed_over_at erased_at"},
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
        ("code", "identity"): "report kind state queued_at due_at attempts error receipt_sent",
    },
    "ReplyCount": {("key", "day"): "address_digest", ("code", "day"): "day count"},
    "PartnerReport": {("word", "identity"): "reference", ("code", "kept"): "report partner key"},
    "PartnerRequest": {("key", "repeat"): "key_digest body_digest", ("code", "repeat"): "partner made_at"},
    "PartnerKey": {
        ("key", "kept"): "digest",
        ("word", "kept"): "label",
        ("code", "kept"): "partner prefix made_at last_used_at revoked_at",
        ("staff", "kept"): "made_by",
    },
    "FileHash": {
        ("key", "listed"): "md5 sha1 sha256 pdq",
        ("code", "listed"): "report upload origin media_type size pdq_quality matched_at",
    },
    "HashMatch": {("code", "kept"): "file_hash hash_list algorithm distance matched_at"},
    "ListedHash": {("key", "replaced"): "digest", ("code", "replaced"): "hash_list algorithm"},
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
    "Assessment": {("code", "kept"): "item report question_set round answers verdict agreed made_at", ("staff", "kept"): "author"},
    "Closing": {
        ("code", "kept"): "report item act end state author_opened made_at second_opened decided_at effective_at before",
        ("key", "decided"): "fingerprint",
        ("staff", "kept"): "author second",
    },
    "Action": {("code", "kept"): "item report kind done_at", ("staff", "kept"): "author"},
    "Referral": {
        ("sealed", "read"): "sealed_reason",
        ("code", "kept"): (
            "item report route state problem country made_at due_at attempts ended_at urgent is_for_pictures reviewed_at"
        ),
        ("staff", "kept"): "author reviewed_by",
    },
    "PoliceHold": {("code", "kept"): "item report placed_at until ended_at end", ("staff", "kept"): "ended_by"},
    "PolicePackage": {
        ("code", "kept"): (
            "made_at recipient format members size pictures without state problem due_at attempts downloaded_at "
            "delivered_at delivered_how ended_at"
        ),
        ("key", "kept"): "certificate_sha256 sha256 mail_tag",
        ("word", "kept"): "receipt_number",
        ("staff", "kept"): "made_by delivered_by",
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
            "contact language group step escalated_from state waiting repeats attempts error due_at made_at sent_at ended_at"
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
            "report origin reference iccam_id made_at tried_at exchanged_at due_at attempts failing_since problem given_up_at"
        )
    },
    "IccamContent": {
        ("code", "kept"): (
            "iccam_report item content_id said classification actions assigned_country reported_state reported_actions kept_back ended_at"
        )
    },
    "AvailabilityCheck": {
        ("place", "kept"): "host country network moved_to",
        ("code", "kept"): (
            "item began_at next_check_at claimed_until checks misses missed_at unclear checked_at result gone_at ended_at outcome "
            "restarted_at attention"
        ),
    },
    "CheckRun": {("code", "kept"): "watch finding first_at last_at checks"},
    "LegalHold": {
        ("sealed", "released"): "sealed_reason",
        ("code", "kept"): "report reason set_at released_at",
        ("staff", "kept"): "set_by released_by",
    },
    "Complaint": {
        ("sealed", "complaint"): "sealed",
        ("sealed", "complaint contact"): "sealed_contact",
        ("key", "complaint"): "number_digest state_digest salt public_key",
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
            "day pictures texts messages stretch_began_at last_at breaks break_began_at break_ends_at"
        ),
    },
    "DisplayPreference": {("staff", "account"): "user", ("code", "account"): "blurred_first"},
}  # fmt: skip


class Entry(NamedTuple):
    """One field: a key of HOW, and a key of UNTIL."""

    model: str
    field: str
    how: str
    until: str


def entries() -> Iterator[Entry]:
    """Every classified field but the ids, in the order of the models' names."""
    for model in sorted(apps.get_app_config("hotline").get_models(), key=lambda model: model.__name__):
        name = model.__name__
        if name in SETTINGS or name in MACHINERY:
            how = "word" if name in SETTINGS else "code"
            yield Entry(name, "*", how, "settings" if name in SETTINGS else "replaced")
        for (how, until), fields in FIELDS.get(name, {}).items():
            yield from (Entry(name, field, how, until) for field in fields.split())


def kept_fields(model: type[Model]) -> list[str]:
    """The fields of a model that the inventory has to name: its columns, and `file` where sealed files belong to it."""
    files = ["file" for place in getattr(model, "sealed_fields", ()) if not hasattr(place, "column")]
    columns = [field.name for field in model._meta.concrete_fields if isinstance(field, Field)]
    return [*(name for name in columns if name not in {"id", "uuid"}), *files]
