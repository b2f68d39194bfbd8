//! Every command of the page for operators works as it stands there.

use support::api::TestApi;

use super::command_on;
use crate::work::docs::{examples, words};

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_page_works() {
    let api = TestApi::start().await;
    let (person, folder) = (api.person(), tempfile::tempdir().unwrap());
    let texts = folder.path().join("texts");
    std::fs::write(&texts, format!("{}\n{}\n", person.email, person.username)).unwrap();
    let examples = examples("erase-a-person.md");
    assert!(examples.len() >= 5, "the page has {} examples", examples.len());
    for example in examples {
        let example = example.split(" #").next().unwrap().trim();
        let example = example.replace("$PERSON", &person.user).replace("$TEXTS", texts.to_str().unwrap());
        let words = words(&example);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = command_on(&api.database_url, &api, &words).output().unwrap();
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{example}: {talk}");
        assert!(!output.stdout.is_empty(), "{example} says nothing");
    }
}
