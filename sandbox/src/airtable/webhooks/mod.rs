//! Webhooks: what happened to a base, told to those who asked for it.
