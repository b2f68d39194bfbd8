//! A site that files are fetched from: a real HTTP server that gives the same answer to everybody.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

pub struct FileSite {
    address: SocketAddr,
}

impl FileSite {
    /// Listens until the test program ends.
    pub fn giving(status: u16, content_type: &str, bytes: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let head = format!(
            "HTTP/1.1 {status} Here\r\nconnection: close\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            bytes.len()
        );
        let answer = [head.as_bytes(), bytes].concat();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let answer = answer.clone();
                std::thread::spawn(move || give(connection, &answer));
            }
        });
        Self { address }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// After the head of the request; whoever went away meanwhile gets nothing.
fn give(mut connection: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let reading = BufReader::new(connection.try_clone()?);
    for line in reading.lines() {
        if line?.is_empty() {
            break;
        }
    }
    connection.write_all(answer)
}
