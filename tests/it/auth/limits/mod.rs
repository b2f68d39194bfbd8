//! How much anybody may ask for.

mod login;
mod register;
mod tenant;
