"""Question bank, quizzes built from it, and live quizzes in class."""
