//! Signatures as Standard Webhooks has them: HMAC-SHA-256 over the id, the time and the body, one for each secret.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::secret::Secret;
use jiff::Timestamp;

/// What is signed: receivers compare it with what they got.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// The same for every attempt, so that a receiver can tell a repetition.
    pub id: &'a str,
    pub time: Timestamp,
    pub body: &'a [u8],
}

/// The value of `webhook-signature`: a signature for each secret, so that either side of a rotation finds its own.
pub fn signatures(message: Message<'_>, secrets: &[Secret<Vec<u8>>]) -> String {
    let signed: Vec<String> = secrets.iter().map(|secret| signature(message, secret)).collect();
    signed.join(" ")
}

fn signature(message: Message<'_>, secret: &Secret<Vec<u8>>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal());
    let mut signing = hmac::Context::with_key(&key);
    signing.update(format!("{}.{}.", message.id, message.time.as_second()).as_bytes());
    signing.update(message.body);
    format!("v1,{}", BASE64.encode(signing.sign().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<Vec<u8>> {
        Secret::new(BASE64.decode(text).unwrap())
    }

    fn message(body: &[u8]) -> Message<'_> {
        let time = Timestamp::from_second(1_614_265_330).unwrap();
        Message { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", time, body }
    }

    const FIRST: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SECOND: &str = "plJ3nmyCDGBKInavdOK15jsl";

    /// As other implementations sign it.
    #[test]
    fn a_signature_is_the_one_that_receivers_compute() {
        let signed = signatures(message(br#"{"test": 2432232314}"#), &[secret(FIRST)]);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn during_a_rotation_both_secrets_sign() {
        let both = signatures(message(b"{}"), &[secret(FIRST), secret(SECOND)]);
        let each = [FIRST, SECOND].map(|text| signatures(message(b"{}"), &[secret(text)]));
        assert_eq!(both, each.join(" "));
        assert_ne!(each[0], each[1]);
    }

    #[test]
    fn everything_counts() {
        let signed = |message: Message<'_>| signatures(message, &[secret(FIRST)]);
        let first = signed(message(b"{}"));
        assert_ne!(signed(message(b"{ }")), first);
        assert_ne!(signed(Message { id: "msg_other", ..message(b"{}") }), first);
        assert_ne!(signed(Message { time: Timestamp::UNIX_EPOCH, ..message(b"{}") }), first);
    }
}
