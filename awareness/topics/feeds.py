"""Atom feeds, whose common ground serves the youth panel too."""

from clicksafely.common.feeds import WholeTexts, answer, new_feed

__all__ = ["WholeTexts", "answer", "new_feed"]
