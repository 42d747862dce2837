"""Admin of questions and quizzes."""

from awareness.quizzes.admin.question_admin import QuestionAdmin
from awareness.quizzes.admin.quiz_admin import QuizAdmin

__all__ = ["QuestionAdmin", "QuizAdmin"]
