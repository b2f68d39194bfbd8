//! What a user's commands lead to.

use super::{Awaited, Details, SecondFactor, User, UserCommand, UserEvent, UserRefusal};
use crate::identity::{
    CredentialId, ProofId, RecoveryCodesId, SecondFactorId, TenantId, address, name, reason, username,
};
use crate::personal::Personal;

type Decided = Result<Vec<UserEvent>, UserRefusal>;

impl User {
    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: UserCommand) -> Decided {
        use UserCommand as Command;
        match (&self.details, command) {
            (None, Command::Discard | Command::Delete | Command::Erase) if self.is_gone => Ok(vec![]),
            (None, Command::Register { email, username, name, credential, proof, tenant })
                if !self.is_gone =>
            {
                let email_verified = proof.is_none();
                let event =
                    UserEvent::Registered { email, username, name, credential, email_verified, tenant };
                check_registration(&event)?;
                let proof = proof.map(|proof| UserEvent::EmailProofRequested { proof });
                Ok(std::iter::once(event).chain(proof).collect())
            }
            (_, Command::Register { .. }) => Err(UserRefusal::UserExists),
            (None, _) => Err(UserRefusal::UnknownUser),
            (Some(details), command) => details.decide(command),
        }
    }
}

fn check_registration(event: &UserEvent) -> Result<(), UserRefusal> {
    let UserEvent::Registered { email, username, name, .. } = event else {
        return Ok(());
    };
    check_email(email)?;
    check_profile(username.as_ref(), name.as_ref())
}

fn check_email(email: &Personal<String>) -> Result<(), UserRefusal> {
    let is_good = email.get().is_some_and(|text| address::normalized(text).is_some());
    if is_good { Ok(()) } else { Err(UserRefusal::BadEmail) }
}

fn check_profile(
    username: Option<&Personal<String>>,
    name: Option<&Personal<String>>,
) -> Result<(), UserRefusal> {
    let is_good = |text: &Personal<String>, check: fn(&str) -> Option<String>| {
        text.get().is_some_and(|text| check(text).as_ref() == Some(text))
    };
    if username.is_some_and(|text| !is_good(text, username::normalized)) {
        return Err(UserRefusal::BadUsername);
    }
    if name.is_some_and(|text| !is_good(text, name::checked)) {
        return Err(UserRefusal::BadName);
    }
    Ok(())
}

impl Details {
    fn decide(&self, command: UserCommand) -> Decided {
        use UserCommand as Command;
        match command {
            Command::Register { .. } => Err(UserRefusal::UserExists),
            Command::Suspend { reason } => self.suspend(&reason),
            Command::Restore { reason } => self.restore(&reason),
            Command::LeaveTenant { tenant } => Ok(self.leave(tenant)),
            Command::Discard => self.discard(),
            Command::Delete => Ok(vec![UserEvent::Deleted {}]),
            Command::Erase => Ok(vec![UserEvent::Erased {}]),
            Command::CountFailedSignIns { failures } => {
                Ok(vec![UserEvent::SignInsFailed { failures, tenants: self.tenants.clone() }])
            }
            // Whoever is kept out changes nothing, by whichever way they come.
            _ if self.suspended => Err(UserRefusal::Suspended),
            Command::RecordExport => Ok(vec![UserEvent::Exported {}]),
            Command::ChangeProfile { username, name } => self.change_profile(username, name),
            Command::JoinTenant { tenant } => Ok(self.join(tenant)),
            Command::RequestEmailProof { proof } => Ok(self.request_email_proof(proof)),
            Command::VerifyEmail { proof } => self.verify_email(&proof),
            Command::ChangePassword { credential } => Ok(self.change_password(credential)),
            Command::RequestPasswordReset { proof } => Ok(vec![UserEvent::PasswordResetRequested { proof }]),
            Command::ResetPassword { proof, credential } => self.reset_password(&proof, credential),
            Command::RequestEmailChange { email, proof } => self.request_email_change(email, proof),
            Command::ChangeEmail { proof, revert } => self.change_email(&proof, revert),
            Command::RevertEmail { proof } => self.revert_email(&proof),
            Command::AddSecondFactor { factor, recovery_codes } => {
                self.add_second_factor(factor, recovery_codes)
            }
            Command::RemoveSecondFactor => Ok(self.remove_second_factor()),
            Command::RenewRecoveryCodes { recovery_codes } => self.renew_recovery_codes(recovery_codes),
            Command::UseRecoveryCode { recovery_codes } => self.use_recovery_code(recovery_codes),
        }
    }

    fn suspend(&self, reason: &str) -> Decided {
        let reason = reason::checked(reason).ok_or(UserRefusal::BadReason)?;
        Ok(if self.suspended { vec![] } else { vec![UserEvent::Suspended { reason }] })
    }

