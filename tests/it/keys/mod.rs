mod signing;
mod wrapping;
