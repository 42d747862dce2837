"""The editors' desk for quizzes and the bank of questions."""

from awareness.quizzes.bank.question_admin import QuestionAdmin
from awareness.quizzes.bank.quiz_admin import QuizAdmin

__all__ = ["QuestionAdmin", "QuizAdmin"]
