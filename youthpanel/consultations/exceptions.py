"""What the services of consultations refuse. See also `youthpanel.members.exceptions.RecordRefused`, whose faults name a field."""


class AlreadyAnswered(Exception):
    """This member has answered this consultation before; nothing was written."""


class NotAllowedNow(Exception):
    """The consultation is not open for this at this moment, or not for this member; nothing was written."""


class EditConflict(Exception):
    """Somebody else did something with it a moment ago; nothing was written."""
