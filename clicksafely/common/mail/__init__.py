"""E-mail in and out, for every part of the portal: servers, messages, mailboxes, and what comes back undelivered."""
