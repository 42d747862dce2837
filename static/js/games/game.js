// Begins what the page needs.
