"""Import and export of questions and quizzes as JSON (complete) and GIFT."""
