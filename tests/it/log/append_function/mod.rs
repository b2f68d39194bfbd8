//! The functions `append` and `verdicts`, called as the writer calls them but with whatever a test wants: guards
//! one by one, the border between two partitions, and the turn of a day.

mod border;
mod call;
mod claims;
mod guards;
mod midnight;
mod quotas;
mod versions;
