"""What is refused at the members' door."""


class CodeRefused(Exception):
    """Nobody was let in. Wrong, used, run out or without a consent: whoever typed it is not told which."""


class NoMemberToInvite(Exception):
    """None of those asked for may get a code now."""
