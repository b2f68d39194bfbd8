//! Lots and ids. With a seed both come out the same each time; without one the first is drawn.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::bases::ids::Mint;
use uuid::Uuid;

pub struct Draws {
    seed: Uuid,
    drawn: AtomicU64,
}

impl Draws {
    pub fn new(seed: Option<u64>) -> Self {
        let seed = seed.map_or_else(Uuid::new_v4, |seed| Uuid::from_u128(seed.into()));
        Self { seed, drawn: AtomicU64::new(0) }
    }

    /// Ids for one request.
    pub fn mint(&self) -> Mint {
        Mint::new(self.next())
    }

    /// From 0 to 1, without 1.
    pub fn share(&self) -> f64 {
        (self.next().as_u128() >> 75) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that does with a chance.
    pub fn hits(&self, chance: f64) -> bool {
        chance > 0.0 && self.share() < chance
    }

    pub fn bytes(&self) -> [u8; 16] {
        self.next().into_bytes()
    }

    fn next(&self) -> Uuid {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        Uuid::new_v5(&self.seed, &drawn.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_again() {
        let draw = |seed| {
            let draws = Draws::new(Some(seed));
            (0..100).map(|_| draws.share()).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn a_chance_is_met_as_often_as_it_says() {
        let draws = Draws::new(Some(7));
        let hits = (0..10_000).filter(|_| draws.hits(0.3)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        assert!(!(0..1_000).any(|_| draws.hits(0.0)) && (0..1_000).all(|_| draws.hits(1.0)));
    }
}
