//! The accounts of a NATS server: who may connect, and what each user may do there. No more than its role needs.
//!
//! There is no `authorization` beside them: NATS 2.9.10 and its contemporaries let anybody in where both are set
//! (CVE-2023-47090).

mod users;

use std::fmt::Write;

pub use users::{Rights, USERS, User};

/// The part of a server's configuration that says who may do what. It holds passwords.
pub fn configuration(password_of: impl Fn(&User) -> String) -> String {
    let mut text = String::from("accounts {\n  AIRTIDE {\n    jetstream: enabled\n    users: [\n");
    for user in USERS.iter().filter(|user| !matches!(user.rights, Rights::System)) {
        text.push_str(&line(user, &password_of(user)));
    }
    text.push_str("    ]\n  }\n  SYS {\n    users: [\n");
    for user in USERS.iter().filter(|user| matches!(user.rights, Rights::System)) {
        text.push_str(&line(user, &password_of(user)));
    }
    text.push_str("    ]\n  }\n}\nsystem_account: SYS\n");
    text
}

fn line(user: &User, password: &str) -> String {
    let mut text = format!("      {{ user: \"{}\", password: \"{password}\"", user.name);
    if let Rights::These { publish, subscribe } = user.rights {
        let publish: Vec<&str> = publish.iter().flat_map(|part| part.iter().copied()).collect();
        // Writing to a string does not fail.
        let _ = write!(
            text,
            ", permissions: {{ publish: {{ allow: [{}] }}, subscribe: {{ allow: [{}] }} }}",
            listed(&publish),
            listed(subscribe)
        );
    }
    text.push_str(" }\n");
    text
}

fn listed(subjects: &[&str]) -> String {
    subjects.iter().map(|subject| format!("\"{subject}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_let_in_without_a_name() {
        let text = configuration(|user| format!("secret of {}", user.name));
        assert!(!text.contains("authorization") && !text.contains("no_auth_user"), "{text}");
        for user in USERS {
            assert!(text.contains(&format!("password: \"secret of {}\"", user.name)), "{}", user.name);
        }
    }

    #[test]
    fn only_relays_publish_events_and_nobody_but_the_operator_removes_them() {
        for user in USERS {
            let Rights::These { publish, .. } = user.rights else { continue };
            let may = |wanted: &str| publish.iter().any(|part| part.contains(&wanted));
            assert_eq!(may("ev.>"), ["relay", "serve"].contains(&user.name), "{}", user.name);
            let removes = publish.iter().flat_map(|part| part.iter()).any(|subject| {
                subject.contains("PURGE") || subject.contains("STREAM.DELETE") || *subject == ">"
            });
            assert!(!removes, "{}", user.name);
        }
    }
}
