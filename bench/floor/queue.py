"""The floor's Celery application with an empty task."""

from celery import Celery

app = Celery("floor", set_as_current=False)
app.config_from_object("bench.floor.settings", namespace="CELERY")


@app.task(name="floor.noop")
def noop(*, number: int) -> None:
    """Do nothing."""
