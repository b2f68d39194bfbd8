mod begun;
pub mod docs;
mod failures;
mod follow_up;
mod lost;
mod moves;
mod order;
mod replay;
mod tries;
