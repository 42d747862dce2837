"""Sources of a topic; how each audience notices what the founding topics are about. What an editor has changed stays as it is."""

from django.db import migrations, models

from awareness.topics.subjects import FULLER, TOPICS
from awareness.topics.subjects.shape import as_answer, as_list

FORMER_TITLE, PRESENT_TITLE = "Снимци сексуалне злоупотребе деце", "Снимци сексуалног злостављања деце"
SAID = "Laws by article, studies by name and year: what the answers stand on."


def fill(apps, schema_editor):
    topic, answer = apps.get_model("topics", "Topic"), apps.get_model("topics", "TopicAnswer")
    topic.objects.filter(slug="csam", title_sr=FORMER_TITLE).update(title=PRESENT_TITLE, title_sr=PRESENT_TITLE)
    for facts in TOPICS:
        fuller = FULLER[facts.slug]
        texts = {f"sources_{code}": as_list(fuller.sources, code) for code in ("sr", "en")}
        topic.objects.filter(slug=facts.slug, sources="").update(sources=texts["sources_sr"], **texts)
        for said in facts.answers:
            before = {f"body_{code}": as_list(said.steps, code) for code in ("sr", "en")}
            after = {
                f"body_{code}": as_answer(getattr(fuller, said.audience), said.steps, said.audience, code)
                for code in ("sr", "en")
            }
            untouched = answer.objects.filter(topic__slug=facts.slug, audience=said.audience, **before)
            untouched.update(body=after["body_sr"], **after)


def empty(apps, schema_editor):
    answer = apps.get_model("topics", "TopicAnswer")
    for facts in TOPICS:
        for said in facts.answers:
            texts = {f"body_{code}": as_list(said.steps, code) for code in ("sr", "en")}
            fuller = as_answer(getattr(FULLER[facts.slug], said.audience), said.steps, said.audience, "sr")
            made = answer.objects.filter(topic__slug=facts.slug, audience=said.audience, body_sr=fuller)
            made.update(body=texts["body_sr"], **texts)


class Migration(migrations.Migration):
    dependencies = [("topics", "0005_planned_dates")]

    operations = [
        migrations.AddField(
            "topic",
            "sources",
            models.TextField(blank=True, default="", help_text=SAID, verbose_name="sources"),
            preserve_default=False,
        ),
        *(
            migrations.AddField(
                "topic",
                f"sources_{code}",
                models.TextField(blank=True, help_text=SAID, null=True, verbose_name="sources"),
            )
            for code in ("sr", "en")
        ),
        migrations.RunPython(fill, empty),
    ]
