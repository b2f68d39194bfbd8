use super::*;
use crate::id::Id;

fn id<Kind>(text: &str) -> Id<Kind> {
    Id::new(text).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn create(secret: &str) -> ApiKeyCommand {
    ApiKeyCommand::Create {
        owner: Owner::Member(id("usr_ana")),
        name: " Nightly import ".into(),
        scopes: BTreeSet::from(["workspaces:read".to_owned()]),
        workspaces: None,
        bases: None,
        networks: BTreeSet::new(),
        expires_at: at(1_000),
        secret: id(secret),
        at: at(0),
    }
}

fn given(commands: &[ApiKeyCommand]) -> ApiKey {
    let mut key = ApiKey::default();
    for command in commands {
        for event in key.decide(command.clone()).unwrap() {
            key.apply(event);
        }
    }
    key
}

fn rotate(secret: &str, previous_until: Option<Timestamp>) -> ApiKeyCommand {
    ApiKeyCommand::Rotate { secret: id(secret), previous_until, at: at(0) }
}

fn revoke() -> ApiKeyCommand {
    ApiKeyCommand::Revoke { because: RevokeReason::ByHand }
}

fn opens(key: &ApiKey, secret: &str, seconds: i64) -> bool {
    key.opened_with(&id(secret), at(seconds)).is_some()
}

#[test]
fn it_begins_and_the_same_again_changes_nothing() {
    let key = given(&[create("aks_1")]);
    assert_eq!(key.details().unwrap().name, "Nightly import");
    assert_eq!(key.decide(create("aks_1")), Ok(vec![]));
    assert_eq!(key.decide(create("aks_2")), Err(ApiKeyRefusal::KeyExists));
}

#[test]
fn nothing_can_be_asked_of_one_that_does_not_exist() {
    let rename = ApiKeyCommand::Rename { name: "x".into() };
    for command in [rename, rotate("aks_2", None), revoke()] {
        assert_eq!(ApiKey::default().decide(command), Err(ApiKeyRefusal::UnknownKey));
    }
}

fn refused(change: impl FnOnce(&mut ApiKeyCommand)) -> ApiKeyRefusal {
    let mut command = create("aks_1");
    change(&mut command);
    ApiKey::default().decide(command).unwrap_err()
}

#[test]
fn a_key_without_scopes_or_a_sensible_end_is_refused() {
    use ApiKeyCommand::Create;
    let expiring = |time| {
        move |command: &mut ApiKeyCommand| {
            if let Create { expires_at, .. } = command {
                *expires_at = time;
            }
        }
    };
    assert_eq!(refused(expiring(at(0))), ApiKeyRefusal::BadExpiry);
    assert_eq!(refused(expiring(at(1) + LIFETIME_MAX)), ApiKeyRefusal::BadExpiry);
    let unscoped = |command: &mut ApiKeyCommand| {
        if let Create { scopes, .. } = command {
            scopes.clear();
        }
    };
    assert_eq!(refused(unscoped), ApiKeyRefusal::NoScopes);
    let nowhere = |command: &mut ApiKeyCommand| {
        if let Create { workspaces, .. } = command {
            *workspaces = Some(BTreeSet::new());
        }
    };
    assert_eq!(refused(nowhere), ApiKeyRefusal::BadWorkspaces);
}

#[test]
fn a_secret_is_good_until_the_key_expires() {
    let key = given(&[create("aks_1")]);
    assert!(opens(&key, "aks_1", 999));
    assert!(!opens(&key, "aks_1", 1_000));
    assert!(!opens(&key, "aks_unnamed", 1));
}

#[test]
fn a_rotated_key_opens_with_the_new_secret_and_with_the_old_one_for_a_while() {
    let key = given(&[create("aks_1"), rotate("aks_2", Some(at(100)))]);
    assert!(opens(&key, "aks_2", 500));
    assert!(opens(&key, "aks_1", 99));
    assert!(!opens(&key, "aks_1", 100));
    assert_eq!(key.decide(rotate("aks_2", None)), Ok(vec![]));
    let again = given(&[create("aks_1"), rotate("aks_2", Some(at(100))), rotate("aks_3", None)]);
    assert!(!opens(&again, "aks_1", 1) && !opens(&again, "aks_2", 1) && opens(&again, "aks_3", 1));
}

#[test]
fn the_old_secret_is_good_for_no_longer_than_the_key_nor_for_long() {
    let key = given(&[create("aks_1")]);
    assert_eq!(key.decide(rotate("aks_2", Some(at(0)))), Err(ApiKeyRefusal::BadGrace));
    let bounded = given(&[create("aks_1"), rotate("aks_2", Some(at(5_000)))]);
    assert!(opens(&bounded, "aks_1", 999) && !opens(&bounded, "aks_1", 1_000));
    let late = ApiKeyCommand::Rotate { secret: id("aks_2"), previous_until: None, at: at(1_000) };
    assert_eq!(key.decide(late), Err(ApiKeyRefusal::KeyExpired));
}

#[test]
fn a_revoked_key_opens_nothing_and_stays_revoked() {
    let key = given(&[create("aks_1"), revoke()]);
    assert!(!opens(&key, "aks_1", 1));
    assert_eq!(key.decide(revoke()), Ok(vec![]));
    assert_eq!(key.decide(rotate("aks_2", None)), Err(ApiKeyRefusal::KeyRevoked));
}

#[test]
fn a_scope_that_there_is_no_more_grants_nothing() {
    let mut key = given(&[create("aks_1")]);
    let details = key.details.as_mut().unwrap();
    details.scopes.insert("fridges:open".into());
    let held: Vec<_> = Permission::ALL.into_iter().filter(|each| details.holds(*each)).collect();
    assert_eq!(held, [Permission::WorkspacesRead]);
}

fn limited(scopes: &[&str], bases: serde_json::Value) -> ApiKeyCommand {
    let mut command = create("aks_1");
    if let ApiKeyCommand::Create { scopes: held, bases: named, .. } = &mut command {
        *held = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        *named = Some(serde_json::from_value(bases).unwrap());
    }
    command
}

/// What is not named is not open, neither a base nor a table.
#[test]
fn a_key_that_names_bases_opens_those_and_of_them_the_tables_it_names() {
    let bases = serde_json::json!({ "app00000000000000": null, "app00000000000001": ["tbl00000000000000"] });
    let key = given(&[limited(&["bases:read"], bases)]);
    let details = key.details().unwrap();
    let base = |number: u8| BaseId::parse(&format!("app0000000000000{number}")).unwrap();
    let table = |number: u8| TableId::parse(&format!("tbl0000000000000{number}")).unwrap();
    assert_eq!([0, 1, 2].map(|number| details.opens_base(base(number))), [true, true, false]);
    assert_eq!([0, 1].map(|number| details.opens_table(base(0), table(number))), [true, true]);
    assert_eq!([0, 1].map(|number| details.opens_table(base(1), table(number))), [true, false]);
    assert!(!details.opens_table(base(2), table(0)));
    let every = given(&[create("aks_1")]);
    assert!(every.details().unwrap().opens_table(base(2), table(0)));
}

#[test]
fn a_key_that_names_bases_holds_nothing_but_what_is_about_bases() {
    let bases = || serde_json::json!({ "app00000000000000": null });
    let beyond = limited(&["bases:read", "events:read"], bases());
    assert_eq!(ApiKey::default().decide(beyond), Err(ApiKeyRefusal::ScopesBeyondBases));
    let key = given(&[limited(&["bases:read"], bases())]);
    let held = Permission::ALL.into_iter().filter(|each| key.details().unwrap().holds(*each));
    assert_eq!(held.collect::<Vec<_>>(), [Permission::BasesRead]);
}

#[test]
fn a_key_that_names_bases_names_one_at_least_and_not_too_many() {
    let many = (0..101).map(|number| (format!("app{number:014}"), serde_json::Value::Null)).collect();
    let no_table = serde_json::json!({ "app00000000000000": [] });
    for bases in [serde_json::json!({}), no_table, serde_json::Value::Object(many)] {
        let refused = ApiKey::default().decide(limited(&["bases:read"], bases));
        assert_eq!(refused, Err(ApiKeyRefusal::BadBases));
    }
}
