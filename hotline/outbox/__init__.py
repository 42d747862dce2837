"""E-mail to reporters: outbox, content, delivery."""
