//! When two names are the same, and which of several things a text speaks of.

/// Names differ by more than case; Airtable's own tests address one table as `EVERYTHING` and `Everything`.
pub fn same_name(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

/// Finds what a text speaks of: an id wins over a name that looks like it, an exact name over one in another case.
pub(super) fn find<'a, T>(
    all: &'a [T],
    text: &str,
    id: impl Fn(&T) -> &str,
    name: impl Fn(&T) -> &str,
) -> Option<&'a T> {
    all.iter()
        .find(|one| id(one) == text)
        .or_else(|| all.iter().find(|one| name(one) == text))
        .or_else(|| all.iter().find(|one| same_name(name(one), text)))
}

/// The first name that is empty or taken by one before it.
pub(super) fn first_unusable<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut taken = std::collections::BTreeSet::new();
    names.into_iter().find(|name| name.trim().is_empty() || !taken.insert(name.to_lowercase()))
}
