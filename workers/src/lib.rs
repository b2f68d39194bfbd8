//! Events in, at most one outside effect, one command out. A worker is a file of its context and one line in `all`.

/// Every worker; none yet.
pub fn all() -> &'static [&'static str] {
    &[]
}
