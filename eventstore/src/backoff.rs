//! Pauses between tries: longer from one to the next, and drawn at random, so that many who failed together do not
//! come back together.

use std::time::Duration;

use uuid::Uuid;

pub struct Backoff {
    first: Duration,
    longest: Duration,
    tries: u32,
}

impl Backoff {
    /// The first pause lasts up to `first`, each later one up to twice as long, none longer than `longest`.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, tries: 0 }
    }

    /// It worked: the next failure is a first one again.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    pub async fn pause(&mut self) {
        tokio::time::sleep(self.draw()).await;
    }

    /// How long to pause before the next try.
    pub fn draw(&mut self) -> Duration {
        let most = self.most();
        self.tries = self.tries.saturating_add(1);
        let drawn = Uuid::new_v4().as_u64_pair().1 as u32;
        most.mul_f64(f64::from(drawn) / f64::from(u32::MAX))
    }

    /// The longest that the next pause may be.
    pub fn most(&self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.tries);
        self.first.saturating_mul(doubled).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_begin_again_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        let bounds: Vec<u128> = (0..7)
            .map(|_| {
                let most = backoff.most();
                assert!(backoff.draw() <= most);
                most.as_millis()
            })
            .collect();
        assert_eq!(bounds, [100, 200, 400, 800, 1600, 2000, 2000]);
        backoff.reset();
        assert_eq!(backoff.most(), Duration::from_millis(100));
    }
}
