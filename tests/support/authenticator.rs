//! What shows codes: the other side of RFC 6238, written apart from the program's own.

use aws_lc_rs::hmac;
use jiff::Timestamp;
use serde_json::json;

use crate::api::{Person, TestApi};
use crate::database;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub struct Authenticator {
    secret: Vec<u8>,
    /// In base 32.
    pub text: String,
}

impl Authenticator {
    pub fn of(text: &str) -> Self {
        let (mut secret, mut value, mut bits) = (Vec::new(), 0_u32, 0);
        for letter in text.chars() {
            value = value << 5 | LETTERS.find(letter).expect("base 32") as u32;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                secret.push((value >> bits) as u8);
                value &= (1 << bits) - 1;
            }
        }
        Self { secret, text: text.to_owned() }
    }

    /// The code so many steps from now.
    pub fn code(&self, steps: i64) -> String {
        let step = Timestamp::now().as_second() / 30 + steps;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let from = usize::from(tag.as_ref()[19] & 15);
        let four: [u8; 4] = tag.as_ref()[from..from + 4].try_into().expect("four bytes");
        format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
    }
}

/// Gives somebody a second factor, and their recovery codes.
pub async fn enrol(api: &TestApi, person: &Person) -> (Authenticator, Vec<String>) {
    let begun = api.post("/auth/totp", json!({})).by(person).send().expect(201);
    let authenticator = Authenticator::of(&begun.text("/secret"));
    let body = json!({ "factor": begun.text("/factor"), "code": authenticator.code(0) });
    let confirmed = api.post("/auth/totp/confirm", body).by(person).send().expect(200);
    steps_pass(api).await;
    (authenticator, serde_json::from_value(confirmed.at("/recovery_codes")).expect("codes"))
}

/// As if the last code of everybody were long ago.
pub async fn steps_pass(api: &TestApi) {
    let mut superuser = database::superuser(&api.database_url).await;
    sqlx::query("update second_factors set last_step = 0").execute(&mut superuser).await.expect("they pass");
}
