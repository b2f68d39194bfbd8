//! Time and chance, so that tests need not wait for the one or hope for the other.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use aws_lc_rs::rand::fill;

#[async_trait]
pub trait Time: Send + Sync {
    fn now(&self) -> Instant;

    async fn sleep(&self, time: Duration);

    /// Anything from 0 up to but not including 1.
    fn chance(&self) -> f64;
}

/// The system's own.
pub struct RealTime;

#[async_trait]
impl Time for RealTime {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn chance(&self) -> f64 {
        let mut drawn = [0; 4];
        // Where nothing can be drawn, the longest pause is the safe one.
        match fill(&mut drawn) {
            Ok(()) => f64::from(u32::from_be_bytes(drawn)) / (f64::from(u32::MAX) + 1.0),
            Err(_) => 1.0 - f64::EPSILON,
        }
    }
}
