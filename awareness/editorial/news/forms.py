"""The form of a block: what its kind needs, files checked by their content."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.editorial.news.captions import CaptionsRefused, read_captions
from awareness.editorial.news.files import FileRefused, Kept, crop_picture, keep_upload
from awareness.editorial.news.models import WITH_FILE, ArticleBlock, BlockKind

CAPTIONS = {"captions_file_sr": "captions_sr", "captions_file_en": "captions_en"}
ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif,.pdf,.docx,.pptx,.odt,.odp,.mp4,.webm"


class BlockForm(forms.ModelForm):  # type: ignore[type-arg]
    """One block. A file that was chosen once stays until another one is."""

    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "A picture, a document (PDF, DOCX, PPTX, ODT, ODP) or a video (MP4, WebM), at most 10 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    captions_file_sr = forms.FileField(
        label=gettext_lazy("Captions in Serbian (WebVTT)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt"}),
    )
    captions_file_en = forms.FileField(
        label=gettext_lazy("Captions in English (WebVTT)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt"}),
    )

    def clean(self) -> dict[str, Any]:
        """What the kind needs is there; a file is what the kind says."""
        data = super().clean() or {}
        kind = data.get("kind")
        if kind:
            self._check_file(BlockKind(kind), data.get("upload"))
            self._check_words(BlockKind(kind), data)
        for name in CAPTIONS:
            self._read_captions(name, data.get(name))
        return data

    def save(self, commit: bool = True) -> ArticleBlock:
        """The block; a picture with its crops about the focal point."""
        block: ArticleBlock = super().save(commit)
        if block.kind == BlockKind.IMAGE and block.digest:
            crop_picture(block.digest, block.focus_x, block.focus_y)
        return block

    def _check_file(self, kind: BlockKind, upload: "UploadedFile[bytes] | None") -> None:
        block: ArticleBlock = self.instance
        if upload and kind in WITH_FILE:
            try:
                kept = keep_upload(kind, upload)
            except FileRefused as refusal:
                self.add_error("upload", str(refusal.message))
            else:
                _take(block, kept)
        elif kind in WITH_FILE and not block.digest:
            self.add_error("upload", _("Choose the file."))
        elif kind in WITH_FILE and self.initial.get("kind", kind) != kind:
            self.add_error("upload", _("The kind of the block has changed: choose the file again."))

    def _check_words(self, kind: BlockKind, data: dict[str, Any]) -> None:
        if kind in {BlockKind.TEXT, BlockKind.QUOTATION, BlockKind.CALLOUT, BlockKind.QUESTION} and not data.get(
            "text_sr"
        ):
            self.add_error("text_sr", _("Write the text."))
        if kind == BlockKind.QUESTION and not data.get("heading_sr"):
            self.add_error("heading_sr", _("Write the question."))

    def _read_captions(self, name: str, upload: "UploadedFile[bytes] | None") -> None:
        if upload:
            try:
                setattr(self.instance, CAPTIONS[name], read_captions(upload))
            except CaptionsRefused as refusal:
                self.add_error(name, str(refusal.message))


def _take(block: ArticleBlock, kept: Kept) -> None:
    for field, value in kept._asdict().items():
        setattr(block, field, value)
