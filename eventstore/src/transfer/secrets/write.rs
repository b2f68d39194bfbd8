//! Gathers the secrets of a log, opened with the keys of the folder, and seals them into a file.

use std::collections::BTreeSet;
use std::path::Path;

use aws_lc_rs::rand::fill;
use domain::identity::{PLATFORM_TENANT, TenantId};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::passphrase::{self, SALT_BYTES};
use super::sealed::{FORMAT, Head, SealedWriter};
use super::{
    AirtableSecret, Credential, NamedKey, RecoveryCode, SecondFactor, Secret, Secrets, SecretsFault, Subject,
    WebhookSecret,
};
use crate::keyring::open;
use crate::keyring::wrapped::{AIRTABLE_SECRETS, SUBJECT_KEYS, WEBHOOK_SECRETS, of_factor};
use crate::keys::{self, CHECKPOINT_SIGNING, LOOK_UP, WrappingKeys};
use crate::transfer::bytes::Bytes;

pub struct SecretsWriter {
    file: SealedWriter,
    rows: i64,
}

impl SecretsWriter {
    pub async fn create(secrets: &Secrets, export: Uuid) -> Result<Self, SecretsFault> {
        let passphrase = passphrase::read(&secrets.passphrase_file)?;
        let mut salt = vec![0; SALT_BYTES];
        fill(&mut salt).map_err(|_| SecretsFault::NoCipher)?;
        let key = passphrase::key(passphrase, salt.clone()).await?;
        let head = Head { format: FORMAT.to_owned(), export, salt: Bytes(salt) };
        Ok(Self { file: SealedWriter::create(&secrets.file, &head, &key)?, rows: 0 })
    }

    fn put(&mut self, secret: &Secret) -> Result<(), SecretsFault> {
        self.rows += 1;
        self.file.write_line(secret)
    }

    /// Binds it to the export that it belongs to, and says how many secrets it holds.
    pub fn finish(mut self, manifest_sha256: &Bytes) -> Result<i64, SecretsFault> {
        let end = Secret::End { manifest_sha256: manifest_sha256.clone(), rows: self.rows };
        self.file.write_line(&end)?;
        self.file.finish()?;
        Ok(self.rows)
    }
}

/// Every secret that a log needs to go on elsewhere.
pub async fn write_all(
    snapshot: &mut PgConnection,
    keys_dir: &Path,
    secrets: &mut SecretsWriter,
) -> Result<(), SecretsFault> {
    for name in [LOOK_UP, CHECKPOINT_SIGNING] {
        let key = keys::one(keys_dir, name)?;
        secrets.put(&Secret::Key(NamedKey { name: name.to_owned(), key: Bytes(key.to_vec()) }))?;
    }
    let keys = WrappingKeys::of(keys_dir);
    let subjects = "select tenant, subject, wrapped, created_at, erased_at from subject_keys";
    each(snapshot, subjects, secrets, |row| subject(row, &keys).map(Secret::Subject)).await?;
    let credentials = "select id, user_id, password_hash, created_at, named_at from credentials";
    each(snapshot, credentials, secrets, |row| Ok(Secret::Credential(credential(row)?))).await?;
    let factors = "select id, user_id, sealed, last_step, created_at, named_at from second_factors";
    each(snapshot, factors, secrets, |row| second_factor(row, &keys).map(Secret::SecondFactor)).await?;
    let codes = "select set_id, hash, user_id, created_at, named_at from recovery_codes";
    each(snapshot, codes, secrets, |row| Ok(Secret::RecoveryCode(recovery_code(row)?))).await?;
    let of_webhooks =
        "select tenant, webhook_id, id, sealed, created_at, named_at, ends_at from webhook_secrets";
    each(snapshot, of_webhooks, secrets, |row| webhook_secret(row, &keys).map(Secret::WebhookSecret)).await?;
    let for_airtable = "select tenant, owner_id, id, sealed, created_at, named_at from airtable_secrets";
    each(snapshot, for_airtable, secrets, |row| airtable_secret(row, &keys).map(Secret::AirtableSecret)).await
}

/// The keys of those whom the events of one tenant speak of, and nothing else.
pub async fn write_of_tenant(
    reader: &mut PgConnection,
    keys_dir: &Path,
    tenant: &TenantId,
    subjects: &BTreeSet<String>,
    secrets: &mut SecretsWriter,
) -> Result<(), SecretsFault> {
    let keys = WrappingKeys::of(keys_dir);
    let rows = sqlx::query(
        "select tenant, subject, wrapped, created_at, erased_at from subject_keys
         where tenant = $1 and subject = any($2) order by subject",
    )
    .bind(PLATFORM_TENANT)
    .bind(subjects.iter().map(String::as_str).collect::<Vec<_>>())
    .fetch_all(&mut *reader)
    .await?;
    for row in rows {
        secrets.put(&Secret::Subject(subject(&row, &keys)?))?;
    }
    let rows = sqlx::query(
        "select tenant, webhook_id, id, sealed, created_at, named_at, ends_at from webhook_secrets
         where tenant = $1 order by webhook_id, id",
    )
    .bind(tenant.as_str())
    .fetch_all(&mut *reader)
    .await?;
    for row in rows {
        secrets.put(&Secret::WebhookSecret(webhook_secret(&row, &keys)?))?;
    }
    let rows = sqlx::query(
        "select tenant, owner_id, id, sealed, created_at, named_at from airtable_secrets
         where tenant = $1 order by owner_id, id",
    )
    .bind(tenant.as_str())
    .fetch_all(reader)
    .await?;
    for row in rows {
        secrets.put(&Secret::AirtableSecret(airtable_secret(&row, &keys)?))?;
    }
    Ok(())
}

