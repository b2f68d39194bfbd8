use std::fs;
use std::path::PathBuf;

use super::*;

struct Setup {
    folder: tempfile::TempDir,
    sources: Sources,
}

fn setup(toml: &str, variables: &[(&str, &str)]) -> Setup {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("airtide.toml");
    fs::write(&file, toml).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Setup { folder, sources: Sources { file: Some(file), variables, flags: Vec::new() } }
}

fn load(toml: &str, variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let setup = setup(toml, variables);
    Config::load(setup.sources)
}

fn mistakes(toml: &str, variables: &[(&str, &str)]) -> Vec<String> {
    load(toml, variables).err().map(|Mistakes(list)| list).unwrap_or_default()
}

fn origin_of(config: &Config, key: &str) -> String {
    config.show().into_iter().find(|shown| shown.key == key).unwrap().origin
}

#[test]
fn every_default_is_a_value_its_own_kind_accepts() {
    let config = load("", &[]).unwrap();
    assert_eq!(config.http.listen, ["127.0.0.1:8000".parse().unwrap()]);
    assert_eq!(config.event_log.queue_units, 8192);
    assert_eq!(config.event_log.cache_bytes, 64 * 1024 * 1024);
    assert_eq!(config.log.format, LogFormat::Text);
    assert_eq!(config.keys.dir, PathBuf::from(".airtide/keys"));
}

#[test]
fn the_limits_are_as_documented() {
    let documented = LimitSettings {
        anonymous_per_minute: 60,
        wrong_credentials_per_minute: 600,
        principal_per_second: 200,
        principal_burst: 2000,
        tenant_per_second: 1000,
        tenant_burst: 10_000,
        key_per_minute: 600,
        records_per_second: 0,
        records_burst: 2000,
        airtable_base_per_second: 0,
        airtable_key_per_second: 0,
        login_per_minute: 5,
        login_burst: 10,
        login_per_address_per_minute: 30,
        login_failures_per_hour: 100,
        login_per_device_per_hour: 100,
        register_per_hour: 5,
        refresh_per_five_minutes: 150,
        codes_per_five_minutes: 15,
        mails_per_hour: 30,
        mails_per_address_per_hour: 3,
        exports_per_hour: 5,
    };
    assert_eq!(load("", &[]).unwrap().limits, documented);
}

#[test]
fn each_layer_covers_the_one_before() {
    let toml = "[log]\nfilter = \"warn\"\nformat = \"json\"\n[eventlog]\nqueue_units = 5\ncache_bytes = 6\n";
    let mut setup =
        setup(toml, &[("AIRTIDE__LOG__FILTER", "debug"), ("AIRTIDE__EVENTLOG__QUEUE_UNITS", "7")]);
    setup.sources.flags.push(Flag { name: "--log-filter", key: "log.filter", value: "trace".into() });

    let config = Config::load(setup.sources).unwrap();

    assert_eq!(config.log.filter, "trace");
    assert_eq!(config.event_log.queue_units, 7);
    assert_eq!(config.event_log.cache_bytes, 6);
    assert_eq!(origin_of(&config, "log.filter"), "--log-filter");
    assert_eq!(origin_of(&config, "eventlog.queue_units"), "variable AIRTIDE__EVENTLOG__QUEUE_UNITS");
    assert!(origin_of(&config, "log.format").starts_with("file "));
    assert_eq!(origin_of(&config, "http.listen"), "default");
    assert_eq!(origin_of(&config, "database.url"), "not set");
}

#[test]
fn several_addresses_are_a_list_in_the_file_and_commas_in_a_variable() {
    let expected = ["127.0.0.1:1".parse().unwrap(), "[::1]:2".parse().unwrap()];
    let from_file = load("[http]\nlisten = [\"127.0.0.1:1\", \"[::1]:2\"]\n", &[]).unwrap();
    assert_eq!(from_file.http.listen, expected);
    let from_variable = load("", &[("AIRTIDE__HTTP__LISTEN", "127.0.0.1:1, [::1]:2")]).unwrap();
    assert_eq!(from_variable.http.listen, expected);
}

#[test]
fn nothing_private_may_be_spoken_to_unless_it_is_allowed() {
    assert!(load("", &[]).unwrap().egress.allow.is_empty());
    let allowed = load("[egress]\nallow = \"127.0.0.1/32, ::1/128\"\n", &[]).unwrap();
    assert_eq!(allowed.egress.allow.len(), 2);
    let found = mistakes("", &[("AIRTIDE__EGRESS__ALLOW", "localhost")]);
    assert!(found[0].contains("egress.allow `localhost` is no network"), "{found:#?}");
}

