"""Exceptions of the consultation services, in addition to those of `clicksafely.common.exceptions`."""


class AlreadyAnswered(Exception):
    """This member has already answered this consultation. Nothing was written."""


class NotAllowedNow(Exception):
    """The consultation does not allow this now, or not for this member. Nothing was written."""
