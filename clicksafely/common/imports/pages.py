"""Base of the staff pages that import a file: upload, preview, confirmation."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final, Protocol

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, StateTooLarge, open_state, seal_state
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.imports.plan import ImportPlan, PlanOutdated
from clicksafely.common.imports.tables import TOO_BIG, TOO_LONG, Bounds, TableRefused, TableRow, read_table
from clicksafely.common.staff.pages import FormPage

MAX_PROBLEMS: Final = 300
# The content as JSON, with the characters that JSON escapes. The token has to fit into a request.
MAX_STATE_BYTES: Final = 8 * 1024 * 1024

type Choices = Mapping[str, Any]


class Plan(Protocol):
    """The effects of an import before it is confirmed. `faults` prevent it."""

    @property
    def faults(self) -> Collection[Any]: ...


class ImportPage[P: Plan](FormPage[None, forms.Form]):
    """Previews a file and imports it after confirmation. The form has a field `file`.

    Between the two steps, the form carries the content, encrypted for the user; the server stores nothing. The confirmation builds the
    plan again.
    """

    def read_file(self, form: forms.Form) -> Any:
        """Return the content of the file as a JSON-compatible value. Raises ActionRefused."""
        raise NotImplementedError

    def get_choices(self, form: forms.Form) -> dict[str, Any]:
        """Return the choices of a valid form for `build_plan`, as JSON-compatible values."""
        return {}

    def build_plan(self, content: Any, choices: Choices) -> P:
        """Return the plan. Raises ActionRefused, or ObjectDoesNotExist if a chosen record was deleted."""
        raise NotImplementedError

    def can_import(self, plan: P) -> bool:
        """Return whether the plan can be confirmed."""
        return not plan.faults

    def get_digest(self, plan: P) -> str:
        """Return a digest of what the import would do. A plan with another digest must be confirmed again."""
        return ""

    def apply_plan(self, plan: P) -> HttpResponse:
        """Write the plan, and return a redirect. Raises PlanOutdated."""
        raise NotImplementedError

    def get_preview(self, plan: P) -> dict[str, Any]:
        """Return the context of a preview."""
        return {"plan": plan}

    def get_initial_of(self, choices: Choices, plan: P) -> dict[str, Any]:
        """Return the initial values of the form below a preview."""
        return dict(choices)

    def get_initial(self) -> dict[str, Any]:
        return self.request.GET.dict()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Preview an uploaded file, or import a confirmed one."""
        return self._confirm() if "state" in request.POST else super().post(request, **kwargs)

    def save(self, form: forms.Form) -> HttpResponse:
        """Show the preview; nothing is saved yet."""
        return self._show_preview(self.read_file(form), self.get_choices(form))

    def _show_preview(self, content: Any, choices: Choices, *, refusal: str = "") -> HttpResponse:
        plan = self.build_plan(content, choices)
        state = ""
        if self.can_import(plan):
            sealed = {"content": content, "choices": choices, "digest": self.get_digest(plan)}
            try:
                state = seal_state(sealed, purpose=self._purpose(), max_bytes=MAX_STATE_BYTES)
            except StateTooLarge as error:
                raise ActionRefused([FieldFault("file", TOO_LONG)]) from error
        form = self.form_class(initial=self.get_initial_of(choices, plan))
        status = 422 if plan.faults or refusal else 200
        return self.render(status=status, form=form, state=state, refusal=refusal, **self.get_preview(plan))

    def _confirm(self) -> HttpResponse:
        try:
            state = open_state(self.request.POST["state"], purpose=self._purpose(), max_bytes=MAX_STATE_BYTES)
            content, choices = state["content"], state["choices"]
            plan = self.build_plan(content, choices)
        except (StateExpired, StateInvalid, ObjectDoesNotExist):
            expired = _("The preview has expired. Choose the file again.")
            return self.render(status=422, form=self.form_class(), refusal=expired)
        except ActionRefused as refused:
            return self.render(status=422, form=self.form_class(), refusal=refused.message)
        try:
            if self.get_digest(plan) != state["digest"] or not self.can_import(plan):
                raise PlanOutdated
            return self.apply_plan(plan)
        except PlanOutdated:
            changed = _("The data has changed in the meantime, so nothing was imported. This is the current state.")
            return self._show_preview(content, choices, refusal=changed)

    def _purpose(self) -> str:
        return f"import {self.template_name} {self.user.pk}"


class TableImportPage[P: ImportPlan[Any]](ImportPage[P]):
    """Import of a table.

    `partial`: a file with faults can be imported; `apply_plan` then writes the good rows only.
    """

    bounds: ClassVar[Bounds]
    partial: ClassVar[bool] = False

    def plan_rows(self, rows: Sequence[TableRow], choices: Choices) -> P:
        """Return the plan of the rows. Raises as `build_plan`."""
        raise NotImplementedError

    def get_heading(self, column: str) -> str:
        """Return the heading of a column in the language of the page."""
        return column

    def read_file(self, form: forms.Form) -> list[TableRow]:
        upload = form.cleaned_data["file"]
        try:
            if getattr(upload, "refusal", ""):
                raise TableRefused(format_lazy(TOO_BIG, n=self.bounds.megabytes))
            return read_table(upload.read(), self.bounds)
        except TableRefused as refused:
            problem: str | Promise = refused.message
            if refused.line:
                problem = _("Line %(line)s: %(problem)s") % {"line": refused.line, "problem": refused.message}
            raise ActionRefused([FieldFault("file", problem)]) from refused

    def build_plan(self, content: Any, choices: Choices) -> P:
        return self.plan_rows([TableRow(*row) for row in content], choices)

    def can_import(self, plan: P) -> bool:
        return bool(plan.good_rows) and (self.partial or not plan.faults)

    def get_digest(self, plan: P) -> str:
        return plan.digest()

    def get_preview(self, plan: P) -> dict[str, Any]:
        problems = [(each, self.get_heading(each.column)) for each in plan.all_problems[:MAX_PROBLEMS]]
        return {"plan": plan, "problems": problems}
