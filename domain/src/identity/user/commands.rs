//! What may be asked of a user.

use serde::Serialize;

use crate::identity::{CredentialId, ProofId, RecoveryCodesId, SecondFactorId, TenantId};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum UserCommand {
    Register {
        email: Personal<String>,
        username: Option<Personal<String>>,
        name: Option<Personal<String>>,
        /// Names the row that holds the password; the row is inert until this is recorded.
        credential: CredentialId,
        /// The proof that the address waits for; nothing where it counts as the person's own already.
        proof: Option<ProofId>,
        /// The tenant that registering makes, or joins.
        tenant: TenantId,
    },
    ChangeProfile {
        username: Option<Personal<String>>,
        name: Option<Personal<String>>,
    },
    JoinTenant {
        tenant: TenantId,
    },
    LeaveTenant {
        tenant: TenantId,
    },
    /// Another mail to an address that waits for its proof.
    RequestEmailProof {
        proof: ProofId,
    },
    VerifyEmail {
        proof: ProofId,
    },
    /// The address turned out to be somebody else's.
    Discard,
    /// So many tried to sign in as this person within an hour, and failed.
    CountFailedSignIns {
        failures: u64,
    },
    /// What is known about the person goes for ever.
    Erase,
    ChangePassword {
        credential: CredentialId,
    },
    RequestPasswordReset {
        proof: ProofId,
    },
    ResetPassword {
        proof: ProofId,
        credential: CredentialId,
    },
    RequestEmailChange {
        email: Personal<String>,
        proof: ProofId,
    },
    ChangeEmail {
        proof: ProofId,
        /// What takes it back.
        revert: ProofId,
    },
    RevertEmail {
        proof: ProofId,
    },
    /// From now on a code is asked for besides the password.
    AddSecondFactor {
        factor: SecondFactorId,
        recovery_codes: RecoveryCodesId,
    },
    RemoveSecondFactor,
    RenewRecoveryCodes {
        recovery_codes: RecoveryCodesId,
    },
    /// One of the codes was shown, and is good for nothing any more.
    UseRecoveryCode {
        recovery_codes: RecoveryCodesId,
    },
    /// The platform lets them in no more, until it says otherwise.
    Suspend {
        reason: String,
    },
    Restore {
        reason: String,
    },
    /// They leave for ever.
    Delete,
    /// They take what is known of them along.
    RecordExport,
}
