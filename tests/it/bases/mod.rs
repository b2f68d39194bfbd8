//! What bases promise, held against the programs it rests on.

mod formula_sql;
