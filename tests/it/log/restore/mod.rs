//! A log that was copied goes on without a gap; a log that was changed names the place.

mod dump;
mod tampering;
