//! Who may do what with the log: read from the catalog for whatever tables there are, and tried role by role.

mod catalog;
mod rights;
