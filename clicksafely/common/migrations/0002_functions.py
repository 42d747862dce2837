"""Triggers that keep the audit trail append-only, the SQL twins of `search_folding.fold` and `alphabet.order_key`, and trigrams."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# Only the database of a test run (Django names it test_...) may be emptied: transactional tests end with a TRUNCATE.
APPEND_ONLY = """
CREATE FUNCTION clicksafely_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND starts_with(current_database(), 'test_') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON common_auditevent
    FOR EACH ROW EXECUTE FUNCTION clicksafely_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON common_auditlink
    FOR EACH ROW EXECUTE FUNCTION clicksafely_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON common_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION clicksafely_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON common_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION clicksafely_append_only();
"""
NOT_APPEND_ONLY = """
DROP TRIGGER never_emptied ON common_auditlink;
DROP TRIGGER never_emptied ON common_auditevent;
DROP TRIGGER append_only ON common_auditlink;
DROP TRIGGER append_only ON common_auditevent;
DROP FUNCTION clicksafely_append_only();
"""
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
# One ASCII character for each letter of either script, in the order of the Cyrillic alphabet; see `serbian.alphabet`.
CREATE_ALPHABET = r"""
CREATE OR REPLACE FUNCTION clicksafely_alphabet(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(
    regexp_replace(regexp_replace(regexp_replace(value COLLATE "C", '[Ll][Jj]', 'љ', 'g'), '[Nn][Jj]', 'њ', 'g'), '[Dd][Žž]', 'џ', 'g'),
    'абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШabvgdđežzijklmnoprstćufhcčšABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠQWXY',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^ABCDEFGHIJKLMOPRSTUVWXYZ[\^ABCDEFGHIJKLMOPRSTUVWXYZ[\^qwxy'
)
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
        migrations.RunSQL(CREATE_FOLD, reverse_sql="DROP FUNCTION clicksafely_fold(text)"),
        migrations.RunSQL(CREATE_ALPHABET, reverse_sql="DROP FUNCTION clicksafely_alphabet(text)"),
    ]
