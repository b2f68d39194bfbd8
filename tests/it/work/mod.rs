mod begun;
mod failures;
mod follow_up;
mod lost;
mod order;
mod tries;
