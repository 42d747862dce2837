"""Exceptions of the consultation services. See also `youthpanel.members.exceptions.RecordRefused`, which names fields."""


class AlreadyAnswered(Exception):
    """This member has already answered this consultation. Nothing was written."""


class NotAllowedNow(Exception):
    """The consultation does not allow this now, or not for this member. Nothing was written."""


class EditConflict(Exception):
    """Another user changed the row in the meantime. Nothing was written."""
