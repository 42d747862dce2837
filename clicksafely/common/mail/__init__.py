"""Incoming and outgoing e-mail: servers, messages, mailboxes, bounces."""
