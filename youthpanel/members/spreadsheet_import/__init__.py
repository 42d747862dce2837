"""Import of schools and members from a spreadsheet: a preview, then all rows or none."""
