"""Exceptions of member authentication."""


class CodeRefused(Exception):
    """The code was not accepted. The message does not say whether it was wrong, used, expired or without a consent."""


class NoMemberToInvite(Exception):
    """None of the given members may get a code now."""
