use proptest::prelude::*;
use tempfile::TempDir;

use super::wrapped::{WEBHOOK_SECRETS, of_subject};
use super::*;
use crate::keys::make_one;

fn ring(numbers: &[u32]) -> (TempDir, WrappingKeys) {
    let folder = tempfile::tempdir().unwrap();
    for number in numbers {
        make_one(folder.path(), &wrapping_name(*number)).unwrap();
    }
    let keys = WrappingKeys::of(folder.path());
    (folder, keys)
}

fn place(tenant: &'static str) -> Place<'static> {
    WEBHOOK_SECRETS.place(tenant, &["wh_1", "whs_1"])
}

#[test]
fn a_value_opens_under_the_key_that_sealed_it_whichever_is_newest() {
    let (_folder, keys) = ring(&[1, 2]);
    for number in [1, 2] {
        let sealed = seal(&keys, number, &place("acme"), b"a secret").unwrap();
        assert_eq!(sealed.kek, wrapping_name(number));
        assert_eq!(open(&keys, &place("acme"), &sealed.bytes).unwrap(), b"a secret");
    }
}

#[test]
fn a_value_opens_at_its_place_only() {
    let (_folder, keys) = ring(&[1]);
    let here = place("acme");
    let sealed = seal(&keys, 1, &here, b"a secret").unwrap().bytes;
    for elsewhere in [
        place("globex"),
        Place { table: "subject_keys", ..here.clone() },
        Place { row: "wh_1/whs_2".into(), ..here.clone() },
        Place { field: "other", ..here.clone() },
        Place { version: 2, ..here.clone() },
    ] {
        assert!(matches!(open(&keys, &elsewhere, &sealed), Err(KeyringFault::Broken(_))), "{elsewhere}");
    }
}

#[test]
fn a_key_that_is_not_here_is_named() {
    let (_folder, keys) = ring(&[1, 2]);
    let sealed = seal(&keys, 2, &place("acme"), b"a secret").unwrap().bytes;
    let (_other, fewer) = ring(&[1]);
    let fault = open(&fewer, &place("acme"), &sealed).unwrap_err();
    assert!(crate::chain_of(&fault).contains("key-encryption-2.key is missing"), "{fault:?}");
}

/// What an earlier version sealed, byte for byte as it did it.
#[test]
fn values_of_earlier_versions_are_read_and_at_their_place_only() {
    let (_folder, keys) = ring(&[1]);
    let old = crate::seal::cipher(&*keys.get(1).unwrap()).unwrap();
    let of_webhook = crate::seal::seal(&old, "webhook_secret:acme/wh_1/whs_1", b"a secret").unwrap();
    assert_eq!(open(&keys, &place("acme"), &of_webhook).unwrap(), b"a secret");
    assert!(open(&keys, &place("globex"), &of_webhook).is_err());

    let of_person = crate::seal::seal(&old, "usr_ana", &[7; 32]).unwrap();
    assert_eq!(open(&keys, &of_subject("usr_ana"), &of_person).unwrap(), [7; 32]);
    assert!(open(&keys, &of_subject("usr_bob"), &of_person).is_err());
    assert!(open(&keys, &Place { table: "others", ..of_subject("usr_ana") }, &of_person).is_err());
}

#[test]
fn no_two_places_are_written_alike() {
    let first = Place { tenant: "a", table: "bc", row: "d".into(), field: "e", version: 1 };
    let second = Place { tenant: "ab", table: "c", ..first.clone() };
    let third = Place { row: "de".into(), field: "", ..first.clone() };
    assert_ne!(first.bytes(), second.bytes());
    assert_ne!(first.bytes(), third.bytes());
}

proptest! {
    #[test]
    fn no_bytes_make_opening_panic_or_succeed(bytes in prop::collection::vec(any::<u8>(), 0..200), is_headed: bool) {
        let (_folder, keys) = ring(&[1]);
        let headed = [b"airtide1\0\0\0\x01".as_slice(), &bytes].concat();
        let sealed = if is_headed { headed } else { bytes };
        prop_assert!(open(&keys, &place("acme"), &sealed).is_err());
    }

    #[test]
    fn a_changed_byte_or_a_shorter_value_does_not_open(plain in prop::collection::vec(any::<u8>(), 0..80), at: prop::sample::Index, bit in 0..8u8) {
        let (_folder, keys) = ring(&[1]);
        let sealed = seal(&keys, 1, &place("acme"), &plain).unwrap().bytes;
        prop_assert_eq!(open(&keys, &place("acme"), &sealed).unwrap(), plain);
        let at = at.index(sealed.len());
        let mut changed = sealed.clone();
        changed[at] ^= 1 << bit;
        prop_assert!(open(&keys, &place("acme"), &changed).is_err());
        prop_assert!(open(&keys, &place("acme"), &sealed[..at]).is_err());
    }
}
