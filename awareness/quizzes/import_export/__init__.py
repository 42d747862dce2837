"""Questions and quizzes as files: JSON of our own, which loses nothing, and GIFT."""
