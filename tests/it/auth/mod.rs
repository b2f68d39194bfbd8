//! `/auth/…`: how people come in, stay, change what they prove themselves with, and how much anybody may ask for.

mod account;
mod cookie;
mod email;
mod limits;
mod login;
mod logout;
mod password;
mod principals;
mod profile;
mod refresh;
mod register;
mod sessions;
mod tenant;
mod totp;
