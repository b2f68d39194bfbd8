//! Events that are sent twice, or after what comes behind them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::talk::{Message, Talk};
use crate::random::Random;

/// One event in so many is sent twice; one in so many changes places with the next, if that is there.
const ONE_IN: u64 = 10;

/// What was done to events so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disordered {
    pub repeated: u64,
    pub swapped: u64,
}

pub(super) struct Disorder {
    is_on: AtomicBool,
    random: Mutex<Random>,
    repeated: AtomicU64,
    swapped: AtomicU64,
}

impl Disorder {
    pub fn none() -> Self {
        Self {
            is_on: AtomicBool::new(false),
            random: Mutex::new(Random::seeded(0)),
            repeated: AtomicU64::new(0),
            swapped: AtomicU64::new(0),
        }
    }

    pub fn begin(&self, random: Random) {
        *self.random.lock().unwrap_or_else(PoisonError::into_inner) = random;
        self.is_on.store(true, Ordering::Relaxed);
    }

    pub fn end(&self) -> Disordered {
        self.is_on.store(false, Ordering::Relaxed);
        Disordered {
            repeated: self.repeated.load(Ordering::Relaxed),
            swapped: self.swapped.load(Ordering::Relaxed),
        }
    }

    /// What goes on of some bytes; the beginning of a message waits for its end.
    pub fn pass(&self, talk: &mut Talk, bytes: &[u8]) -> Vec<u8> {
        let mut messages = talk.take(bytes);
        if self.is_on.load(Ordering::Relaxed) {
            self.swap_some(&mut messages);
            self.repeat_some(&mut messages);
        }
        messages.into_iter().flat_map(|message| message.bytes).collect()
    }

    fn swap_some(&self, messages: &mut [Message]) {
        for first in 1..messages.len() {
            if messages[first - 1].is_event && messages[first].is_event && self.is_chosen() {
                messages.swap(first - 1, first);
                self.swapped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn repeat_some(&self, messages: &mut [Message]) {
        for message in messages.iter_mut().filter(|message| message.is_event) {
            if self.is_chosen() {
                message.bytes.extend_from_within(..);
                self.repeated.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn is_chosen(&self) -> bool {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).once_in(ONE_IN)
    }
}