#[test]
fn checkpoints_lie_with_the_keys_unless_a_file_is_named() {
    let usual = load("", &[("AIRTIDE__KEYS__DIR", "/keys")]).unwrap();
    assert_eq!(usual.checkpoints(), PathBuf::from("/keys/checkpoints.jsonl"));
    let named = load("[eventlog]\ncheckpoints = \"/elsewhere/signed\"\n", &[]).unwrap();
    assert_eq!(named.checkpoints(), PathBuf::from("/elsewhere/signed"));
}

#[test]
fn mails_are_kept_for_developers_only_where_they_are_not_sent() {
    assert!(matches!(load("", &[]).unwrap().mail, Mail::Skipped));
    let mailbox = ("AIRTIDE__MAIL__MAILBOX", "true");
    assert!(matches!(load("", &[mailbox]).unwrap().mail, Mail::Kept));
    let sent = load("", &[mailbox, ("AIRTIDE__MAIL__SMTP_URL", "smtps://me:s3cret@host")]).unwrap();
    assert!(matches!(sent.mail, Mail::Sent { .. }));
    let shown = serde_json::to_string(&sent.show()).unwrap();
    assert!(shown.contains("smtps://me:********@host") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn all_mistakes_are_listed_at_once() {
    let toml = "verbose = true\n[http]\nlisten = \"nowhere\"\nport = 1\n[eventlog]\nqueue_units = 0\n";
    let variables = [
        ("AIRTIDE__LOG__FORMAT", "xml"),
        ("AIRTIDE__DATABSE__URL", "x"),
        ("DATABASE_URL", "mysql://x"),
        ("NATS_URL_FILE", "/no/such/file"),
    ];
    let found = mistakes(toml, &variables);

    let expected = [
        "`verbose` must be a section",
        "http.listen `nowhere` is no address",
        "unknown key http.port",
        "eventlog.queue_units must be a whole number of at least 1",
        "log.format must be one of text, json (variable AIRTIDE__LOG__FORMAT)",
        "unknown key databse.url (variable AIRTIDE__DATABSE__URL)",
        "database.url must start with postgres://",
        "NATS_URL_FILE: /no/such/file cannot be read",
    ];
    for part in expected {
        assert!(found.iter().any(|mistake| mistake.contains(part)), "{part} is missing in {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn a_file_that_is_no_toml_is_a_mistake_beside_the_others() {
    let found = mistakes("[http", &[("AIRTIDE__LOG__FORMAT", "xml")]);
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn a_named_file_must_exist() {
    let sources =
        Sources { file: Some("/no/such/airtide.toml".into()), variables: Vec::new(), flags: Vec::new() };
    assert!(Config::load(sources).is_err());
}

#[test]
fn a_secret_may_come_from_a_file() {
    for variable in ["DATABASE_URL_FILE", "AIRTIDE__DATABASE__URL_FILE"] {
        let mut setup = setup("", &[]);
        let secret_file = setup.folder.path().join("url");
        fs::write(&secret_file, "postgres://me:s3cret@host/db\n").unwrap();
        setup.sources.variables.push((variable.into(), secret_file.display().to_string()));

        let config = Config::load(setup.sources).unwrap();

        assert_eq!(config.database.url().unwrap().reveal(), "postgres://me:s3cret@host/db");
        assert_eq!(origin_of(&config, "database.url"), format!("variable {variable}"));
    }
}

#[test]
fn a_setting_that_is_no_secret_has_no_file_variant() {
    let found = mistakes("", &[("AIRTIDE__LOG__FORMAT_FILE", "/tmp/x")]);
    assert!(found[0].contains("unknown key log.format_file"), "{found:#?}");
}

#[test]
fn a_secret_and_its_file_together_are_refused() {
    let setup = setup("", &[]);
    let secret_file = setup.folder.path().join("url");
    fs::write(&secret_file, "postgres://host/db").unwrap();
    let path = secret_file.display().to_string();
    let found = mistakes("", &[("DATABASE_URL", "postgres://host/db"), ("DATABASE_URL_FILE", &path)]);
    assert!(found[0].contains("both set"), "{found:#?}");
}

#[test]
fn the_full_name_wins_over_the_alias() {
    let variables =
        [("AIRTIDE__DATABASE__URL", "postgres://full/db"), ("DATABASE_URL", "postgres://alias/db")];
    assert_eq!(load("", &variables).unwrap().database.url().unwrap().reveal(), "postgres://full/db");
}

#[test]
fn what_is_shown_and_what_is_debugged_holds_no_password() {
    let config = load("", &[("DATABASE_URL", "postgres://me:s3cret@host/db")]).unwrap();
    let shown = serde_json::to_string(&config.show()).unwrap();
    assert!(shown.contains("postgres://me:********@host/db"), "{shown}");
    assert!(!shown.contains("s3cret"));
    assert!(!format!("{:?}", config.database).contains("s3cret"));
}
