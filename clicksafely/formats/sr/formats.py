"""Serbian dates: with a day, the month is in the genitive, as in 21. јануара 2013. (E); alone, it is in the nominative (F)."""

DATE_FORMAT = "j. E Y."
DATETIME_FORMAT = "j. E Y. H:i"
MONTH_DAY_FORMAT = "j. E"
# Non-breaking spaces in numeric dates.
SHORT_DATE_FORMAT = "j.\N{NO-BREAK SPACE}n.\N{NO-BREAK SPACE}Y."
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT} H:i"
