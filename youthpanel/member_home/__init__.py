"""The members' own page: what one can do, what became of what one said, when we meet. Above all other rooms, for it gathers from them."""
