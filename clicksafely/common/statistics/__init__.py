"""Published figures: periods, which of them stay hidden, sheets to read from, charts, tables. Pure but for the language of labels."""
