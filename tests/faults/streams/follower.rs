//! A client of the stream, in a manner of its own: it writes down what it hears, and finds fault with what comes
//! twice or out of order at once.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use support::random::Random;
use support::sse::{Frame, Sse};
use support::wait;

/// A dropping client loses its connection once in so many events.
const HEARD_BETWEEN: u64 = 120;
const AWAY_MS: u64 = 150;
/// A slow client stands still once in so many events, and begins with reading nothing at all.
const READ_BETWEEN: u64 = 40;
const STANDS_STILL_MS: u64 = 30;
const FIRST_STAND: Duration = Duration::from_secs(2);
/// How long a late client takes over an event.
const TRICKLE: Duration = Duration::from_millis(50);
/// How often a client that hears nothing asks itself whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const DONE_WITHIN: Duration = Duration::from_secs(120);
const BACK_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Steady,
    Slow,
    Dropping,
    SlowAndDropping,
    /// Reads next to nothing before everything has happened: just enough not to be given up.
    Late,
}

impl Manner {
    fn is_slow(self) -> bool {
        matches!(self, Self::Slow | Self::SlowAndDropping)
    }

    fn drops(self) -> bool {
        matches!(self, Self::Dropping | Self::SlowAndDropping)
    }
}

#[derive(Debug, Default)]
pub struct Heard {
    /// The position that it began after.
    pub after: i64,
    pub positions: Vec<i64>,
    /// How far the client knows that it got, with or without events of its own.
    pub up_to: i64,
    pub drops: usize,
    pub ended_because: Option<String>,
}

/// Where everything ends, once that is known.
pub type End = Arc<OnceLock<i64>>;

pub struct Follower {
    url: String,
    token: String,
    query: String,
    manner: Manner,
    random: Random,
    end: End,
    stream: Option<Sse>,
    /// What it would resume from.
    last: String,
    heard: Heard,
}

impl Follower {
    pub fn begin(url: &str, token: &str, query: &str, manner: Manner, random: Random, end: &End) -> Self {
        let (stream, last) = Sse::follow(url, token, query);
        let (url, token, query) = (url.to_owned(), token.to_owned(), query.to_owned());
        let after = position(&last);
        let heard = Heard { after, up_to: after, ..Heard::default() };
        Self { url, token, query, manner, random, end: Arc::clone(end), stream: Some(stream), last, heard }
    }

    /// Blocks until the client has heard everything, or was told that it is over.
    pub fn follow(mut self) -> Heard {
        if self.manner.is_slow() {
            wait::let_pass_here(FIRST_STAND);
        }
        let begun = Instant::now();
        while self.heard.ended_because.is_none() && !self.is_done() {
            assert!(begun.elapsed() < DONE_WITHIN, "not done: {} of {:?}", self.heard.up_to, self.end.get());
            match self.stream.as_mut().and_then(|stream| stream.next_within(LOOK_EVERY)) {
                Some(Some(frame)) => self.hear(&frame),
                Some(None) => self.come_back(),
                None => {}
            }
        }
        self.heard
    }

    fn is_done(&self) -> bool {
        self.end.get().is_some_and(|end| self.heard.up_to >= *end)
    }

    fn hear(&mut self, frame: &Frame) {
        if frame.event == "end" {
            self.heard.ended_because = frame.data["reason"].as_str().map(str::to_owned);
            return;
        }
        assert_ne!(frame.event, "reset");
        self.last = frame.token().to_owned();
        let position = position(&self.last);
        if frame.is_event() {
            assert!(position > self.heard.up_to, "{position} comes after {}", self.heard.up_to);
            assert_eq!(frame.data["position"], self.last.as_str());
            self.heard.positions.push(position);
        }
        assert!(position >= self.heard.up_to, "{} {position} comes after {}", frame.event, self.heard.up_to);
        self.heard.up_to = position;
        self.live_on();
    }

    /// What happens to such a client on the way.
    fn live_on(&mut self) {
        if self.manner.is_slow() && self.random.once_in(READ_BETWEEN) {
            wait::let_pass_here(Duration::from_millis(self.random.below(STANDS_STILL_MS)));
        }
        if self.manner == Manner::Late && self.end.get().is_none() {
            wait::let_pass_here(TRICKLE);
        }
        if self.manner.drops() && self.random.once_in(HEARD_BETWEEN) {
            if let Some(stream) = self.stream.take() {
                stream.cut();
            }
            wait::let_pass_here(Duration::from_millis(self.random.below(AWAY_MS)));
            self.come_back();
        }
    }

    /// In either of the ways that clients have.
    fn come_back(&mut self) {
        self.heard.drops += 1;
        let by_header = self.random.once_in(2);
        wait::until("the stream can be resumed", BACK_WITHIN, || {
            let stream = match by_header {
                true => {
                    let header = format!("last-event-id: {}", self.last);
                    Sse::open(&self.url, &self.token, &self.query, &[&header])
                }
                false => {
                    let begin = if self.query.is_empty() { "?" } else { "&" };
                    let query = format!("{}{begin}after={}", self.query, self.last);
                    Sse::open(&self.url, &self.token, &query, &[])
                }
            };
            // Too many of one person's, until the server has noticed those that were cut.
            let is_open = stream.status == 200;
            self.stream = is_open.then_some(stream);
            is_open
        });
    }
}

fn position(token: &str) -> i64 {
    let (_, position) = token.split_once(':').expect("a token names a history and a position");
    position.parse().expect("a position is a number")
}
