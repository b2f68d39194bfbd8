//! `/auth/…`: how people come in, stay, change what they prove themselves with, and how much anybody may ask for.

mod email;
mod login;
mod password;
mod principals;
mod refresh;
mod register;
mod sessions;
mod tenant;
