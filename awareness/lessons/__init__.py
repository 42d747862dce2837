"""Lessons: pages for teachers with materials of the library and a quiz on one topic for one grade."""
