"""Import of uploaded tables and files: bounded reading, a plan of rows, and the staff page that previews and confirms it."""
