"""Lessons: materials of the library and a quiz on one topic and for one grade, on one page for a teacher."""
