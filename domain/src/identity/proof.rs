//! What a link in a mail proves: that whoever shows it reads the mail of an address. A stream says which proof it waits
//! for, so each counts once; when it was made stands in its id, so it ends by itself.

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::ProofId;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = HOUR.saturating_mul(24);

/// What a proof is good for. One of one purpose is none of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
    /// Sent to the old address: takes a change of address back.
    RevertEmail,
    Invitation,
}

impl Purpose {
    pub const ALL: [Purpose; 5] = [
        Purpose::VerifyEmail,
        Purpose::ResetPassword,
        Purpose::ChangeEmail,
        Purpose::RevertEmail,
        Purpose::Invitation,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Purpose::VerifyEmail => "verify_email",
            Purpose::ResetPassword => "reset_password",
            Purpose::ChangeEmail => "change_email",
            Purpose::RevertEmail => "revert_email",
            Purpose::Invitation => "invitation",
        }
    }

    pub fn good_for(self) -> Duration {
        match self {
            Purpose::ResetPassword => HOUR,
            Purpose::VerifyEmail | Purpose::ChangeEmail => DAY,
            Purpose::RevertEmail | Purpose::Invitation => DAY.saturating_mul(7),
        }
    }

    /// Whether a proof has not ended yet.
    pub fn holds(self, proof: &ProofId, now: Timestamp) -> bool {
        self.ends_at(proof).is_some_and(|end| now < end)
    }

    /// When a proof ends; nothing for an id that says no time.
    pub fn ends_at(self, proof: &ProofId) -> Option<Timestamp> {
        made_at(proof).map(|made| made + self.good_for())
    }
}

fn made_at(proof: &ProofId) -> Option<Timestamp> {
    let (_, number) = proof.as_str().split_once('_')?;
    let (seconds, nanoseconds) = Uuid::try_parse(number).ok()?.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanoseconds).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_ends_by_itself() {
        // Its first 48 bits are milliseconds.
        let proof = ProofId::new("prf_0199f2b1c3d47e5f8a9b0c1d2e3f4a5b").unwrap();
        let made = Timestamp::from_millisecond(0x0199_f2b1_c3d4).unwrap();
        for purpose in Purpose::ALL {
            let last = made + purpose.good_for() - Duration::from_millis(1);
            assert!(purpose.holds(&proof, last), "{purpose:?}");
            assert!(!purpose.holds(&proof, made + purpose.good_for()), "{purpose:?}");
        }
    }

    #[test]
    fn an_id_that_says_no_time_holds_nothing() {
        let proof = ProofId::new("prf_1").unwrap();
        assert!(!Purpose::RevertEmail.holds(&proof, Timestamp::UNIX_EPOCH));
    }
}
