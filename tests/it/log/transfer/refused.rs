//! What is not whole is refused, with the first place where it shows, and nothing of it stays.
