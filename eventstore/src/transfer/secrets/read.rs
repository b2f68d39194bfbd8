//! Opens a file of secrets, and makes rows of them that are sealed with the keys of another folder.

use std::path::PathBuf;

use domain::identity::PLATFORM_TENANT;
use uuid::Uuid;

use super::passphrase;
use super::sealed::{Closed, SealedReader};
use super::{
    AirtableSecret, Credential, NamedKey, RecoveryCode, SecondFactor, Secret, Secrets, SecretsFault, Subject,
    WebhookSecret,
};
use crate::keyring::wrapped::{AIRTABLE_SECRETS, SUBJECT_KEYS, WEBHOOK_SECRETS, of_factor};
use crate::keyring::{Place, seal};
use crate::keys::{KEY_BYTES, WrappingKeys, wrapping_name};
use crate::transfer::bytes::Bytes;
use crate::transfer::copy::CopyRows;

/// Rows that are handed over at once.
const ROWS_BYTES: usize = 4 * 1024 * 1024;

/// A file that opens, from its first to its last part.
pub struct SecretsReader {
    file: PathBuf,
    key: [u8; KEY_BYTES],
}

/// What a file of secrets says of itself, and the keys that are files.
pub struct Travelled {
    pub keys: Vec<(String, [u8; KEY_BYTES])>,
    pub rows: i64,
}

impl SecretsReader {
    /// Reads all of it once, and refuses what is not whole, or not of this export.
    pub async fn open(
        secrets: &Secrets,
        export: Uuid,
        manifest_sha256: &Bytes,
    ) -> Result<(Self, Travelled), SecretsFault> {
        let passphrase = passphrase::read(&secrets.passphrase_file)?;
        let closed = Closed::open(&secrets.file)?;
        let key = passphrase::key(passphrase, closed.head.salt.0.clone()).await?;
        let of_export = closed.head.export;
        let reader = Self { file: secrets.file.clone(), key };
        let travelled = reader.look_through(closed.with(&key)?, manifest_sha256)?;
        match of_export == export {
            true => Ok((reader, travelled)),
            false => Err(SecretsFault::OfAnother(secrets.file.clone())),
        }
    }

    fn look_through(
        &self,
        mut file: SealedReader,
        manifest_sha256: &Bytes,
    ) -> Result<Travelled, SecretsFault> {
        let mut travelled = Travelled { keys: Vec::new(), rows: 0 };
        let mut end = None;
        while let Some(part) = file.next_part()? {
            for secret in secrets_of(&part) {
                match secret? {
                    Secret::End { manifest_sha256, rows } => end = Some((manifest_sha256, rows)),
                    Secret::Key(NamedKey { name, key }) => {
                        let key = key.0.try_into().map_err(|_| SecretsFault::NoKey(name.clone()))?;
                        travelled.keys.push((name, key));
                        travelled.rows += 1;
                    }
                    _ => travelled.rows += 1,
                }
            }
        }
        match end {
            Some((of_manifest, _)) if of_manifest != *manifest_sha256 => {
                Err(SecretsFault::OfAnother(self.file.clone()))
            }
            Some((_, rows)) if rows == travelled.rows => Ok(travelled),
            _ => Err(SecretsFault::CutOff(self.file.clone())),
        }
    }

    /// Reads it again, as rows sealed with a key of this place.
    pub fn rows<'a>(&self, keys: &'a WrappingKeys, number: u32) -> Result<SecretRows<'a>, SecretsFault> {
        Ok(SecretRows { file: Closed::open(&self.file)?.with(&self.key)?, keys, number })
    }
}

fn secrets_of(part: &[u8]) -> impl Iterator<Item = serde_json::Result<Secret>> {
    part.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(serde_json::from_slice)
}

pub struct SecretRows<'a> {
    file: SealedReader,
    keys: &'a WrappingKeys,
    number: u32,
}

