//! Reading: streams and ranges in pages, states as they were, and the snapshots that shorten the way to them.

mod ranges;
mod snapshots;
mod states;
mod streams;
