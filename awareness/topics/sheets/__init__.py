"""Demonstration documents (teaching sheets, posters, slides), typeset as PDF or DOCX when loaded."""
