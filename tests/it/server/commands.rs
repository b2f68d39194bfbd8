//! Every other subcommand works with the variables that `airtide dev` prints.

use support::airtide::{Dev, command};

fn json(output: &std::process::Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn migrations_configuration_and_doctor_work_on_a_running_instance() {
    let dev = Dev::start(&["--ephemeral"]);

    let status = dev.run(&["migrate", "status", "--output", "json"]);
    assert!(status.status.success());
    let migrations = json(&status);
    assert!(
        migrations.as_array().unwrap().iter().all(|migration| migration["applied"] == true),
        "{migrations}"
    );

    let config = dev.run(&["config", "show", "--output", "json"]);
    assert!(config.status.success());
    let shown = String::from_utf8_lossy(&config.stdout);
    assert!(shown.contains("variable DATABASE_URL") && shown.contains("********"), "{shown}");

    let doctor = dev.run(&["doctor", "--output", "json"]);
    assert_eq!(doctor.status.code(), Some(0), "{}", String::from_utf8_lossy(&doctor.stdout));
    for finding in json(&doctor).as_array().unwrap() {
        assert!(finding["check"].is_string() && finding["state"].is_string(), "{finding}");
    }
}

#[test]
fn doctor_ends_with_ten_when_something_is_wrong() {
    let mut doctor = command(&["doctor"]);
    doctor.env("DATABASE_URL", "postgres://127.0.0.1:1/none").env("NATS_URL", "nats://127.0.0.1:1");
    assert_eq!(doctor.output().unwrap().status.code(), Some(10));
}

#[test]
fn every_mistake_in_the_configuration_is_named() {
    let mut show = command(&["config", "show"]);
    show.env("AIRTIDE__HTTP__LISTEN", "nowhere").env("AIRTIDE__LOG__COLOUR", "red");
    let output = show.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("http.listen") && said.contains("log.colour"), "{said}");
}

#[test]
fn an_unknown_flag_is_misuse() {
    assert_eq!(command(&["serve", "--rolls", "all"]).output().unwrap().status.code(), Some(2));
}
