//! The table of roles and their rights in `docs/http.md` is the one in code.

use domain::identity::{Permission, Role};

const DOCUMENT: &str = include_str!("../../../docs/http.md");

fn row(cells: impl IntoIterator<Item = String>) -> String {
    format!("| {} |", cells.into_iter().collect::<Vec<_>>().join(" | "))
}

#[test]
fn the_table_of_roles_is_as_documented() {
    let head = row(std::iter::once("".to_owned()).chain(Role::ALL.map(|role| role.as_str().to_owned())));
    let head = head.replacen("|  |", "| |", 1);
    assert!(DOCUMENT.contains(&head), "docs/http.md has no line\n{head}");
    for permission in Permission::ALL {
        let name = format!("`{}`", permission.as_str());
        let may = Role::ALL.map(|role| if role.may(permission) { "yes" } else { "no" }.to_owned());
        let line = row(std::iter::once(name).chain(may));
        assert!(DOCUMENT.contains(&line), "docs/http.md has no line\n{line}");
    }
}
