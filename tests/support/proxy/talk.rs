//! What is said between NATS and its clients, either way, cut into messages.

/// What the subjects of events begin with.
const EVENTS: &str = "ev.";
const LINE_END: &[u8] = b"\r\n";

pub struct Message {
    pub bytes: Vec<u8>,
    /// Whether it carries an event of the log: published by the one side, delivered by the other.
    pub is_event: bool,
}

/// One direction of a connection.
#[derive(Default)]
pub struct Talk {
    unread: Vec<u8>,
}

impl Talk {
    /// The complete messages that are there now.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Message> {
        self.unread.extend_from_slice(bytes);
        let mut messages = Vec::new();
        while let Some((length, is_event)) = self.first() {
            messages.push(Message { bytes: self.unread.drain(..length).collect(), is_event });
        }
        messages
    }

    /// Length and meaning of the first message, when all of it is there.
    fn first(&self) -> Option<(usize, bool)> {
        let line_length = self.unread.windows(LINE_END.len()).position(|end| end == LINE_END)?;
        let line = String::from_utf8_lossy(&self.unread[..line_length]);
        let mut words = line.split_ascii_whitespace();
        let after_line = line_length + LINE_END.len();
        if !matches!(words.next(), Some("PUB" | "HPUB" | "MSG" | "HMSG")) {
            return Some((after_line, false));
        }
        let is_event = words.next().is_some_and(|subject| subject.starts_with(EVENTS));
        let body: usize = words.last().and_then(|size| size.parse().ok()).expect("a size ends the line");
        let length = after_line + body + LINE_END.len();
        (self.unread.len() >= length).then_some((length, is_event))
    }
}
