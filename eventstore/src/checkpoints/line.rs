//! One checkpoint, as it is signed and as a line of JSON.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Nothing else that this key ever signs begins like this.
const PURPOSE: &[u8] = b"airtide checkpoint of the log, 1\n";

/// The end of a batch, which was the end of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub incarnation: Uuid,
    pub position: i64,
    /// The id of the event at the position.
    pub event_id: Uuid,
    /// What the chain had come to with the batch.
    pub chain_hash: Vec<u8>,
    pub signed_at: Timestamp,
}

/// The line of a file. Kept for ever: fields may be added.
#[derive(Serialize, Deserialize)]
struct Line {
    incarnation: Uuid,
    position: i64,
    event_id: Uuid,
    chain_hash: String,
    signed_at: Timestamp,
    signature: String,
}

/// Why a line is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    #[error("cannot be read")]
    Unreadable,
    #[error("is not signed with the key of this log")]
    Forged,
}

#[derive(Debug, thiserror::Error)]
#[error("the key that signs checkpoints cannot be used")]
pub struct BadKey;

pub struct SigningKey(Ed25519KeyPair);

pub struct VerifyingKey(UnparsedPublicKey<Vec<u8>>);

impl Checkpoint {
    /// All parts but the last have one length, so no two checkpoints read the same.
    fn signed_bytes(&self) -> Vec<u8> {
        [
            PURPOSE,
            self.incarnation.as_bytes(),
            &self.position.to_be_bytes(),
            self.event_id.as_bytes(),
            &self.signed_at.as_microsecond().to_be_bytes(),
            &self.chain_hash,
        ]
        .concat()
    }
}

impl SigningKey {
    pub fn new(seed: &[u8; 32]) -> Result<Self, BadKey> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(Self).map_err(|_| BadKey)
    }

    pub fn verifying(&self) -> VerifyingKey {
        VerifyingKey::of(self.public_key())
    }

    pub fn public_key(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    /// Signs something else than a checkpoint, which begins with what it is for.
    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).as_ref().to_vec()
    }

    /// The checkpoint as a line, with its end.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<String, serde_json::Error> {
        let line = Line {
            incarnation: checkpoint.incarnation,
            position: checkpoint.position,
            event_id: checkpoint.event_id,
            chain_hash: BASE64.encode(&checkpoint.chain_hash),
            signed_at: checkpoint.signed_at,
            signature: BASE64.encode(self.0.sign(&checkpoint.signed_bytes())),
        };
        serde_json::to_string(&line).map(|line| line + "\n")
    }
}

impl VerifyingKey {
    pub fn of(public_key: Vec<u8>) -> Self {
        Self(UnparsedPublicKey::new(&ED25519, public_key))
    }

    pub(crate) fn is_signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        self.0.verify(bytes, signature).is_ok()
    }

    pub fn verify(&self, line: &[u8]) -> Result<Checkpoint, Unsigned> {
        let (checkpoint, signature) = parse(line).ok_or(Unsigned::Unreadable)?;
        self.0.verify(&checkpoint.signed_bytes(), &signature).map_err(|_| Unsigned::Forged)?;
        Ok(checkpoint)
    }
}

/// What a line says, whoever wrote it, and its signature.
fn parse(line: &[u8]) -> Option<(Checkpoint, Vec<u8>)> {
    let line: Line = serde_json::from_slice(line).ok()?;
    let checkpoint = Checkpoint {
        incarnation: line.incarnation,
        position: line.position,
        event_id: line.event_id,
        chain_hash: BASE64.decode(&line.chain_hash).ok()?,
        signed_at: line.signed_at,
    };
    Some((checkpoint, BASE64.decode(&line.signature).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::new(&[7; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            incarnation: Uuid::from_u128(1),
            position: 12_345_678,
            event_id: Uuid::from_u128(2),
            chain_hash: vec![3; 32],
            signed_at: "2026-05-03T12:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn what_is_kept_is_for_ever() {
        const LINE: &str = concat!(
            r#"{"incarnation":"00000000-0000-0000-0000-000000000001","position":12345678,"#,
            r#""event_id":"00000000-0000-0000-0000-000000000002","#,
            r#""chain_hash":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM","signed_at":"2026-05-03T12:00:00Z","#,
            r#""signature":"1cPTsOAVTEs5nQTaI_069TxrSQOVpFVghFafh-yaoH0JtIvYtL89o8VibMllP8rporB3fjFWwCp-LjqB74dZBw"}"#,
        );
        assert_eq!(key().sign(&checkpoint()).unwrap().trim_end(), LINE);
    }

    #[test]
    fn a_line_says_what_was_signed() {
        let line = key().sign(&checkpoint()).unwrap();
        assert_eq!(key().verifying().verify(line.trim_end().as_bytes()), Ok(checkpoint()));
    }

    #[test]
    fn every_part_is_signed() {
        let line = key().sign(&checkpoint()).unwrap();
        for (signed, forged) in [
            ("0001\",\"position", "0009\",\"position"),
            ("12345678", "12345679"),
            ("0002\"", "0009\""),
            ("AwMDAw", "AwMDAx"),
            ("12:00:00", "12:00:01"),
        ] {
            assert!(line.contains(signed), "{signed} is in {line}");
            let forged = line.replacen(signed, forged, 1);
            assert_eq!(
                key().verifying().verify(forged.trim_end().as_bytes()),
                Err(Unsigned::Forged),
                "{forged}"
            );
        }
    }

    #[test]
    fn another_key_is_told_from_this_one() {
        let line = SigningKey::new(&[8; 32]).unwrap().sign(&checkpoint()).unwrap();
        assert_eq!(key().verifying().verify(line.trim_end().as_bytes()), Err(Unsigned::Forged));
        assert_eq!(key().verifying().verify(b"{}"), Err(Unsigned::Unreadable));
    }
}
