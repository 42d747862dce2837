"""What every room needs: how cases and their content move from state to state, who opens their pictures, and what people have opened."""
