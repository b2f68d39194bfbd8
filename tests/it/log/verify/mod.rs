//! `airtide log verify` finds a sound log sound and names the place where one is not, by the log itself and by what
//! was signed of it.

mod alone;
mod incarnations;
mod signed;
mod signer;
