//! The way of a request: what its address says, whether it is let in, what is done, how it is answered, and what of it is
//! written into the journal. Every request of the imitated API goes this way.

mod address;
mod answer;
mod authenticate;
mod call;
mod cors;
mod gzip;
mod pass;
mod response;

pub use address::{Address, query};
pub use answer::{Answer, Said, said};
pub use call::Call;
pub use pass::{Dropped, pass};
