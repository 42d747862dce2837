"""Translated fields of quizzes."""

from modeltranslation.translator import TranslationOptions, register

from awareness.quizzes.models import Question, QuestionChoice, QuestionSituation, Quiz, ResultText


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("text", "explanation", "discussion")
    required_languages = ("sr",)


@register(QuestionChoice)
class QuestionChoiceTranslation(TranslationOptions):
    fields = ("text", "match", "feedback", "missed")


@register(QuestionSituation)
class QuestionSituationTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("sr",)


@register(Quiz)
class QuizTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = ("sr",)


@register(ResultText)
class ClosingTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("sr",)
