//! Events of a workspace, told to the URLs that it named: what is owed, how it is written and signed, and what an answer
//! means. Everything here computes; it is for whoever carries a delivery out.

pub mod body;
pub mod owed;
pub mod request;
pub mod schedule;
pub mod secrets;
pub mod signature;
pub mod verdict;
