"""Published statistics: periods, disclosure control, tables, charts. Pure, except for the language of labels."""
