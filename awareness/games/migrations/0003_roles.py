"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant

EDITOR_PERMISSIONS = (
    "games.add_bin",
    "games.add_card",
    "games.add_character",
    "games.add_game",
    "games.add_gamesource",
    "games.add_meter",
    "games.add_mockpage",
    "games.add_mockpagepart",
    "games.add_nextstep",
    "games.add_pair",
    "games.add_privacyoption",
    "games.add_privacysetting",
    "games.add_scene",
    "games.add_scenechoice",
    "games.add_viewer",
    "games.change_bin",
    "games.change_card",
    "games.change_character",
    "games.change_game",
    "games.change_gamesource",
    "games.change_meter",
    "games.change_mockpage",
    "games.change_mockpagepart",
    "games.change_nextstep",
    "games.change_pair",
    "games.change_privacyoption",
    "games.change_privacysetting",
    "games.change_scene",
    "games.change_scenechoice",
    "games.change_viewer",
    "games.delete_bin",
    "games.delete_card",
    "games.delete_character",
    "games.delete_game",
    "games.delete_gamesource",
    "games.delete_meter",
    "games.delete_mockpage",
    "games.delete_mockpagepart",
    "games.delete_nextstep",
    "games.delete_pair",
    "games.delete_privacyoption",
    "games.delete_privacysetting",
    "games.delete_scene",
    "games.delete_scenechoice",
    "games.delete_viewer",
    "games.view_bin",
    "games.view_card",
    "games.view_character",
    "games.view_game",
    "games.view_gamesource",
    "games.view_meter",
    "games.view_mockpage",
    "games.view_mockpagepart",
    "games.view_nextstep",
    "games.view_pair",
    "games.view_privacyoption",
    "games.view_privacysetting",
    "games.view_scene",
    "games.view_scenechoice",
    "games.view_viewer",
)


class Migration(migrations.Migration):
    dependencies = [
        ("games", "0001_initial"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
    ]
