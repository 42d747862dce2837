"""The floor (baseline): minimal Django and Celery code for an empty page, a plain crispy form and an empty task."""
