"""A day of a month stands in the genitive: 21. јануара 2013. (E), while a month alone does not (F)."""

DATE_FORMAT = "j. E Y."
DATETIME_FORMAT = "j. E Y. H:i"
MONTH_DAY_FORMAT = "j. E"
