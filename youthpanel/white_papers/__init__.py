"""White Papers: recommendations, papers, editions, handovers and responses."""
