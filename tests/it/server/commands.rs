//! Every other subcommand works with the variables that `airtide dev` prints.

use support::airtide::{Dev, command};

fn json(output: &std::process::Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn migrations_configuration_and_doctor_work_on_a_running_instance() {
    let dev = Dev::start_plain(&["--ephemeral"]);

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

/// Every command that there is, with its subcommands, as its help lists them.
fn all_commands() -> Vec<Vec<String>> {
    let (mut all, mut open) = (Vec::new(), vec![Vec::<String>::new()]);
    while let Some(command) = open.pop() {
        let below = subcommands(&help(&command));
        if below.is_empty() {
            all.push(command.clone());
        }
        open.extend(below.into_iter().map(|name| [command.as_slice(), &[name]].concat()));
    }
    all
}

fn help(of: &[String]) -> String {
    let arguments: Vec<&str> = of.iter().map(String::as_str).chain(["--help"]).collect();
    String::from_utf8(command(&arguments).output().unwrap().stdout).unwrap()
}

fn subcommands(help: &str) -> Vec<String> {
    let Some((_, listed)) = help.split_once("Commands:\n") else {
        return Vec::new();
    };
    let names = listed.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// Flags of a command stand together, those of every command behind them, and each says what it is.
#[test]
fn every_flag_of_every_command_has_a_text_and_those_of_all_come_last() {
    let commands = all_commands();
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        let help = help(&command);
        let (own, of_all) = help.split_once("Options of every command:").expect("flags of every command");
        let flags = |text: &str| text.lines().filter(|line| line.trim_start().starts_with("--")).count();
        assert_eq!(flags(of_all), 3, "{command:?}: {help}");
        let lines: Vec<&str> = own.lines().map(str::trim).collect();
        for (at, flag) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("--")) {
            let text = if flag.contains("  ") { *flag } else { lines[at + 1] };
            assert!(!text.is_empty() && !text.starts_with("Possible values"), "{command:?} {flag}: {help}");
        }
    }
}

#[test]
fn an_unknown_flag_is_misuse() {
    assert_eq!(command(&["serve", "--rolls", "all"]).output().unwrap().status.code(), Some(2));
}
