mod follow_up;
mod lanes;
mod lost;
mod order;
mod tries;
