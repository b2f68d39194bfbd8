mod wrapping;
