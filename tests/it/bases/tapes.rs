//! Recorded exchanges, played to the stand-in: what it answers is held against the tape. The client is played the same ones
//! where it is made (`adapters/src/airtable/tests/tapes/`), and the format is told in `tests/tapes/README.md`.

use std::path::{Path, PathBuf};

use sandbox::airtable::{Knobs, Standing};
use serde_json::{Map, Value, json};
use support::http::{Answer, Connection};
use tokio::runtime::Runtime;

const ANAS: &str = "patAna";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tapes")
}

fn json_in(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A stand-in in the state that a tape begins in.
struct Player {
    root: String,
    token: String,
    /// What stands for a name.
    named: Map<String, Value>,
}

impl Player {
    fn start(runtime: &Runtime, tape: &Value) -> Self {
        let knobs = tape.get("knobs").cloned().unwrap_or_else(|| json!({}));
        let knobs = Knobs::default().turned(&knobs).expect("knobs");
        let address = "127.0.0.1:0".parse().expect("an address");
        let standing =
            runtime.block_on(Standing::listen(address, knobs, Some(1))).expect("a place to listen");
        let seed = json_in(&folder().join(format!("seeds/{}.json", text(&tape["seed"]))));
        standing.hold(serde_json::from_value(seed).expect("a seed")).expect("a base");
        let root = standing.reached().airtable_url;
        runtime.spawn(standing.serve(std::future::pending()));
        let token = tape["token"].as_str().unwrap_or(ANAS).to_owned();
        let long = tape["long"].as_object().cloned().unwrap_or_default();
        let named = long.into_iter().map(|(name, long)| (name, json!(long_text(&long)))).collect();
        Self { root, token, named }
    }

    /// What differs between the answer and the tape.
    fn play(&mut self, exchange: &Value) -> Vec<String> {
        for before in exchange["before"].as_array().into_iter().flatten() {
            for _ in 0..before["times"].as_u64().unwrap_or(1) {
                let answer = self.send(before, ANAS);
                assert_eq!(answer.status, 200, "before: {}", answer.body);
            }
        }
        let (answer, expected) = (self.send(&exchange["request"], &self.token), &exchange["response"]);
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let answered = json!({ "status": answer.status, "body": body, "text": answer.body });
        let mut differences = Vec::new();
        self.compare(expected, &answered, "", &loose(exchange), &mut differences);
        for (name, pointer) in exchange["take"].as_object().into_iter().flatten() {
            let taken = body.pointer(text(pointer)).cloned().unwrap_or_default();
            self.named.insert(name.clone(), taken);
        }
        differences
    }

    fn send(&self, request: &Value, token: &str) -> Answer {
        let pairs = request["query"].as_array().into_iter().flatten();
        let query: Vec<String> = pairs
            .map(|pair| format!("{}={}", escaped(&self.filled(&pair[0])), escaped(&self.filled(&pair[1]))))
            .collect();
        let body = request.get("body").map(|body| self.filled_in(body).to_string()).unwrap_or_default();
        let mut connection = Connection::open(&self.root);
        connection.send(&format!(
            "{} {}?{} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\n\
            content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            text(&request["method"]),
            self.filled(&request["path"]),
            query.join("&"),
            body.len(),
        ));
        connection.answer().expect("an answer")
    }

    fn filled(&self, value: &Value) -> String {
        let names = self.named.iter();
        names.fold(text(value).to_owned(), |filled, (name, value)| {
            filled.replace(&format!("${name}"), text(value))
        })
    }

    fn filled_in(&self, value: &Value) -> Value {
        match value {
            Value::String(_) => json!(self.filled(value)),
            Value::Array(list) => list.iter().map(|value| self.filled_in(value)).collect(),
            Value::Object(object) => object
                .iter()
                .map(|(key, value)| (key.clone(), self.filled_in(value)))
                .collect::<Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    /// What is more than expected is no difference, and what may be anything only has to be of the same type.
    fn compare(
        &self,
        expected: &Value,
        found: &Value,
        at: &str,
        loose: &[String],
        differences: &mut Vec<String>,
    ) {
        if loose.iter().any(|pointer| pointer == at) {
            if std::mem::discriminant(expected) != std::mem::discriminant(found) {
                differences.push(format!("{at}: {found} is of another type than {expected}"));
            }
            return;
        }
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => {
                for (key, value) in expected {
                    let place = format!("{at}/{key}");
                    match found.get(key) {
                        Some(found) => self.compare(value, found, &place, loose, differences),
                        None => differences.push(format!("{place}: {value} is missing")),
                    }
                }
            }
            (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
                for (place, (expected, found)) in expected.iter().zip(found).enumerate() {
                    self.compare(expected, found, &format!("{at}/{place}"), loose, differences);
                }
            }
            _ if self.filled_in(expected) == *found => {}
            _ => differences.push(format!("{at}: {found} instead of {expected}")),
        }
    }
}

/// Pointers into the answer to what may be anything of its type, or was only assumed.
fn loose(exchange: &Value) -> Vec<String> {
    let of_body =
        exchange["any"].as_array().into_iter().flatten().map(|pointer| format!("/body{}", text(pointer)));
    let assumed =
        exchange["assumed"].as_array().into_iter().flatten().map(|pointer| text(pointer).to_owned());
    of_body.chain(assumed).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn long_text(long: &Value) -> String {
    let times = usize::try_from(long["times"].as_u64().expect("a number")).expect("a small number");
    format!("{}{}{}", text(&long["begin"]), text(&long["repeat"]).repeat(times), text(&long["end"]))
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// What differs between the stand-in and a tape.
fn differences(runtime: &Runtime, tape: &Value) -> Vec<String> {
    let mut player = Player::start(runtime, tape);
    let exchanges = tape["exchanges"].as_array().expect("exchanges").iter().enumerate();
    let of_one = |(place, exchange)| {
        let found = player.play(exchange).into_iter();
        found.map(move |what| format!("{} {place}{what}", text(&tape["name"]))).collect::<Vec<_>>()
    };
    exchanges.flat_map(of_one).collect()
}

fn all() -> Vec<Value> {
    let files = std::fs::read_dir(folder()).expect("the tapes").map(|entry| entry.expect("an entry").path());
    let tapes = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    tapes.flat_map(|path| json_in(&path).as_array().cloned().expect("a list of tapes")).collect()
}

#[test]
fn the_stand_in_answers_as_the_tapes_say() {
    let runtime = Runtime::new().expect("a runtime");
    let (for_the_client, for_both): (Vec<_>, Vec<_>) =
        all().into_iter().partition(|tape| tape["only"] == json!("client"));
    let found: Vec<String> = for_both.iter().flat_map(|tape| differences(&runtime, tape)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(for_both.len() > 45, "{} tapes were found", for_both.len());
    for tape in for_the_client {
        let differs = !differences(&runtime, &tape).is_empty();
        assert!(differs, "the stand-in plays {} now: it is not for the client only any more", tape["name"]);
    }
}
