//! Whether a notification comes from Airtable: its header holds a MAC over the body, made with the secret that was told when
//! the hook was.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::bases::ports::PingCheck;
use domain::secret::Secret;

const SCHEME: &str = "hmac-sha256=";

pub struct Mac;

impl PingCheck for Mac {
    fn is_genuine(&self, mac_secret: &Secret<String>, body: &[u8], mac: &str) -> bool {
        let said = mac.trim().strip_prefix(SCHEME).and_then(bytes_of);
        let (Ok(secret), Some(said)) = (STANDARD.decode(mac_secret.reveal().trim()), said) else {
            return false;
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        // In the same time, wherever they differ.
        hmac::verify(&key, body, &said).is_ok()
    }
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        hex.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"base": {"id": "app00000000000000"}, "webhook": {"id": "ach00000000000000"}, "timestamp": "2022-02-01T21:25:05.663Z"}"#;
    const MAC: &str = "hmac-sha256=e26da696a90933647bddc83995c3e1e3bb1c3d8ce1ff61cb7469767d50b2b2d4";

    fn is_genuine(secret: &str, body: &str, mac: &str) -> bool {
        Mac.is_genuine(&Secret::new(secret.to_owned()), body.as_bytes(), mac)
    }

    #[test]
    fn the_example_that_airtables_own_client_tests_with_is_genuine() {
        assert!(is_genuine("c2VjcmV0LWtleQ==", BODY, MAC));
    }

    #[test]
    fn nothing_else_is_genuine() {
        assert!(!is_genuine("c2VjcmV0LWtleQ==", &BODY.replace("app0", "app1"), MAC), "another body");
        assert!(!is_genuine("c2VjcmV0LWtleg==", BODY, MAC), "another secret");
        assert!(!is_genuine("secret-key", BODY, MAC), "the secret is decoded, never taken as text");
        for mac in ["", "hmac-sha256=", &MAC[12..], &MAC[5..], &MAC[..MAC.len() - 1], &MAC[..MAC.len() - 2]] {
            assert!(!is_genuine("c2VjcmV0LWtleQ==", BODY, mac), "{mac}");
        }
        let not_hex = MAC.replace('e', "é");
        assert!(!is_genuine("c2VjcmV0LWtleQ==", BODY, &not_hex));
    }
}
