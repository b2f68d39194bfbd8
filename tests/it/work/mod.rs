mod begun;
mod docs;
mod failures;
mod follow_up;
mod lost;
mod moves;
mod order;
mod tries;
