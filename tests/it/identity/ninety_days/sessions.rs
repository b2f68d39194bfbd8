//! Sessions: one that is used, some that are not, one that somebody else has a copy of, and those of browsers.

use serde_json::json;
use support::api::{Answer, PASSWORD, Person, TestApi};

use super::{DAY, HOUR, MARGIN, Mortal};

const SITE: (&str, &str) = ("sec-fetch-site", "same-origin");

fn refresh(api: &TestApi, token: &str) -> Answer {
    api.post("/auth/refresh", json!({ "refresh_token": token })).send()
}

fn refresh_token(api: &TestApi, person: &Person) -> String {
    api.sign_in(&person.email).text("/refresh_token")
}

#[track_caller]
fn is_signed_in(api: &TestApi, access_token: &str, expected: bool, minute: i64) {
    let status = api.get("/auth/verify").bearer(access_token).send().status;
    assert_eq!(status, if expected { 200 } else { 401 }, "at minute {minute}");
}

/// Goes on for ninety days, whenever it is looked at.
pub struct Faithful {
    refresh_token: String,
    access_token: String,
    last: i64,
}

impl Faithful {
    pub fn sign_in(api: &TestApi, person: &Person) -> Self {
        let signed_in = api.sign_in(&person.email);
        let (refresh_token, access_token) =
            (signed_in.text("/refresh_token"), signed_in.text("/access_token"));
        Self { refresh_token, access_token, last: 0 }
    }
}

impl Mortal for Faithful {
    fn moments(&self) -> Vec<i64> {
        [90 * DAY - MARGIN, 90 * DAY + MARGIN].into()
    }

    fn at(&mut self, api: &TestApi, minute: i64) {
        // Access tokens are good for ten minutes; of what is nearer to that than a minute nothing is said.
        if (minute - self.last - 10).abs() > 1 {
            is_signed_in(api, &self.access_token, minute - self.last < 10, minute);
        }
        let answer = refresh(api, &self.refresh_token);
        if minute > 90 * DAY {
            answer.expect(401);
            return;
        }
        let answer = answer.expect(200);
        (self.refresh_token, self.access_token) =
            (answer.text("/refresh_token"), answer.text("/access_token"));
        self.last = minute;
        is_signed_in(api, &self.access_token, true, minute);
    }
}

/// Is left alone, and then taken up again.
pub struct Idle {
    refresh_token: String,
    until: i64,
    expected: u16,
}

impl Idle {
    pub fn until(until: i64, expected: u16, api: &TestApi, person: &Person) -> Self {
        Self { refresh_token: refresh_token(api, person), until, expected }
    }
}

impl Mortal for Idle {
    fn moments(&self) -> Vec<i64> {
        vec![self.until]
    }

    fn at(&mut self, api: &TestApi, minute: i64) {
        if minute == self.until {
            refresh(api, &self.refresh_token).expect(self.expected);
        }
    }
}

/// Is used every day until somebody comes with a token from before: then both are out.
pub struct Robbed {
    refresh_token: String,
    copy: String,
}

impl Robbed {
    const COPIED_AT: i64 = 2 * DAY;
    const SHOWN_AT: i64 = 5 * DAY;

    pub fn sign_in(api: &TestApi, person: &Person) -> Self {
        let refresh_token = refresh_token(api, person);
        Self { copy: refresh_token.clone(), refresh_token }
    }
}

impl Mortal for Robbed {
    fn at(&mut self, api: &TestApi, minute: i64) {
        if minute == Self::COPIED_AT {
            self.copy = self.refresh_token.clone();
        }
        if minute == Self::SHOWN_AT {
            refresh(api, &self.copy).expect(401);
        }
        if minute % DAY == 0 && minute > 0 && minute <= Self::SHOWN_AT + DAY {
            let answer = refresh(api, &self.refresh_token);
            if minute < Self::SHOWN_AT {
                self.refresh_token = answer.expect(200).text("/refresh_token");
            } else {
                answer.expect(401);
            }
        }
    }
}

/// Comes back so often, and is known until its end.
pub struct Browser {
    cookie: String,
    every: i64,
    known_until: i64,
}

impl Browser {
    pub fn used(every: i64, known_until: i64, api: &TestApi, person: &Person) -> Self {
        let body = json!({ "email": person.email, "password": PASSWORD, "session": "cookie" });
        let answer = api.post("/auth/login", body).header(SITE.0, SITE.1).send().expect(200);
        let set = answer.header("set-cookie").expect("a cookie");
        let cookie = set.split_once(';').expect("a guarded cookie").0.to_owned();
        Self { cookie, every, known_until }
    }
}

impl Mortal for Browser {
    fn moments(&self) -> Vec<i64> {
        let all = (1..).map(|time| time * self.every).take_while(|minute| *minute < 7 * DAY + 9 * HOUR);
        let around_its_end = [7 * DAY - MARGIN, 7 * DAY + MARGIN];
        all.chain(around_its_end.into_iter().filter(|_| self.known_until > 0)).collect()
    }

    fn at(&mut self, api: &TestApi, minute: i64) {
        if self.moments().contains(&minute) && (minute - self.known_until).abs() >= MARGIN {
            let call = api.get("/auth/profile").header("cookie", &self.cookie).header(SITE.0, SITE.1);
            let expected = if minute < self.known_until { 200 } else { 401 };
            assert_eq!(call.send().status, expected, "every {} minutes, at minute {minute}", self.every);
        }
    }
}
