"""What a question is, when it is whole, and how an answer is marked: pure, without a database."""
