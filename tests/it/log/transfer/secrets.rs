//! Secrets travel apart and sealed, and are nowhere else.
