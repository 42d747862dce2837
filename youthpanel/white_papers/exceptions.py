"""What the services of papers refuse."""

from collections.abc import Sequence

from django.utils.functional import Promise

from youthpanel.white_papers.publication_checks import PublicationProblem


class NotPublishable(Exception):
    """A White Paper that cannot be issued as it is; `problems` say why and where."""

    def __init__(self, problems: Sequence[PublicationProblem]) -> None:
        super().__init__("; ".join(f"{problem.where}: {problem.what}" for problem in problems))
        self.problems = list(problems)


class EditionInProgress(Exception):
    """An edition of this paper is being made already."""


class EditConflict(Exception):
    """Somebody else saved the paper after it was opened; nothing was written."""


class EntryRejected(Exception):
    """A record that would not be true; `message` says why, `field` names what is wrong of it."""

    def __init__(self, message: str | Promise, field: str) -> None:
        super().__init__(message)
        self.message, self.field = message, field
