use super::*;

use {ServiceAccountCommand as Command, ServiceAccountEvent as Event, ServiceAccountRefusal as Refusal};

fn given(events: impl IntoIterator<Item = Event>) -> ServiceAccount {
    let mut account = ServiceAccount::default();
    events.into_iter().for_each(|event| account.apply(event));
    account
}

fn created() -> Event {
    Event::Created { name: "Importer".into() }
}

fn create(name: &str) -> Command {
    Command::Create { name: name.into() }
}

fn rename(name: &str) -> Command {
    Command::Rename { name: name.into() }
}

#[test]
fn it_begins_and_the_same_again_changes_nothing() {
    assert_eq!(given([]).decide(create(" Importer ")), Ok(vec![created()]));
    assert_eq!(given([created()]).decide(create("Importer")), Ok(vec![]));
    assert_eq!(given([created()]).decide(create("Other")), Err(Refusal::ServiceAccountExists));
    assert_eq!(given([]).decide(create("")), Err(Refusal::BadName));
}

#[test]
fn it_is_renamed_once() {
    assert_eq!(given([created()]).decide(rename("Other")), Ok(vec![Event::Renamed { name: "Other".into() }]));
    assert_eq!(given([created()]).decide(rename("Importer")), Ok(vec![]));
}

#[test]
fn one_that_was_removed_is_not_there_and_nothing_can_be_asked_of_it() {
    let removed = given([created(), Event::Removed {}]);
    assert_eq!(removed.name(), None);
    assert_eq!(removed.decide(Command::Remove), Ok(vec![]));
    assert_eq!(removed.decide(rename("Other")), Err(Refusal::UnknownServiceAccount));
    assert_eq!(given([]).decide(Command::Remove), Err(Refusal::UnknownServiceAccount));
}
