//! Argon2id, one password at a time, in memory that stays: fetching 19 MiB anew for each password would make it take half
//! as long again, and more on a machine that is short of memory.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use domain::secret::Secret;

/// What one thread hashes with. What lies in the memory afterwards is no shortcut to the password: the second pass has
/// overwritten the blocks that came of it directly.
pub struct Argon {
    memory: Vec<Block>,
}

impl Argon {
    pub fn new() -> Self {
        Self { memory: vec![Block::default(); Params::DEFAULT.block_count()] }
    }

    /// With 19 MiB, two passes and one lane, and a new salt each time, in PHC form.
    pub fn hash_of(&mut self, password: &Secret<String>) -> Option<String> {
        let salt = Salt::generate();
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&Params::DEFAULT).ok()?,
            salt: Some(salt),
            hash: Some(self.output(password, Version::V0x13, Params::DEFAULT, &salt)?),
        };
        Some(hash.to_string())
    }

    /// `None` when the hash is not one of ours.
    pub fn is_hash_of(&mut self, password: &Secret<String>, hash: &str) -> Option<bool> {
        let hash = PasswordHash::new(hash).ok().filter(|hash| hash.algorithm == ARGON2ID_IDENT)?;
        let version = Version::try_from(hash.version?).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let output = self.output(password, version, params, hash.salt.as_ref()?)?;
        // Outputs are compared in constant time.
        Some(output == hash.hash?)
    }

    fn output(
        &mut self,
        password: &Secret<String>,
        version: Version,
        params: Params,
        salt: &Salt,
    ) -> Option<Output> {
        if self.memory.len() < params.block_count() {
            self.memory.resize(params.block_count(), Block::default());
        }
        let mut bytes = [0; Output::MAX_LENGTH];
        let bytes = bytes.get_mut(..params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN))?;
        let argon = Argon2::new(Algorithm::Argon2id, version, params);
        argon
            .hash_password_into_with_memory(password.reveal().as_bytes(), salt, bytes, &mut self.memory)
            .ok()?;
        Output::new(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher;

    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.into())
    }

    #[test]
    fn a_hash_says_how_it_was_made_and_is_never_the_same_twice() {
        let mut argon = Argon::new();
        let (first, second) =
            (argon.hash_of(&secret("right")).unwrap(), argon.hash_of(&secret("right")).unwrap());
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_ne!(first, second);
    }

    #[test]
    fn what_one_password_left_in_the_memory_changes_nothing_for_the_next() {
        let mut argon = Argon::new();
        let hash = argon.hash_of(&secret("right")).unwrap();
        assert_eq!(argon.is_hash_of(&secret("wrong"), &hash), Some(false));
        assert_eq!(argon.is_hash_of(&secret("right"), &hash), Some(true));
        assert_eq!(Argon::new().is_hash_of(&secret("right"), &hash), Some(true));
    }

    #[test]
    fn what_was_hashed_with_other_costs_is_known_as_well() {
        for (memory, passes, lanes) in [(64, 1, 1), (32 * 1024, 1, 1), (1024, 3, 2)] {
            let params = Params::new(memory, passes, lanes, Some(32)).unwrap();
            let costly = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash = costly.hash_password(b"right").unwrap().to_string();
            let mut argon = Argon::new();
            assert_eq!(argon.is_hash_of(&secret("right"), &hash), Some(true), "{hash}");
            assert_eq!(argon.is_hash_of(&secret("wrong"), &hash), Some(false), "{hash}");
        }
    }

    #[test]
    fn what_is_no_hash_of_ours_says_nothing() {
        let mut argon = Argon::new();
        for hash in ["", "right", "$argon2id$v=19$m=19456,t=2,p=1", "$2b$12$abcdefghijklmnopqrstuv"] {
            assert_eq!(argon.is_hash_of(&secret("right"), hash), None, "{hash:?}");
        }
    }
}
