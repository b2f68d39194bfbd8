//! The relay to NATS JetStream, on a real server that is lost in every way it can be.

mod accounts;
mod broker_away;
mod configuration;
mod doctor;
mod fork;
mod order;
mod several;
mod tail;
