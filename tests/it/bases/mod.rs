//! What bases promise, held against the programs they rest on and those they imitate.

mod changes;
mod client_faults;
mod formula_sql;
mod load;
mod made_here;
mod mirror;
mod mirror_seeds;
mod mirrored;
mod records;
mod stand_in_docs;
mod tables;
mod tapes;
