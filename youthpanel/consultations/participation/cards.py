"""The form of opinion cards: three radio buttons for each statement."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from youthpanel.consultations.opinion_groups import AGREE, DISAGREE, UNSURE
from youthpanel.models import Statement

VOTE_LABELS: Final = (
    (str(AGREE), pgettext_lazy("vote", "I agree")),
    (str(DISAGREE), pgettext_lazy("vote", "I disagree")),
    (str(UNSURE), pgettext_lazy("vote", "I'm not sure")),
)


class CardsForm(forms.Form):
    """A field `s<id>` per statement. Every card needs a vote: "not sure" is one, a gap is none."""

    def __init__(self, *args: Any, statements: Sequence[Statement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements = statements
        for statement in statements:
            self.fields[f"s{statement.pk}"] = forms.ChoiceField(
                label=statement.text,
                choices=VOTE_LABELS,
                widget=forms.RadioSelect,
                error_messages={"required": _MISSING, "invalid_choice": _MISSING},
            )

    def clean(self) -> dict[str, Any]:
        """Cards that were replaced after the page was opened are reported, not dropped."""
        data: dict[str, Any] = super().clean() or {}
        sent = {name for name in self.data if name[:1] == "s" and name[1:].isdecimal()}
        if sent - set(self.fields):
            self.add_error(None, _("The cards have changed in the meantime. Please look at them again."))
        return data

    @property
    def votes(self) -> dict[int, int]:
        """The votes by statement id, from a valid form."""
        return {statement.pk: int(self.cleaned_data[f"s{statement.pk}"]) for statement in self.statements}

    @property
    def review(self) -> list[tuple[forms.BoundField, str, str]]:
        """Each card with the value and the label of its vote, from a valid form."""
        labels = dict(VOTE_LABELS)
        return [(self[name], value, str(labels[value])) for name, value in self.cleaned_data.items()]


class PaperCardsForm(CardsForm):
    """The cards of a paper sheet, with the numbers that follow those of its questions. A sheet has a vote on every card or none."""

    def __init__(self, *args: Any, questions: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbered = [(number, field) for number, field in enumerate(self, questions + 1)]
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        """Report each card without a vote, unless the sheet has no votes."""
        data = super().clean()
        if not self.errors and self.has_votes:
            for name in self.fields:
                if not data.get(name):
                    self.add_error(
                        name,
                        _(
                            "This card has no vote. A sheet counts only with a vote on every card: else enter none of its cards."
                        ),
                    )
        return data

    @property
    def has_votes(self) -> bool:
        """Whether a card of the sheet has a vote, from a bound form."""
        return any(self.cleaned_data.get(name) for name in self.fields)


_MISSING: Final = gettext_lazy("Choose one of the three.")
