"""Exceptions of the White Paper services."""

from collections.abc import Sequence

from django.utils.functional import Promise

from youthpanel.white_papers.publication_checks import PublicationProblem


class NotPublishable(Exception):
    """The White Paper cannot be published in its current state; `problems` give reasons and places."""

    def __init__(self, problems: Sequence[PublicationProblem]) -> None:
        super().__init__("; ".join(f"{problem.where}: {problem.what}" for problem in problems))
        self.problems = list(problems)


class EditionInProgress(Exception):
    """An edition of this paper is already being rendered."""


class EntryRejected(Exception):
    """An invalid handover or response; `message` gives the reason, `field` the form field."""

    def __init__(self, message: str | Promise, field: str) -> None:
        super().__init__(message)
        self.message, self.field = message, field
