"""E-mail to reporters: the outbox, what is written, the mail server."""