async fn each(
    snapshot: &mut PgConnection,
    select: &'static str,
    secrets: &mut SecretsWriter,
    of_row: impl Fn(&PgRow) -> Result<Secret, SecretsFault>,
) -> Result<(), SecretsFault> {
    let mut rows = sqlx::query(select).fetch(snapshot);
    while let Some(row) = rows.try_next().await? {
        secrets.put(&of_row(&row)?)?;
    }
    Ok(())
}

fn subject(row: &PgRow, keys: &WrappingKeys) -> Result<Subject, SecretsFault> {
    let (tenant, subject): (String, String) = (row.try_get("tenant")?, row.try_get("subject")?);
    let wrapped: Option<Vec<u8>> = row.try_get("wrapped")?;
    let place = SUBJECT_KEYS.place(&tenant, &[&subject]);
    let key = wrapped.map(|wrapped| open(keys, &place, &wrapped)).transpose()?;
    Ok(Subject {
        key: key.map(Bytes),
        created_at: time(row, "created_at")?,
        erased_at: time_or_null(row, "erased_at")?,
        tenant,
        subject,
    })
}

fn credential(row: &PgRow) -> sqlx::Result<Credential> {
    Ok(Credential {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        password_hash: row.try_get("password_hash")?,
        created_at: time(row, "created_at")?,
        named_at: time_or_null(row, "named_at")?,
    })
}

fn second_factor(row: &PgRow, keys: &WrappingKeys) -> Result<SecondFactor, SecretsFault> {
    let (id, user_id): (String, String) = (row.try_get("id")?, row.try_get("user_id")?);
    let sealed: Vec<u8> = row.try_get("sealed")?;
    let place = of_factor(&user_id, &id);
    Ok(SecondFactor {
        secret: Bytes(open(keys, &place, &sealed)?),
        last_step: row.try_get("last_step")?,
        created_at: time(row, "created_at")?,
        named_at: time_or_null(row, "named_at")?,
        id,
        user_id,
    })
}

fn recovery_code(row: &PgRow) -> sqlx::Result<RecoveryCode> {
    Ok(RecoveryCode {
        set_id: row.try_get("set_id")?,
        hash: row.try_get("hash")?,
        user_id: row.try_get("user_id")?,
        created_at: time(row, "created_at")?,
        named_at: time_or_null(row, "named_at")?,
    })
}

fn webhook_secret(row: &PgRow, keys: &WrappingKeys) -> Result<WebhookSecret, SecretsFault> {
    let (tenant, webhook_id, id): (String, String, String) =
        (row.try_get("tenant")?, row.try_get("webhook_id")?, row.try_get("id")?);
    let sealed: Vec<u8> = row.try_get("sealed")?;
    let place = WEBHOOK_SECRETS.place(&tenant, &[&webhook_id, &id]);
    Ok(WebhookSecret {
        secret: Bytes(open(keys, &place, &sealed)?),
        created_at: time(row, "created_at")?,
        named_at: time_or_null(row, "named_at")?,
        ends_at: time_or_null(row, "ends_at")?,
        tenant,
        webhook_id,
        id,
    })
}

fn airtable_secret(row: &PgRow, keys: &WrappingKeys) -> Result<AirtableSecret, SecretsFault> {
    let (tenant, owner_id, id): (String, String, String) =
        (row.try_get("tenant")?, row.try_get("owner_id")?, row.try_get("id")?);
    let sealed: Vec<u8> = row.try_get("sealed")?;
    let place = AIRTABLE_SECRETS.place(&tenant, &[&owner_id, &id]);
    Ok(AirtableSecret {
        secret: Bytes(open(keys, &place, &sealed)?),
        created_at: time(row, "created_at")?,
        named_at: time_or_null(row, "named_at")?,
        tenant,
        owner_id,
        id,
    })
}

fn time(row: &PgRow, column: &str) -> sqlx::Result<Timestamp> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

fn time_or_null(row: &PgRow, column: &str) -> sqlx::Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(|time| time.to_jiff()))
}

/// Whom the sealed fields of a payload are about.
pub fn note_subjects(payload: &str, subjects: &mut BTreeSet<String>) {
    // Most payloads have none, and taking one apart costs more than looking.
    if payload.contains("\"sealed\"")
        && let Ok(value) = serde_json::from_str(payload)
    {
        note(&value, subjects);
    }
}

fn note(value: &Value, subjects: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let (Some(Value::String(subject)), Some(_)) = (fields.get("subject"), fields.get("sealed")) {
                subjects.insert(subject.clone());
            }
            fields.values().for_each(|field| note(field, subjects));
        }
        Value::Array(items) => items.iter().for_each(|item| note(item, subjects)),
        _ => {}
    }
}
