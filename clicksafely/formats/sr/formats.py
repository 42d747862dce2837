"""A day of a month stands in the genitive: 21. јануара 2013. (E), while a month alone does not (F)."""

DATE_FORMAT = "j. E Y."
DATETIME_FORMAT = "j. E Y. H:i"
MONTH_DAY_FORMAT = "j. E"
# A date in figures is never broken at the end of a line.
SHORT_DATE_FORMAT = "j.\N{NO-BREAK SPACE}n.\N{NO-BREAK SPACE}Y."
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT} H:i"
