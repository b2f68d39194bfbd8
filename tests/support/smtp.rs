//! A mail server of this machine: takes every mail and writes down to whom it went.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The line that ends a mail.
const END: &str = ".";

pub struct MailServer {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// Listens until the test program ends.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let taken = Arc::new(Mutex::new(Vec::new()));
        let noting = Arc::clone(&taken);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let noting = Arc::clone(&noting);
                // A client that is killed in the middle has sent nothing.
                std::thread::spawn(move || talk(connection, &noting));
            }
        });
        Self { address, taken }
    }

    /// For `mail.smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// The receiver of each mail that came whole, in the order of their coming.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("nobody panicked").clone()
    }

    /// As if nothing had come after so many.
    pub fn forget_after(&self, many: usize) {
        self.taken.lock().expect("nobody panicked").truncate(many);
    }

    /// As if a mail had come.
    pub fn take(&self, to: &str) {
        self.taken.lock().expect("nobody panicked").push(to.to_owned());
    }
}

fn talk(connection: TcpStream, taken: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut writing = connection.try_clone()?;
    writing.write_all(b"220 here\r\n")?;
    let (mut to, mut in_text) = (String::new(), false);
    for line in BufReader::new(connection).lines() {
        let line = line?;
        let answer = match (in_text, line.as_str()) {
            (true, END) => {
                // Written down before it is answered: a mail of which nobody is told counts as well.
                taken.lock().expect("nobody panicked").push(to.clone());
                in_text = false;
                "250 taken"
            }
            (true, _) => continue,
            (false, "DATA") => {
                in_text = true;
                "354 go on"
            }
            (false, "QUIT") => "221 bye",
            (false, command) => {
                if let Some(receiver) = command.strip_prefix("RCPT TO:<") {
                    to = receiver.split('>').next().unwrap_or_default().to_owned();
                }
                "250 good"
            }
        };
        writing.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}
