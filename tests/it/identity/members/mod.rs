//! Who is a member of a tenant: what is written as a unit, what the routes allow, and what a key may not do with it.

mod keys;
mod routes;
mod units;
