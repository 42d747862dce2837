"""Forms and retentions of stored data that only the hotline has, for `field_inventory` of its models."""

from typing import Final

from clicksafely.common.data_inventory import CODES, DIGEST, SEALED, STAFF_TEXT

__all__ = ["CODES", "DIGEST", "SEALED", "STAFF_TEXT"]

ENCRYPTED: Final = "encrypted under MAIL_SECRET"
FOR_READER: Final = "sealed for the reporter or complainant"
STAFF: Final = "clear: member of staff of the hotline"
ADDRESS: Final = "clear: an internet address, or data about it"

# Rules are data: see *Scheduled erasures* in the staff site.
WORDS_RULE: Final = "words rule"
IDENTITY_RULE: Final = "identity rule (anonymised)"
COMPLAINT_WORDS_RULE: Final = "words rule, after the complaint is closed"
COMPLAINT_CONTACT_RULE: Final = "contact rule, after the complaint is closed"
WHILE_LISTED: Final = "words rule; kept if it is on a hash list"
KEPT: Final = "kept, for figures and as evidence"
UNTIL_CHANGED: Final = "kept until changed: settings"
UNTIL_SENT: Final = "until it is sent or has failed"
AFTER_HANDOVER: Final = "30 days after the handover"
UNTIL_READ: Final = "until a supervisor has read it"
UNTIL_DECIDED: Final = "until a second person has decided"
UNTIL_RELEASED: Final = "until the hold is released"
UNTIL_NEXT_DAY: Final = "until the next day"
SEVEN_DAYS: Final = "7 days"
THIRTY_DAYS: Final = "30 days"
UNTIL_REPLACED: Final = "until the list or the lookup is replaced"
WITH_THE_ACCOUNT: Final = "with the account"
