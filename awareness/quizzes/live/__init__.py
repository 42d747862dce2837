"""Live quizzes in class: a teacher with a secret link, a shared board, and anonymous pupils with a code."""
