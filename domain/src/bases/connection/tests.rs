use crate::id::Id;

use super::*;

use {ConnectionCommand as Command, ConnectionEvent as Event, ConnectionRefusal as Refusal};

fn given(events: impl IntoIterator<Item = Event>) -> Connection {
    let mut connection = Connection::default();
    events.into_iter().for_each(|event| connection.apply(event));
    connection
}

fn access(secret: &str) -> Access {
    Access {
        owner: Id::new("usr_ana").unwrap(),
        kind: TokenKind::Personal,
        account: ids::UserId::parse("usr00000000000000").unwrap(),
        scopes: None,
        secret: Id::new(secret).unwrap(),
    }
}

fn made() -> Event {
    let Access { owner, kind, account, scopes, secret } = access("ats_1");
    Event::Made { owner, kind, account, scopes, secret }
}

#[test]
fn it_is_made_once() {
    assert_eq!(given([]).decide(Command::Make(access("ats_1"))), Ok(vec![made()]));
    assert_eq!(given([made()]).decide(Command::Make(access("ats_1"))), Ok(vec![]));
    assert_eq!(given([made()]).decide(Command::Make(access("ats_2"))), Err(Refusal::ConnectionExists));
    assert_eq!(given([made()]).access(), Some(&access("ats_1")));
}

#[test]
fn one_that_was_revoked_opens_nothing_and_stays_so() {
    assert_eq!(given([]).decide(Command::Revoke), Err(Refusal::UnknownConnection));
    assert_eq!(given([made()]).decide(Command::Revoke), Ok(vec![Event::Revoked {}]));
    let revoked = given([made(), Event::Revoked {}]);
    assert_eq!(revoked.access(), None);
    assert_eq!(revoked.decide(Command::Revoke), Ok(vec![]));
    assert_eq!(revoked.decide(Command::Make(access("ats_1"))), Err(Refusal::ConnectionExists));
}
