"""How a quiz is played alone: everything that is known of a play travels in its form."""
