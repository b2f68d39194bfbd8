//! What a client of Postgres sends, cut into pieces at the moments a fault is wanted.

const SSL_REQUEST: u32 = 80_877_103;

/// What a piece of the stream means to a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// Nothing in particular.
    Other,
    /// The parameters of a watched statement: once the server has them it can begin.
    Call,
    /// The end of a watched call: once the server has it, it commits.
    Commit,
}

/// Follows the protocol far enough to recognise the calls of one statement.
pub struct Frontend {
    /// Part of the text of the statement that is watched.
    watched: &'static str,
    /// The name under which the client prepared it.
    name: Option<Vec<u8>>,
    /// Whether the messages still come without a type, as the first ones of a connection do.
    greeting: bool,
    in_call: bool,
    unread: Vec<u8>,
}

impl Frontend {
    pub fn watching(watched: &'static str) -> Self {
        Self { watched, name: None, greeting: true, in_call: false, unread: Vec::new() }
    }

    /// The complete messages that are there now, those without a meaning joined.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<(Piece, Vec<u8>)> {
        self.unread.extend_from_slice(bytes);
        let mut pieces: Vec<(Piece, Vec<u8>)> = Vec::new();
        while let Some(length) = self.length() {
            let message: Vec<u8> = self.unread.drain(..length).collect();
            let piece = self.meaning(&message);
            match pieces.last_mut() {
                Some((Piece::Other, joined)) if piece == Piece::Other => joined.extend(message),
                _ => pieces.push((piece, message)),
            }
        }
        pieces
    }

    /// Length of the first message, when all of it is there.
    fn length(&self) -> Option<usize> {
        let kind = usize::from(!self.greeting);
        let length = number(self.unread.get(kind..kind + 4)?) as usize + kind;
        (self.unread.len() >= length).then_some(length)
    }

    fn meaning(&mut self, message: &[u8]) -> Piece {
        if self.greeting {
            // The server declines encryption, and the same connection then really begins.
            self.greeting = number(&message[4..8]) == SSL_REQUEST;
            return Piece::Other;
        }
        let body = &message[5..];
        match message[0] {
            b'P' => self.prepared(body),
            b'B' if self.is_watched(body) => {
                self.in_call = true;
                return Piece::Call;
            }
            b'S' if std::mem::take(&mut self.in_call) => return Piece::Commit,
            _ => {}
        }
        Piece::Other
    }

    fn prepared(&mut self, body: &[u8]) {
        let mut texts = body.split(|byte| *byte == 0);
        let (name, sql) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        if String::from_utf8_lossy(sql).contains(self.watched) {
            self.name = Some(name.to_vec());
        }
    }

    /// A `Bind` names its portal and then its statement.
    fn is_watched(&self, body: &[u8]) -> bool {
        let statement = body.split(|byte| *byte == 0).nth(1);
        statement.is_some() && statement == self.name.as_deref()
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes[..4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}
