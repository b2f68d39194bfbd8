//! The limits of signing in. None of them knows whether the person exists, so nobody learns it from them.

use std::net::IpAddr;

use axum::response::{IntoResponse, Response};

use super::Limits;
use super::bucket::Pace;
use super::told::Told;
use crate::http::Problem;

/// A try at signing in that may go on.
pub(crate) struct Try {
    told: Told,
    /// Where it counts as a failure until it turns out to be none.
    counted: Option<(String, Pace)>,
}

impl Limits {
    /// From anywhere: by network, by name and network, and by failures for the name.
    pub(crate) async fn try_to_sign_in(&self, name: &str, network: IpAddr) -> Result<Try, Problem> {
        let mut told = Told::default();
        self.take_everywhere(&self.policies.address, network, &mut told).await?;
        self.take_everywhere(&self.policies.login, format!("{network} {name}"), &mut told).await?;
        let counted = self.count_failure(name, &told).await?;
        Ok(Try { told, counted })
    }

    /// From a device on which this person has signed in before: what others do at their name, or from their network,
    /// does not keep it out.
    pub(crate) async fn try_from_device(&self, device: &str) -> Result<Try, Problem> {
        let mut told = Told::default();
        self.take_everywhere(&self.policies.device, device, &mut told).await?;
        Ok(Try { told, counted: None })
    }

    /// Counted before it is known, so that many at once are not more than are allowed. How it stands is told to nobody:
    /// it would show what others do.
    async fn count_failure(&self, name: &str, told: &Told) -> Result<Option<(String, Pace)>, Problem> {
        let Some(policy) = &self.policies.account else { return Ok(None) };
        let key = self.key(policy, name);
        let standing = self.kept.take_of_bucket(&key, policy.pace).await?;
        if standing.allowed { Ok(Some((key, policy.pace))) } else { Err(told.refusal(&standing)) }
    }

    /// The try was no failure.
    pub(crate) async fn forgive(&self, made: &Try) {
        let Some((key, pace)) = &made.counted else { return };
        if let Err(error) = self.kept.give_back_to_bucket(key, *pace).await {
            tracing::warn!(error = eventstore::chain_of(&error), "a sign-in counts as a failed one");
        }
    }
}

impl Try {
    pub(crate) fn tell(&self, answer: impl IntoResponse) -> Response {
        self.told.on(answer)
    }
}