    fn restore(&self, reason: &str) -> Decided {
        let reason = reason::checked(reason).ok_or(UserRefusal::BadReason)?;
        Ok(if self.suspended { vec![UserEvent::Restored { reason }] } else { vec![] })
    }

    fn change_profile(&self, username: Option<Personal<String>>, name: Option<Personal<String>>) -> Decided {
        check_profile(username.as_ref(), name.as_ref())?;
        if self.username == username && self.name == name {
            return Ok(vec![]);
        }
        Ok(vec![UserEvent::ProfileChanged { username, name }])
    }

    fn join(&self, tenant: TenantId) -> Vec<UserEvent> {
        if self.tenants.contains(&tenant) { vec![] } else { vec![UserEvent::TenantJoined { tenant }] }
    }

    fn leave(&self, tenant: TenantId) -> Vec<UserEvent> {
        if self.tenants.contains(&tenant) { vec![UserEvent::TenantLeft { tenant }] } else { vec![] }
    }

    fn request_email_proof(&self, proof: ProofId) -> Vec<UserEvent> {
        if self.email_verified { vec![] } else { vec![UserEvent::EmailProofRequested { proof }] }
    }

    fn verify_email(&self, proof: &ProofId) -> Decided {
        match self.awaited.is_email_proof(proof) {
            true => Ok(vec![UserEvent::EmailVerified {}]),
            false => Err(UserRefusal::ProofSpent),
        }
    }

    fn discard(&self) -> Decided {
        if self.email_verified { Err(UserRefusal::EmailVerified) } else { Ok(vec![UserEvent::Discarded {}]) }
    }

    fn change_password(&self, credential: CredentialId) -> Vec<UserEvent> {
        if self.credential == credential { vec![] } else { vec![UserEvent::PasswordChanged { credential }] }
    }

    fn reset_password(&self, proof: &ProofId, credential: CredentialId) -> Decided {
        match self.awaited.is_password_reset(proof) {
            true => Ok(vec![UserEvent::PasswordReset { credential }]),
            false => Err(UserRefusal::ProofSpent),
        }
    }

    fn request_email_change(&self, email: Personal<String>, proof: ProofId) -> Decided {
        check_email(&email)?;
        if self.email == email {
            return Ok(vec![]);
        }
        Ok(vec![UserEvent::EmailChangeRequested { email, proof }])
    }

    fn change_email(&self, proof: &ProofId, revert: ProofId) -> Decided {
        match &self.awaited {
            Awaited { email_change: Some((email, awaited)), .. } if awaited == proof => {
                let (email, previous) = (email.clone(), self.email.clone());
                Ok(vec![UserEvent::EmailChanged { email, previous, revert }])
            }
            _ => Err(UserRefusal::ProofSpent),
        }
    }

    fn revert_email(&self, proof: &ProofId) -> Decided {
        match &self.awaited {
            Awaited { email_revert: Some((email, awaited)), .. } if awaited == proof => {
                Ok(vec![UserEvent::EmailReverted { email: email.clone() }])
            }
            _ => Err(UserRefusal::ProofSpent),
        }
    }

    fn add_second_factor(&self, factor: SecondFactorId, recovery_codes: RecoveryCodesId) -> Decided {
        match &self.second_factor {
            None => Ok(vec![UserEvent::SecondFactorAdded { factor, recovery_codes }]),
            Some(present) if *present == SecondFactor { id: factor, recovery_codes } => Ok(vec![]),
            Some(_) => Err(UserRefusal::SecondFactorExists),
        }
    }

    fn remove_second_factor(&self) -> Vec<UserEvent> {
        if self.second_factor.is_some() { vec![UserEvent::SecondFactorRemoved {}] } else { vec![] }
    }

    fn renew_recovery_codes(&self, recovery_codes: RecoveryCodesId) -> Decided {
        match &self.second_factor {
            None => Err(UserRefusal::NoSecondFactor),
            Some(present) if present.recovery_codes == recovery_codes => Ok(vec![]),
            Some(_) => Ok(vec![UserEvent::RecoveryCodesRenewed { recovery_codes }]),
        }
    }

    fn use_recovery_code(&self, recovery_codes: RecoveryCodesId) -> Decided {
        match &self.second_factor {
            None => Err(UserRefusal::NoSecondFactor),
            Some(present) if present.recovery_codes == recovery_codes => {
                Ok(vec![UserEvent::RecoveryCodeUsed { recovery_codes }])
            }
            Some(_) => Err(UserRefusal::RecoveryCodesReplaced),
        }
    }
}
