//! One tenant's export holds what is that tenant's, and nothing of another.
