//! How much may be asked: five requests in a second of a base, fifty of a person, so many in a month.

mod quota;
mod rate;

pub use quota::Quotas;
pub use rate::Rates;
