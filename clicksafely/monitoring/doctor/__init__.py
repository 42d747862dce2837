"""What `manage.py doctor` looks at: small functions, each of which says what it found and how to mend it."""
