"""Models of recommendations, White Papers, editions, handovers, responses and their letters."""

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from clicksafely.common import data_inventory
from clicksafely.common.revisions import RevisionedModel
from youthpanel.models.consultations import Consultation, QuestionChoice
from youthpanel.models.contributions import Idea
from youthpanel.models.meetings import Meeting
from youthpanel.models.opinions import Statement
from youthpanel.states import ResponseKind

# An addressee has this time to decide unless its handover says otherwise.
ANSWER_TIME: Final = timedelta(days=60)


class EducationKind(models.TextChoices):
    """The kind of education that a recommendation is about."""

    FORMAL = "formal", pgettext_lazy("education", "formal education")
    NON_FORMAL = "non-formal", pgettext_lazy("education", "non-formal education")


class Recommendation(models.Model):
    """A recommendation of the panel. Title, text and addressee in `sr` and `en`.

    Its support is counted from the votes of `choice`, `statement` or `ideas` (`white_papers.support`). Without such a
    source, `support` is the number of supporting members out of `asked` members. They are counted when it is written.
    """

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("recommendation text"), max_length=4000)
    child_text = models.CharField(_("in words for children"), max_length=400, blank=True)
    education = models.CharField(_("education"), max_length=10, choices=EducationKind)
    addressee = models.CharField(_("addressed to"), max_length=160)
    ideas = models.ManyToManyField(Idea, verbose_name=_("from ideas"), related_name="recommendations", blank=True)
    meetings = models.ManyToManyField(
        Meeting, verbose_name=_("from meetings"), related_name="recommendations", blank=True
    )
    consultations = models.ManyToManyField(
        Consultation, verbose_name=_("from consultations"), related_name="recommendations", blank=True
    )
    choice = models.ForeignKey(
        QuestionChoice,
        verbose_name=_("support: option of a question"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    statement = models.ForeignKey(
        Statement,
        verbose_name=_("support: statement on a card"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    support = models.PositiveSmallIntegerField(_("members in favour"), null=True, blank=True)
    asked = models.PositiveSmallIntegerField(_("members asked"), null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    field_inventory: ClassVar = {
        (
            data_inventory.STAFF_TEXT,
            data_inventory.AS_RECORD,
        ): "slug title title_sr title_en text text_sr text_en child_text child_text_sr child_text_en addressee addressee_sr addressee_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "education choice statement support asked changed_at",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(education__in=EducationKind.values), name="education_known"),
            models.CheckConstraint(
                condition=Q(support=None, asked=None) | Q(support__lte=F("asked")),
                name="support_within_asked",
                violation_error_message=_("More members are in favour than were asked."),
            ),
            models.CheckConstraint(
                condition=Q(choice=None) | Q(statement=None),
                name="support_of_one_source",
                violation_error_message=_("Choose an option or a statement, not both."),
            ),
            models.CheckConstraint(
                condition=Q(choice=None, statement=None) | Q(support=None, asked=None),
                name="counted_support_is_not_typed",
                violation_error_message=_("The support is counted from votes. Leave both numbers empty."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class WhitePaper(RevisionedModel):
    """The editable White Paper; a published version is an `Edition`.

    All texts in `sr` and `en`, rich text except the title.
    """

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    foreword = models.TextField(_("foreword"), blank=True)
    method = models.TextField(_("method"), blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    field_inventory: ClassVar = {
        (
            data_inventory.STAFF_TEXT,
            data_inventory.AS_RECORD,
        ): "slug title title_sr title_en foreword foreword_sr foreword_en method method_sr method_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "changed_at revision",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("White Paper")
        verbose_name_plural = _("White Papers")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title


class ChapterKind(models.TextChoices):
    CHAPTER = "chapter", pgettext_lazy("paper", "chapter")
    ANNEX = "annex", pgettext_lazy("paper", "annex")


class Chapter(models.Model):
    """A chapter or an annex. Title and text (rich text) in `sr` and `en`."""

    paper = models.ForeignKey(WhitePaper, on_delete=models.CASCADE, related_name="chapters")
    part = models.CharField(_("part"), max_length=7, choices=ChapterKind, default=ChapterKind.CHAPTER)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"))

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.AS_RECORD): "title title_sr title_en text text_sr text_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "paper part order",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ("part", "order", "id")
        constraints = (models.CheckConstraint(condition=Q(part__in=ChapterKind.values), name="chapter_part_known"),)

    def __str__(self) -> str:
        return self.title


class WhitePaperRecommendation(models.Model):
    """A recommendation in a White Paper; its position is its number."""

    paper = models.ForeignKey(WhitePaper, on_delete=models.CASCADE, related_name="places")
    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="places")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.AS_RECORD): "paper recommendation order",
    }

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ("order", "id")
        constraints = (models.UniqueConstraint(fields=("paper", "recommendation"), name="one_place_a_recommendation"),)

    def __str__(self) -> str:
        return f"{self.order}. {self.recommendation}"


class Edition(models.Model):
    """A published version, which a trigger makes immutable.

    `content` is the whole text in both languages. `changes` describes what is new, in `sr` and `en`.
    """

    paper = models.ForeignKey(WhitePaper, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    content = models.JSONField()
    changes = models.TextField(_("changes"), max_length=2000, blank=True)
    issued_at = models.DateTimeField(_("published"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    field_inventory: ClassVar = {
        (data_inventory.PUBLISHED, data_inventory.AS_ISSUED): "content changes changes_sr changes_en",
        (data_inventory.CODES, data_inventory.AS_ISSUED): "paper number issued_at",
        (data_inventory.STAFF, data_inventory.AS_ISSUED): "issued_by",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("paper", "-number")
        constraints = (
            models.UniqueConstraint(fields=("paper", "number"), name="one_edition_a_number"),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="edition_number_from_one",
                violation_error_message=_("Editions are numbered from 1."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.paper} · {self.number}"


class EditionFormat(models.TextChoices):
    """File formats of an edition, in addition to its page."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"


class EditionFile(models.Model):
    """A file of an edition in one language (a code of LANGUAGES), immutable too. `sha256` (hex) is that of `content`."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    format = models.CharField(max_length=4, choices=EditionFormat)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    field_inventory: ClassVar = {
        (data_inventory.PUBLISHED, data_inventory.AS_ISSUED): "content",
        (data_inventory.CODES, data_inventory.AS_ISSUED): "edition language format sha256",
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("edition", "language", "format"), name="one_file_a_language_and_format"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="edition_file_sha256_is_one"),
            models.CheckConstraint(condition=Q(format__in=EditionFormat.values), name="edition_file_format_known"),
        )

    def __str__(self) -> str:
        return f"{self.edition_id} {self.language} {self.format}"


class Handover(models.Model):
    """The handover of an edition to a recipient, named in `sr` and `en`. `document` is the filing place of the receipt.

    From `answer_by` on, a missing decision is overdue.
    """

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="handovers")
    recipient = models.CharField(_("handed to"), max_length=200)
    on = models.DateField(_("handover date"))
    document = models.CharField(_("document"), max_length=200, blank=True)
    answer_by = models.DateField(_("answer expected by"))

    field_inventory: ClassVar = {
        (data_inventory.PUBLISHED, data_inventory.AS_ISSUED): "recipient recipient_sr recipient_en document",
        (data_inventory.CODES, data_inventory.AS_ISSUED): "edition on answer_by",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ("on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(answer_by__gt=F("on")),
                name="answer_expected_after_handover",
                violation_error_message=_("Choose a day after the handover."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.recipient}"


class Response(models.Model):
    """An entry in the ledger of a recommendation: a response of the addressee, its date and source.

    A trigger makes it immutable.

    Text (reason or action) in `sr` and `en`; a rejection needs a reason. `promised_by`: the addressee promised the next
    step, a decision or its execution, by this day.
    """

    recommendation = models.ForeignKey(
        Recommendation, verbose_name=_("recommendation"), on_delete=models.PROTECT, related_name="responses"
    )
    kind = models.CharField(_("response"), max_length=10, choices=ResponseKind)
    on = models.DateField(_("date of the answer"))
    text = models.TextField(_("original wording"), max_length=2000, blank=True)
    source = models.CharField(_("source"), max_length=300, help_text=_("A document or an address."))
    promised_by = models.DateField(
        _("promised by"), null=True, blank=True, help_text=_("The day by which they promised the next step.")
    )
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    field_inventory: ClassVar = {
        (data_inventory.PUBLISHED, data_inventory.AS_ISSUED): "text text_sr text_en source",
        (data_inventory.CODES, data_inventory.AS_ISSUED): "recommendation kind on promised_by recorded_at",
        (data_inventory.STAFF, data_inventory.AS_ISSUED): "recorded_by",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ("on", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=ResponseKind.values), name="response_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=ResponseKind.REJECTED) | ~Q(text_sr=""),
                name="rejection_has_a_reason",
                violation_error_message=_("Give the reason for the rejection."),
            ),
            models.CheckConstraint(
                condition=Q(promised_by=None) | Q(promised_by__gt=F("on")),
                name="promise_after_response",
                violation_error_message=_("The promised day must be after the day of the answer."),
            ),
            models.CheckConstraint(
                condition=Q(promised_by=None) | ~Q(kind__in=(ResponseKind.REJECTED, ResponseKind.DONE)),
                name="promise_of_a_next_step",
                violation_error_message=_("After a rejection or the end there is no next step."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"


class ResponseLetter(models.Model):
    """A letter of an addressee as PDF, attached to its response. Its content is in the panel's media folder under `uuid`.

    Title and description in `sr` and `en`. The description says what the letter says, for readers who cannot read it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="letters")
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("what it says"), max_length=4000)
    size = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    pages = models.PositiveSmallIntegerField(editable=False)
    added_at = models.DateTimeField(editable=False)

    field_inventory: ClassVar = {
        (
            data_inventory.PUBLISHED,
            data_inventory.AS_RECORD,
        ): "title title_sr title_en description description_sr description_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "response size sha256 pages added_at",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("added_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="letter_sha256_is_one"),
            models.CheckConstraint(condition=Q(pages__gte=1), name="letter_has_pages"),
        )

    def __str__(self) -> str:
        return self.title


class EditionDraft(models.Model):
    """The next edition of a White Paper while its files are rendered.

    `content` is already frozen; `changes` in `sr` and `en`.

    At most one per paper. The rendering worker holds a lease until `claimed_until`. `failed`: a file could not be
    rendered.
    """

    paper = models.OneToOneField(WhitePaper, on_delete=models.CASCADE, related_name="edition_draft")
    content = models.JSONField()
    changes = models.TextField(_("changes"), max_length=2000, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)

    field_inventory: ClassVar = {
        (data_inventory.PUBLISHED, data_inventory.UNTIL_ISSUED): "content changes changes_sr changes_en",
        (data_inventory.CODES, data_inventory.UNTIL_ISSUED): "paper requested_at claimed_until failed",
        (data_inventory.STAFF, data_inventory.UNTIL_ISSUED): "requested_by",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("edition draft")
        verbose_name_plural = _("edition drafts")

    def __str__(self) -> str:
        return f"{self.paper_id}"


class EditionDraftFile(models.Model):
    """A rendered file of a draft. After an interruption, rendering continues with the missing files."""

    draft = models.ForeignKey(EditionDraft, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    format = models.CharField(max_length=4, choices=EditionFormat)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    field_inventory: ClassVar = {
        (data_inventory.PUBLISHED, data_inventory.UNTIL_ISSUED): "content",
        (data_inventory.CODES, data_inventory.UNTIL_ISSUED): "draft language format sha256",
    }

    class Meta:
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of a draft")
        constraints = (
            models.UniqueConstraint(
                fields=("draft", "language", "format"), name="one_draft_file_a_language_and_format"
            ),
            models.CheckConstraint(condition=Q(format__in=EditionFormat.values), name="draft_file_format_known"),
        )

    def __str__(self) -> str:
        return f"{self.draft_id} {self.language} {self.format}"
