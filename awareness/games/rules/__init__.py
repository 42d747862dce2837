"""The rules of the games: plain values in, plain values out; no database, no request, no clock."""
