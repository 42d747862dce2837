"""Admin of consultations: one form with phases, questions and themes, saved through the services."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.lists import FOLDED_INLINE
from clicksafely.common.staff.live_preview import LivePreviewMixin
from clicksafely.common.staff.rich_text_fields import base_field_name
from clicksafely.common.staff.site import acting_user
from youthpanel.consultations import workflow
from youthpanel.consultations.admin_forms import ConsultationForm, PhaseForm, PhaseFormSet, QuestionForm
from youthpanel.consultations.optimistic_lock import differences, merge_submission
from youthpanel.consultations.phases import phase_bars
from youthpanel.consultations.preview import show_consultation
from youthpanel.consultations.transition_checks import transition_remarks
from youthpanel.members.admin import ServiceBackedAdmin
from youthpanel.models import Consultation, Phase, Question, Theme
from youthpanel.states import ConsultationState

_STILL_BUILT = (ConsultationState.DRAFT, ConsultationState.OPEN)


class BuiltInline:
    """Rows that can be changed until the consultation is closed."""

    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state in _STILL_BUILT)  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        return super().has_add_permission(request, obj) and (obj is None or obj.state in _STILL_BUILT)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.state in _STILL_BUILT)  # type: ignore[misc]


class PhaseInline(BuiltInline, RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = Phase
    template = FOLDED_INLINE
    form = PhaseForm
    formset = PhaseFormSet
    fields = (("feature", "starts_at", "ends_at"),)
    max_num = 12

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Blank rows, so that rows can be added without JavaScript."""
        return 1 if obj else 3


