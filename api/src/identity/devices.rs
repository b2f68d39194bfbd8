//! What a device shows to be let past the limits that strangers have at a person's name. It proves nothing else: the
//! password is asked for all the same.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::identity::UserId;
use domain::secret::Secret;

use super::reserved::Identifier;
use crate::Api;
use crate::http::Problem;

const TOKEN_BYTES: usize = 32;

/// A device that shows a token of ours, whosever it is.
pub struct Device {
    token: String,
    hash: Vec<u8>,
}

impl Device {
    fn of(token: &str) -> Option<Self> {
        let bytes = BASE64.decode(token).ok().filter(|bytes| bytes.len() == TOKEN_BYTES)?;
        Some(Self { token: token.to_owned(), hash: digest(&SHA256, &bytes).as_ref().to_vec() })
    }

    fn draw() -> Result<Self, Problem> {
        let mut bytes = [0; TOKEN_BYTES];
        fill(&mut bytes).map_err(|_| Problem::internal())?;
        Self::of(&BASE64.encode(bytes)).ok_or_else(Problem::internal)
    }

    /// What its tries are counted under.
    pub fn name(&self) -> String {
        BASE64.encode(&self.hash)
    }
}

/// The device that a token speaks for, if it is trusted for whoever this name belongs to.
pub async fn trusted(
    api: &Api,
    token: Option<&Secret<String>>,
    identifier: Option<&Identifier>,
) -> Result<Option<Device>, Problem> {
    let device = token.and_then(|token| Device::of(token.reveal()));
    let (Some(device), Some(identifier)) = (device, identifier) else {
        return Ok(None);
    };
    let key = identifier.key(&api.executor);
    let trusted = api.identity.kept.trusts_device(&device.hash, identifier.kind(), &key).await?;
    Ok(trusted.then_some(device))
}

/// The token of a device on which somebody has just signed in: the one that it came with, or a new one. Signing in
/// does not fail for want of one.
pub async fn trust(api: &Api, user: &UserId, device: Option<Device>) -> Option<String> {
    let device = match device {
        Some(device) => device,
        None => Device::draw().ok()?,
    };
    match api.identity.kept.trust_device(&device.hash, user).await {
        Ok(()) => Some(device.token),
        Err(error) => {
            tracing::warn!(error = eventstore::chain_of(&error), "a device is not trusted");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_comes_is_no_device_or_one_as_they_are_drawn(text in "\\PC{0,60}|[A-Za-z0-9_-]{43}") {
            if let Some(device) = Device::of(&text) {
                prop_assert_eq!(BASE64.decode(&text).unwrap().len(), TOKEN_BYTES);
                prop_assert_eq!(device.token, text);
            }
        }
    }
}
