"""The members' page "Tell someone": one message to the safeguarding lead and the deputy, never shown again."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clicksafely.common.crypto.sealing import NoPublicKey
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.http import limits
from youthpanel.member_auth.sessions import MemberView
from youthpanel.safeguarding import services


class TellView(MemberView):
    """`youth-panel/tell/`: the form. A message that could not be saved stays in the form, with the reason."""

    def show(self, **address: str) -> HttpResponse:
        return self._form()

    def act(self, **address: str) -> HttpResponse:
        """Save the message and redirect. The same message of the same form is saved once."""
        text, form = self.request.POST.get("text", ""), _form_id(self.request.POST.get("id", ""))
        if limits.MEMBER_NOTES.is_over(self.request):
            problem = _("Too many messages came from here at once, so this one was not sent. Your text is still here.")
            return self._form(text=text, form=form, problem=problem, call=True, status=429)
        try:
            services.write_note_as_child(member=self.member, text=text, form=form, now=self.now)
        except ActionRefused as refused:
            return self._form(text=text, form=form, problem=refused.message, status=422)
        except NoPublicKey:
            problem = _("We could not save your message, so the adults do not have it. Your text is still here.")
            return self._form(text=text, form=form, problem=problem, call=True, status=503)
        return HttpResponseRedirect(reverse("panel-tell-sent"), status=303)

    def _form(
        self, *, text: str = "", form: UUID | None = None, problem: str = "", call: bool = False, status: int = 200
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "text": text,
            "form_id": form or uuid4(),
            "problem": problem,
            "call": call,
            "longest": services.MAX_CHILD_TEXT_LENGTH,
        }
        return self.page("tell", context, status=status)


class ToldView(MemberView):
    """`youth-panel/tell/sent/`: the confirmation, the same after every message."""

    http_method_names = ["get", "head", "options"]

    def show(self, **address: str) -> HttpResponse:
        return self.page("told", {})


def _form_id(typed: str) -> UUID:
    """Return the ID of the form; a new one if it is damaged."""
    try:
        return UUID(typed)
    except ValueError:
        return uuid4()
