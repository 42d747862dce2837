"""What tables keep that cannot say it themselves: those of Django and of libraries, those between two others, and those without a person."""

from typing import Final

from clicksafely.common.data_inventory import AFTER_LEAVING, CODES, DIGEST, FOR_FIGURES, PSEUDONYM, STAFF, STAFF_TEXT

ACCOUNT: Final = "until the account is closed for good"
AS_PROOF: Final = "kept with what the account did, as proof"
A_DAY: Final = "a day"
HOURS: Final = "until the session ends: hours"
KEPT_UNTIL_CHANGED: Final = "kept until changed: nobody is in it"
ACCOUNT_NAME: Final = "clear: the account of a member of staff"
SECRET: Final = "clear: a secret that lets its owner in; a password is kept as a salted hash"  # noqa: S105  words for a list

# {label: {(how, until): fields}}
LIBRARY_TABLES: Final[dict[str, dict[tuple[str, str], str]]] = {
    "accounts.User": {
        (ACCOUNT_NAME, ACCOUNT): "username first_name last_name email last_login",
        (SECRET, ACCOUNT): "password",
        (CODES, AS_PROOF): "is_superuser is_staff is_active date_joined",
    },
    "accounts.User_groups": {(STAFF, ACCOUNT): "user", (CODES, ACCOUNT): "group"},
    "accounts.User_user_permissions": {(STAFF, ACCOUNT): "user", (CODES, ACCOUNT): "permission"},
    "sessions.Session": {
        (SECRET, HOURS): "session_key",
        (ACCOUNT_NAME, HOURS): "session_data",
        (CODES, HOURS): "expire_date",
    },
    # What is done to accounts and public texts; whatever may name a child or a reporter writes none (`UnloggedAdmin`).
    "admin.LogEntry": {
        (STAFF, AS_PROOF): "user",
        (CODES, AS_PROOF): "action_time content_type object_id action_flag",
        (STAFF_TEXT, AS_PROOF): "object_repr change_message",
    },
    "otp_totp.TOTPDevice": {
        (STAFF, ACCOUNT): "user",
        (SECRET, ACCOUNT): "key",
        (CODES, ACCOUNT): (
            "name confirmed throttling_failure_timestamp throttling_failure_count created_at last_used_at step t0 digits "
            "tolerance drift last_t"
        ),
    },
    "otp_static.StaticDevice": {
        (STAFF, ACCOUNT): "user",
        (
            CODES,
            ACCOUNT,
        ): "name confirmed throttling_failure_timestamp throttling_failure_count created_at last_used_at",
    },
    "otp_static.StaticToken": {(SECRET, ACCOUNT): "token", (CODES, ACCOUNT): "device"},
    "youthpanel.Consultation_facilitators": {(STAFF, FOR_FIGURES): "user", (CODES, FOR_FIGURES): "consultation"},
    "youthpanel.Meeting_facilitators": {(STAFF, FOR_FIGURES): "user", (CODES, FOR_FIGURES): "meeting"},
    # Who is to be seen in a picture.
    "youthpanel.MeetingFile_shown": {(PSEUDONYM, AFTER_LEAVING): "member", (CODES, AFTER_LEAVING): "meetingfile"},
    # Whoever signs in in vain: the name that was typed, never an address, a password or a code.
    "axes.AccessAttempt": {
        (ACCOUNT_NAME, A_DAY): "username user_agent http_accept",
        (CODES, A_DAY): "ip_address path_info attempt_time get_data post_data failures_since_start",
    },
    "axes.AccessAttemptExpiration": {(CODES, A_DAY): "access_attempt expires_at"},
    # Switched off: nothing is written here.
    "axes.AccessFailureLog": {
        (ACCOUNT_NAME, A_DAY): "username user_agent http_accept",
        (CODES, A_DAY): "ip_address path_info attempt_time locked_out",
    },
    "axes.AccessLog": {
        (ACCOUNT_NAME, A_DAY): "username user_agent http_accept",
        (DIGEST, A_DAY): "session_hash",
        (CODES, A_DAY): "ip_address path_info attempt_time logout_time",
    },
}

# Tables without anybody in them, by app: public texts that editors write, counts, and how the machinery does. Every field, also one
# that comes later; a test refuses one that could hold or lead to a person.
IMPERSONAL_TABLES: Final[dict[str, str]] = {
    "auth": "Permission Group Group_permissions",
    "contenttypes": "ContentType",
    "common": "AuditLink ContentVersion",
    "topics": "HelpLine RemovalService Topic TopicAnswer",
    "publishing": "FormerSlug",
    "news": "Article Article_topics ArticleBlock",
    "pages": "Partner ContactPoint",
    "library": "Resource Resource_topics Resource_parts ResourceFile DownloadCount Bundle",
    "quizzes": (
        "PlayCount QuestionCount ChoiceCount Question QuestionChoice QuestionSituation Quiz Quiz_topics QuizEntry ResultText NextStep"
    ),
    "games": (
        "Game Game_topics GameSource NextStep Viewer PrivacySetting PrivacyOption Bin Card Pair MockPage MockPagePart Meter Character Scene "
        "SceneChoice"
    ),
    "events": "Series Event Event_topics EventDate",
    "search": "SearchEntry SearchWord SynonymGroup",
    "impact": "ImpactCell ImpactCount",
    "youthpanel": (
        "Consultation_cohorts Idea_themes Quotation_themes Meeting_cohorts Recommendation_ideas Recommendation_meetings "
        "Recommendation_consultations"
    ),
}
