"""Questions, quizzes made of them, and classes that play them together."""
