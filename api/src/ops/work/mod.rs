//! What is owed to the outside: how much of it there is, what it is, and what of it fails.

mod choice;
pub mod counts;
pub mod groups;
pub mod item;
pub mod items;
