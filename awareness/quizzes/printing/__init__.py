"""Quizzes on paper, and as a single HTML file for use offline."""
