"""Documents of a demonstration (teaching sheets, posters, slides), set as PDF or DOCX when they are loaded."""
