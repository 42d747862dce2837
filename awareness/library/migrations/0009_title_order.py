from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Func, TextField, Value

ALPHABET = Func("title_sr", function="clicksafely_alphabet", output_field=TextField())
CYRILLIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^"
LATIN = "AB\\KFHI^]MNOPQRSTUVWXZE[JLCDGY"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("library", "0008_file_language")]

    operations = [
        AddIndexConcurrently(
            model_name="resource", index=models.Index(ALPHABET, F("id"), name="resource_title_cyrillic")
        ),
        AddIndexConcurrently(
            model_name="resource",
            index=models.Index(
                Func(ALPHABET, Value(CYRILLIC), Value(LATIN), function="translate", output_field=TextField()),
                F("id"),
                name="resource_title_latin",
            ),
        ),
        RemoveIndexConcurrently(model_name="resource", name="resource_title_sr"),
    ]
