//! Tapes as they lie in their files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tape {
    pub name: String,
    pub about: String,
    pub seed: String,
    #[serde(default = "anas")]
    pub token: String,
    pub only: Option<String>,
    /// For servers that tapes are played to.
    #[serde(default, rename = "knobs")]
    _knobs: Value,
    #[serde(default)]
    pub long: BTreeMap<String, Long>,
    pub exchanges: Vec<Exchange>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Long {
    begin: String,
    repeat: String,
    times: usize,
    end: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    pub mark: String,
    pub from: String,
    /// For servers that tapes are played to.
    #[serde(default, rename = "before")]
    _before: Value,
    #[serde(default)]
    pub assumed: Vec<String>,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub take: BTreeMap<String, String>,
    pub request: Asked,
    pub response: Said,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub query: Vec<(String, String)>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub status: u16,
    pub body: Option<Value>,
    pub text: Option<String>,
}

fn anas() -> String {
    "patAna".into()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tapes")
}

fn read(path: &Path) -> Vec<Tape> {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every tape that there is.
pub fn all() -> Vec<Tape> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .flat_map(|path| read(&path))
        .collect()
}

/// The state that tapes begin in.
pub fn seed(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("seeds/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

impl Tape {
    /// With everything in the places of its names.
    pub fn load(subject: &str, name: &str) -> Self {
        let tapes = read(&folder().join(format!("{subject}.json")));
        let tape = tapes.into_iter().find(|tape| tape.name == name);
        tape.unwrap_or_else(|| panic!("no tape is called {name}")).filled()
    }

    fn filled(mut self) -> Self {
        let mut named: BTreeMap<String, String> =
            self.long.iter().map(|(name, long)| (name.clone(), long.text())).collect();
        for exchange in &mut self.exchanges {
            exchange.fill(&named);
            let body = exchange.response.body.clone().unwrap_or_default();
            for (name, pointer) in &exchange.take {
                let taken = body.pointer(pointer).and_then(Value::as_str).unwrap();
                named.insert(name.clone(), taken.to_owned());
            }
        }
        self
    }

    /// The text that a name stands for.
    pub fn long(&self, name: &str) -> String {
        self.long[name].text()
    }
}

impl Long {
    fn text(&self) -> String {
        format!("{}{}{}", self.begin, self.repeat.repeat(self.times), self.end)
    }
}

impl Exchange {
    fn fill(&mut self, named: &BTreeMap<String, String>) {
        let fill = |text: &mut String| {
            for (name, value) in named {
                *text = text.replace(&format!("${name}"), value);
            }
        };
        fill(&mut self.request.path);
        self.request.query.iter_mut().for_each(|(_, value)| fill(value));
        self.request.body.iter_mut().for_each(|body| each_text(body, &fill));
        self.response.body.iter_mut().for_each(|body| each_text(body, &fill));
    }

    /// Whatever it says of its answer is there.
    pub fn points_somewhere(&self, name: &str) {
        let said = json!({
            "status": self.response.status, "body": self.response.body, "text": self.response.text,
        });
        let pointers = self.any.iter().chain(self.take.values()).map(|pointer| format!("/body{pointer}"));
        for pointer in pointers.chain(self.assumed.iter().cloned()) {
            assert!(said.pointer(&pointer).is_some_and(|value| !value.is_null()), "{name}: {pointer}");
        }
    }
}

fn each_text(value: &mut Value, work: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => work(text),
        Value::Array(list) => list.iter_mut().for_each(|value| each_text(value, work)),
        Value::Object(object) => object.values_mut().for_each(|value| each_text(value, work)),
        _ => {}
    }
}
