//! What is good for a while and for one purpose: keys of programs, invitations, links that set another password.

use jiff::{Timestamp, ToSpan};
use serde_json::json;
use support::api::{Person, TestApi};
use support::mailbox;

use super::Mortal;

/// A program with a key that ends.
pub struct Program {
    key: String,
    until: i64,
}

impl Program {
    /// The clock says what ours says when it begins.
    pub fn with_key_for(until: i64, api: &TestApi, owner: &Person) -> Self {
        let expires_at = (Timestamp::now() + until.minutes()).to_string();
        let body = json!({ "name": "A program", "scopes": ["workspaces:read"], "expires_at": expires_at });
        let key = api.post("/v1/api-keys", body).by(owner).send().expect(201).text("/key");
        Self { key, until }
    }
}

impl Mortal for Program {
    fn moments(&self) -> Vec<i64> {
        [self.until - super::MARGIN, self.until + super::MARGIN].into()
    }

    fn at(&mut self, api: &TestApi, minute: i64) {
        if minute != self.until {
            let status = api.get("/v1/workspaces").bearer(&self.key).send().status;
            assert_eq!(status, if minute < self.until { 200 } else { 401 }, "at minute {minute}");
        }
    }
}

/// Somebody who was invited at the beginning, and comes when they like.
pub struct Invited {
    person: Person,
    token: String,
    at: i64,
    expected: u16,
}

impl Invited {
    pub fn accepting(at: i64, expected: u16, api: &TestApi, owner: &Person) -> Self {
        let person = api.person();
        let body = json!({ "email": person.email, "role": "viewer" });
        api.post("/v1/invitations", body).by(owner).send().expect(201);
        let token = mailbox::token(api, &person.email, "An invitation", 1);
        Self { person, token, at, expected }
    }
}

impl Mortal for Invited {
    fn moments(&self) -> Vec<i64> {
        vec![self.at]
    }

    fn at(&mut self, api: &TestApi, minute: i64) {
        if minute == self.at {
            let session = api.sign_in(&self.person.email).text("/access_token");
            let accept = api.post("/auth/invitations/accept", json!({ "token": self.token }));
            accept.bearer(&session).send().expect(self.expected);
        }
    }
}

/// Somebody who forgot their password, and reads the mail after a while.
pub struct Resetting {
    person: Person,
    token: Option<String>,
    asks_at: i64,
    reads_at: i64,
    expected: u16,
}

impl Resetting {
    pub fn at(asks_at: i64, reads_after: i64, expected: u16, api: &TestApi) -> Self {
        let reads_at = asks_at + reads_after;
        Self { person: api.person(), token: None, asks_at, reads_at, expected }
    }
}

impl Mortal for Resetting {
    fn moments(&self) -> Vec<i64> {
        vec![self.asks_at, self.reads_at]
    }

    fn at(&mut self, api: &TestApi, minute: i64) {
        if minute == self.asks_at {
            let body = json!({ "identifier": self.person.email });
            api.post("/auth/password/forgotten", body).send().expect(202);
            self.token = Some(mailbox::token(api, &self.person.email, "Another password", 1));
        }
        if minute == self.reads_at {
            let body = json!({ "token": self.token, "password": "a lantern by the gate" });
            api.post("/auth/password/reset", body).send().expect(self.expected);
        }
    }
}
