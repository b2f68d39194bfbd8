//! What has happened to a user. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::identity::{CredentialId, ProofId, RecoveryCodesId, SecondFactorId, TenantId};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum UserEvent {
    #[serde(rename = "user.registered")]
    Registered {
        email: Personal<String>,
        username: Option<Personal<String>>,
        name: Option<Personal<String>>,
        credential: CredentialId,
        email_verified: bool,
        tenant: TenantId,
    },
    #[serde(rename = "user.profile_changed")]
    ProfileChanged { username: Option<Personal<String>>, name: Option<Personal<String>> },
    #[serde(rename = "user.tenant_joined")]
    TenantJoined { tenant: TenantId },
    #[serde(rename = "user.tenant_left")]
    TenantLeft { tenant: TenantId },
    #[serde(rename = "user.email_proof_requested")]
    EmailProofRequested { proof: ProofId },
    #[serde(rename = "user.email_verified")]
    EmailVerified {},
    #[serde(rename = "user.discarded")]
    Discarded {},
    /// Told when there are many, never of each. The tenants are those of the person, whose auditors hear of it.
    #[serde(rename = "user.sign_ins_failed")]
    SignInsFailed { failures: u64, tenants: Vec<TenantId> },
    #[serde(rename = "user.erased")]
    Erased {},
    #[serde(rename = "user.password_changed")]
    PasswordChanged { credential: CredentialId },
    #[serde(rename = "user.password_reset_requested")]
    PasswordResetRequested { proof: ProofId },
    #[serde(rename = "user.password_reset")]
    PasswordReset { credential: CredentialId },
    #[serde(rename = "user.email_change_requested")]
    EmailChangeRequested { email: Personal<String>, proof: ProofId },
    #[serde(rename = "user.email_changed")]
    EmailChanged { email: Personal<String>, previous: Personal<String>, revert: ProofId },
    #[serde(rename = "user.email_reverted")]
    EmailReverted { email: Personal<String> },
    #[serde(rename = "user.second_factor_added")]
    SecondFactorAdded { factor: SecondFactorId, recovery_codes: RecoveryCodesId },
    #[serde(rename = "user.second_factor_removed")]
    SecondFactorRemoved {},
    #[serde(rename = "user.recovery_codes_renewed")]
    RecoveryCodesRenewed { recovery_codes: RecoveryCodesId },
    #[serde(rename = "user.recovery_code_used")]
    RecoveryCodeUsed { recovery_codes: RecoveryCodesId },
    #[serde(rename = "user.suspended")]
    Suspended { reason: String },
    #[serde(rename = "user.restored")]
    Restored { reason: String },
    #[serde(rename = "user.deleted")]
    Deleted {},
    #[serde(rename = "user.exported")]
    Exported {},
}

impl DomainEvent for UserEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Registered { .. } => "user.registered",
            Self::ProfileChanged { .. } => "user.profile_changed",
            Self::TenantJoined { .. } => "user.tenant_joined",
            Self::TenantLeft { .. } => "user.tenant_left",
            Self::EmailProofRequested { .. } => "user.email_proof_requested",
            Self::EmailVerified {} => "user.email_verified",
            Self::Discarded {} => "user.discarded",
            Self::SignInsFailed { .. } => "user.sign_ins_failed",
            Self::Erased {} => "user.erased",
            Self::PasswordChanged { .. } => "user.password_changed",
            Self::PasswordResetRequested { .. } => "user.password_reset_requested",
            Self::PasswordReset { .. } => "user.password_reset",
            Self::EmailChangeRequested { .. } => "user.email_change_requested",
            Self::EmailChanged { .. } => "user.email_changed",
            Self::EmailReverted { .. } => "user.email_reverted",
            Self::SecondFactorAdded { .. } => "user.second_factor_added",
            Self::SecondFactorRemoved {} => "user.second_factor_removed",
            Self::RecoveryCodesRenewed { .. } => "user.recovery_codes_renewed",
            Self::RecoveryCodeUsed { .. } => "user.recovery_code_used",
            Self::Suspended { .. } => "user.suspended",
            Self::Restored { .. } => "user.restored",
            Self::Deleted {} => "user.deleted",
            Self::Exported {} => "user.exported",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}
