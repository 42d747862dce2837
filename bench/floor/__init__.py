"""The floor: the least that Django and Celery do for an empty page, a bare crispy form and an empty task."""
