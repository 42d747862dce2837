"""The markup of editors' texts, which lives in the common ground: the youth panel writes with it too."""

from clicksafely.common.richtext import clean, plain_text, shown

__all__ = ["clean", "plain_text", "shown"]
