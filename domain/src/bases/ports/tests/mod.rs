//! What holds whatever is behind the ports.

mod faults;
mod payloads;
mod records;
mod sweeps;
