"""Staff pages that send the text of an idea, a post or an answer to the safeguarding lead."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from youthpanel.consultations.view_helpers import MODERATE
from youthpanel.models import Consultation, Idea, NoteSource, Post
from youthpanel.permissions import ADD_NOTE
from youthpanel.safeguarding import selectors, services
from youthpanel.safeguarding.forms import SendAnswerForm, SendTextForm
from youthpanel.safeguarding.services import NoteData
from youthpanel.safeguarding.views import SealedForm

TEXT_FIELD = "text"


class SendPage[T, F: SendTextForm](SealedForm[T, F]):
    """Base: show the text, then seal it as a note. The sender cannot read the note."""

    permissions = (MODERATE, ADD_NOTE)
    template_name = "staff/youthpanel/safeguarding/send.html"
    title = _("Send to the lead")
    submit_label = _("Send to the lead")
    success_message = _(
        "Sent. Only the safeguarding lead and the deputy can read it. If a child is in danger now, call them as well."
    )

    def send(self, data: NoteData) -> None:
        """Save the note."""
        services.write_note(draft=data, actor=self.user, now=self.now)

    def get_consultation(self) -> Consultation:
        """Return the consultation of the text."""
        raise NotImplementedError

    def get_url(self) -> str:
        return reverse("admin:youthpanel-consultation", args=[self.get_consultation().pk])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "consultation": self.get_consultation()}


class SendContribution[C: (Idea, Post)](SendPage[C, SendTextForm]):
    """Send an idea or a post, with its member."""

    form_class = SendTextForm
    model: type[C]
    source: NoteSource

    def get_object(self) -> C:
        found = self.model.objects.select_related("consultation", "member")
        return get_object_or_404(found, uuid=self.kwargs["uuid"])

    def get_consultation(self) -> Consultation:
        return self.object.consultation

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "text": self.object.text, "member": self.object.member}

    def seal(self, form: SendTextForm) -> None:
        text, member = self.object.text, self.object.member
        self.send(NoteData(text=text, member=member, urgent=form.cleaned_data["urgent"], source=self.source))


class SendIdea(SendContribution[Idea]):
    model, source = Idea, NoteSource.IDEA


class SendPost(SendContribution[Post]):
    model, source = Post, NoteSource.POST


class SendAnswer(SendPage[Consultation, SendAnswerForm]):
    """Send the text of an answer or of a paper sheet. An anonymous one has no member, no sheet and no time of the day.

    The text comes by POST, so that it is not written to URL logs: in the field that `field` names.
    """

    form_class = SendAnswerForm

    def get_object(self) -> Consultation:
        return get_object_or_404(Consultation, pk=self.kwargs["consultation_id"])

    def get_consultation(self) -> Consultation:
        return self.object

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "send" in request.POST:
            return super().post(request, **kwargs)
        text = request.POST.get(request.POST.get("field", TEXT_FIELD), "")
        return self.render(form=SendAnswerForm(initial={"text": text}))

    def seal(self, form: SendAnswerForm) -> None:
        text, urgent = form.cleaned_data["text"], form.cleaned_data["urgent"]
        member = selectors.author_of_answer(self.object, text)
        self.send(NoteData(text=text, member=member, urgent=urgent, source=NoteSource.ANSWER))
