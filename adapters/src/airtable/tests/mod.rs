//! The client against servers of this machine.

mod attempts;
mod downloads;
mod errors;
mod grants;
mod site;
mod tapes;
mod told;
mod wire;
