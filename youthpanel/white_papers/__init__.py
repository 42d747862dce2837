"""White Papers: recommendations, the paper that holds them, its editions, to whom they were handed and what was answered."""
