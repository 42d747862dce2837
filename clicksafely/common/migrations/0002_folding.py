"""The SQL twin of `common.folding.fold`, and trigrams to look folded text up with."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# Steps: compatibility decomposition, marks away, one letter for one, two letters for one, white space to single spaces.
CREATE_FOLD = r"""
CREATE OR REPLACE FUNCTION clicksafely_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(
    regexp_replace(
        replace(replace(replace(replace(replace(
            translate(
                regexp_replace(
                    normalize(value COLLATE "C", NFKD),
                    '[\u00ad\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+',
                    '',
                    'g'
                ),
                'абвгдежзијклмнопрстћуфхцчшђљњџАБВГДЕЖЗИЈКЛМНОПРСТЋУФХЦЧШЂЉЊЏABCDEFGHIJKLMNOPQRSTUVWXYZØøŁłıĐЄІЅЩЪЫЬЭЮЯ',
                'abvgdezzijklmnoprstcufhccsђљњџabvgdezzijklmnoprstcufhccsђљњџabcdefghijklmnopqrstuvwxyzoolliđєіѕщъыьэюя'
            ),
        'ђ', 'dj'), 'đ', 'dj'), 'љ', 'lj'), 'њ', 'nj'), 'џ', 'dz'),
        '[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+',
        ' ',
        'g'
    ),
    ' '
)
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(CREATE_FOLD, reverse_sql="DROP FUNCTION clicksafely_fold(text)"),
    ]