impl SecretRows<'_> {
    /// The next rows of each table; nothing when all were given.
    pub fn next(&mut self) -> Result<Option<[CopyRows; 6]>, SecretsFault> {
        let mut subjects =
            CopyRows::new("subject_keys(tenant, subject, kek, wrapped, created_at, erased_at)");
        let mut credentials = CopyRows::new("credentials(id, user_id, password_hash, created_at, named_at)");
        let mut factors = CopyRows::new(
            "second_factors(tenant, id, user_id, kek, sealed, last_step, created_at, named_at)",
        );
        let mut codes = CopyRows::new("recovery_codes(set_id, hash, user_id, created_at, named_at)");
        let mut of_webhooks = CopyRows::new(
            "webhook_secrets(tenant, webhook_id, id, kek, sealed, created_at, named_at, ends_at)",
        );
        let mut for_airtable =
            CopyRows::new("airtable_secrets(tenant, owner_id, id, kek, sealed, created_at, named_at)");
        let mut is_any = false;
        while [&subjects, &credentials, &factors, &codes, &of_webhooks, &for_airtable]
            .map(CopyRows::size)
            .iter()
            .sum::<usize>()
            < ROWS_BYTES
            && let Some(part) = self.file.next_part()?
        {
            is_any = true;
            for secret in secrets_of(&part) {
                match secret? {
                    Secret::Subject(subject) => self.put_subject(&mut subjects, &subject)?,
                    Secret::Credential(credential) => put_credential(&mut credentials, &credential),
                    Secret::SecondFactor(factor) => self.put_second_factor(&mut factors, &factor)?,
                    Secret::RecoveryCode(code) => put_recovery_code(&mut codes, &code),
                    Secret::WebhookSecret(secret) => self.put_webhook_secret(&mut of_webhooks, &secret)?,
                    Secret::AirtableSecret(secret) => self.put_airtable_secret(&mut for_airtable, &secret)?,
                    Secret::Key(_) | Secret::End { .. } => {}
                }
            }
        }
        Ok(is_any.then_some([subjects, credentials, factors, codes, of_webhooks, for_airtable]))
    }

    fn put_subject(&self, rows: &mut CopyRows, subject: &Subject) -> Result<(), SecretsFault> {
        let place = SUBJECT_KEYS.place(&subject.tenant, &[&subject.subject]);
        let sealed = subject.key.as_ref().map(|key| self.sealed(&place, &key.0)).transpose()?;
        rows.row()
            .text(&subject.tenant)
            .text(&subject.subject)
            .text(&wrapping_name(self.number))
            .bytes_or_null(sealed.as_deref())
            .time(subject.created_at)
            .time_or_null(subject.erased_at);
        Ok(())
    }

    fn put_second_factor(&self, rows: &mut CopyRows, factor: &SecondFactor) -> Result<(), SecretsFault> {
        let place = of_factor(&factor.user_id, &factor.id);
        let sealed = self.sealed(&place, &factor.secret.0)?;
        rows.row()
            .text(PLATFORM_TENANT)
            .text(&factor.id)
            .text(&factor.user_id)
            .text(&wrapping_name(self.number))
            .bytes(&sealed)
            .int8(factor.last_step)
            .time(factor.created_at)
            .time_or_null(factor.named_at);
        Ok(())
    }

    fn put_webhook_secret(&self, rows: &mut CopyRows, secret: &WebhookSecret) -> Result<(), SecretsFault> {
        let place = WEBHOOK_SECRETS.place(&secret.tenant, &[&secret.webhook_id, &secret.id]);
        let sealed = self.sealed(&place, &secret.secret.0)?;
        rows.row()
            .text(&secret.tenant)
            .text(&secret.webhook_id)
            .text(&secret.id)
            .text(&wrapping_name(self.number))
            .bytes(&sealed)
            .time(secret.created_at)
            .time_or_null(secret.named_at)
            .time_or_null(secret.ends_at);
        Ok(())
    }

    fn put_airtable_secret(&self, rows: &mut CopyRows, secret: &AirtableSecret) -> Result<(), SecretsFault> {
        let place = AIRTABLE_SECRETS.place(&secret.tenant, &[&secret.owner_id, &secret.id]);
        let sealed = self.sealed(&place, &secret.secret.0)?;
        rows.row()
            .text(&secret.tenant)
            .text(&secret.owner_id)
            .text(&secret.id)
            .text(&wrapping_name(self.number))
            .bytes(&sealed)
            .time(secret.created_at)
            .time_or_null(secret.named_at);
        Ok(())
    }

    fn sealed(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SecretsFault> {
        Ok(seal(self.keys, self.number, place, plain)?.bytes)
    }
}

fn put_recovery_code(rows: &mut CopyRows, code: &RecoveryCode) {
    rows.row()
        .text(&code.set_id)
        .text(&code.hash)
        .text(&code.user_id)
        .time(code.created_at)
        .time_or_null(code.named_at);
}

fn put_credential(rows: &mut CopyRows, credential: &Credential) {
    rows.row()
        .text(&credential.id)
        .text(&credential.user_id)
        .text(&credential.password_hash)
        .time(credential.created_at)
        .time_or_null(credential.named_at);
}
