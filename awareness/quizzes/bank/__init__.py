"""The editors' desk of questions and quizzes."""
