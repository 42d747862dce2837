"""Import of uploaded tables and files: bounded reading, a plan of rows, and a staff page with preview."""