class QuestionInline(BuiltInline, RolePermissionsMixin, TranslationStackedInline):  # type: ignore[type-arg]
    model = Question
    template = FOLDED_INLINE
    form = QuestionForm
    fields = (("order", "kind"), "text", "other", "choices_sr", "choices_en")
    max_num = 40

    def get_fields(self, request: HttpRequest, obj: Consultation | None = None) -> Any:
        """Read-only forms show the stored choices, because the form fields that edit them are missing there."""
        if self.has_change_permission(request, obj):
            return self.fields
        return (("order", "kind"), "text", "other", "choices_given")

    def get_readonly_fields(self, request: HttpRequest, obj: Consultation | None = None) -> Any:
        return () if self.has_change_permission(request, obj) else ("choices_given",)

    @admin.display(description=_("choices"))
    def choices_given(self, question: Question) -> SafeString | str:
        """The choices exactly as typed."""
        return verbatim(" · ".join(str(choice) for choice in question.choices.all()))

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj else 2

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).prefetch_related("choices").select_related("consultation")

    def has_add_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        return super().has_add_permission(request, obj) and not self._answered(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._answered(obj)

    def _answered(self, obj: Consultation | None) -> bool:
        return obj is not None and workflow.has_answers(obj)


class ThemeInline(RolePermissionsMixin, TranslationStackedInline):  # type: ignore[type-arg]
    model = Theme
    template = FOLDED_INLINE
    extra = 0
    max_num = 40
    fields = ("name",)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj else 0


class ConsultationAdmin(LivePreviewMixin, ServiceBackedAdmin, TranslationAdmin[Any]):
    form = ConsultationForm
    change_form_template = "admin/youthpanel/consultation/change_form.html"
    list_display = ("title", "state", "cohort_names", "sheet_count")
    list_filter = ("state",)
    # A short table.
    search_fields = ("title_sr",)
    in_global_search = True
    inlines = (PhaseInline, QuestionInline, ThemeInline)
    fieldsets = (
        (None, {"fields": ("title", "summary")}),
        (_("Introduction and address"), {"fields": ("introduction", "slug"), "classes": ("collapse",)}),
        (_("Participants"), {"fields": (("cohorts", "facilitators"), "anonymous")}),
        (_("Outcome"), {"fields": ("outcome",), "classes": ("collapse",)}),
    )

    class Media:
        css: ClassVar[dict[str, Any]] = {
            "all": ["css/staff/publishing.css", "css/staff/white_papers.css", "css/staff/consultations.css"]
        }

    @admin.display(description=_("cohorts"))
    def cohort_names(self, consultation: Consultation) -> str:
        return verbatim(", ".join(str(cohort) for cohort in consultation.cohorts.all()))

    @admin.display(description=_("answers"))
    def sheet_count(self, consultation: Any) -> int:
        return int(consultation.number)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consultation]:
        """Adds `number`: how many answer sheets the consultation has."""
        found: QuerySet[Any] = super().get_queryset(request).annotate(number=Count("sheets"))
        return found.prefetch_related("cohorts")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fold the participants of a stored consultation, unless it was made from a template and has no cohorts yet."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not obj.cohorts.all():
            return fieldsets
        return tuple(
            (title, options | {"classes": ("collapse",)} if "anonymous" in options["fields"] else options)
            for title, options in fieldsets
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Themes group contributions, so a new consultation has none yet."""
        return self.inlines if obj else (PhaseInline, QuestionInline)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The summary has a textarea of two rows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and base_field_name(db_field) == "summary":
            field.widget = Textarea({"rows": 2, "cols": 80, "maxlength": db_field.max_length})
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Checkboxes: Django's two-list selector is hard to use with a screen reader."""
        return super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Only drafts can be deleted."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == ConsultationState.DRAFT)

    def show_written(self, request: HttpRequest, record: Consultation, language: str) -> HttpResponse:
        """Return the consultation as members see it."""
        return show_consultation(request, Consultation.objects.get(pk=record.pk), language, is_unsaved=True)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        workflow.save_consultation(
            consultation=obj, changed=form.changed_data, actor=acting_user(request), now=timezone.now()
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        workflow.delete_consultation(consultation=obj, actor=acting_user(request), now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save phases, questions and themes, each through its own service."""
        if formset.model is Phase and formset.has_changed():
            workflow.replace_phases(consultation=form.instance, phases=formset.drafts())
        elif formset.model is Question:
            formset.save(commit=False)
            for question in formset.deleted_objects:
                workflow.delete_question(question=question)
            for row in formset.forms:
                if row.has_changed() and row.cleaned_data and not row.cleaned_data.get("DELETE"):
                    workflow.save_question(question=row.instance, choices=row.choices())
        elif formset.model is Theme:
            formset.save()

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        """Empty: the services write the audit trail."""
        return []

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect to the workflow page, where a consultation is opened."""
        response = super().response_add(request, obj, post_url_continue)
        return self._on(request, obj) or response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Redirect to the workflow page, where a consultation is opened, closed and reported back."""
        response = super().response_change(request, obj)
        return self._on(request, obj) or response

    def _on(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        stays = {"_continue", "_addanother"} & set(request.POST)
        return None if stays else HttpResponseRedirect(reverse("admin:youthpanel-consultation", args=[obj.pk]))

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lock the row while it is saved. After an edit conflict the form shows both versions and fits the stored rows."""
        with transaction.atomic():
            if request.method == "POST" and object_id and object_id.isdecimal():
                stored = Consultation.objects.select_for_update().filter(pk=object_id).first()
                if stored and request.POST.get("opened") != str(stored.revision):
                    request.POST = merge_submission(request.POST, stored)  # type: ignore[assignment]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds the remarks, the revision, and after an edit conflict the differences."""
        consultation = kwargs.get("obj")
        if consultation is not None:
            stored = Consultation.objects.get(pk=consultation.pk)
            context |= {
                "remarks": transition_remarks(stored),
                "answered": workflow.has_answers(stored),
                "opened": stored.revision,
                "schedule": phase_bars(stored.phases.all(), timezone.now()),
            }
            form = context["adminform"].form
            if getattr(form, "changed_meanwhile", False):
                context["differences"] = differences(form, context["inline_admin_formsets"])
        return super().render_change_form(request, context, *args, **kwargs)
