//! Logs written into folders and read back, by the program and by its parts; and folders changed on purpose.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use eventstore::transfer::{
    ExportOptions, Exported, ImportFailed, ImportOptions, Imported, Secrets, export, import,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::{airtide, database};

const PASSPHRASE: &str = "a lantern over the harbour";

/// A place for one export, with a passphrase beside it.
pub struct Place(TempDir);

impl Default for Place {
    fn default() -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        write_private(&place.passphrase_file(), PASSPHRASE);
        place
    }
}

impl Place {
    pub fn folder(&self) -> PathBuf {
        self.0.path().join("export")
    }

    pub fn secrets_file(&self) -> PathBuf {
        self.0.path().join("secrets")
    }

    pub fn passphrase_file(&self) -> PathBuf {
        self.0.path().join("passphrase")
    }

    pub fn secrets(&self) -> Secrets {
        Secrets { file: self.secrets_file(), passphrase_file: self.passphrase_file() }
    }

    /// Every line of the file, as it was before it was compressed.
    pub fn lines(&self, file: &str) -> Vec<String> {
        let plain =
            zstd::decode_all(fs::File::open(self.folder().join(file)).expect("a file")).expect("lines");
        String::from_utf8(plain).expect("a text").lines().map(str::to_owned).collect()
    }

    pub fn manifest(&self) -> Value {
        serde_json::from_slice(&fs::read(self.folder().join("manifest.json")).expect("a manifest"))
            .expect("the manifest is JSON")
    }

    /// The names of the segments, in order.
    pub fn segments(&self) -> Vec<String> {
        let manifest = self.manifest();
        let segments = manifest["segments"].as_array().expect("a list of segments");
        segments.iter().map(|segment| segment["file"].as_str().expect("a name").to_owned()).collect()
    }

    /// Changes the lines of a file, and says nothing of it in the manifest.
    pub fn edit_lines(&self, file: &str, edit: impl FnOnce(String) -> String) {
        let text: String = self.lines(file).iter().map(|line| format!("{line}\n")).collect();
        let edited = edit(text.clone());
        assert_ne!(edited, text, "something is changed in {file}");
        let packed = zstd::encode_all(edited.as_bytes(), 3).expect("lines are compressed");
        fs::write(self.folder().join(file), packed).expect("the file is written");
    }

    /// Changes the manifest and seals it anew without a signature, as somebody does who knows how it is made.
    pub fn forge_manifest(&self, edit: impl FnOnce(&mut Value)) {
        let mut manifest = self.manifest();
        edit(&mut manifest);
        let text = serde_json::to_vec_pretty(&manifest).expect("a manifest");
        let seal = serde_json::json!({ "sha256": hash(&text), "signature": null });
        fs::write(self.folder().join("manifest.json"), text).expect("the manifest is written");
        fs::write(self.folder().join("manifest.seal.json"), seal.to_string()).expect("its seal is written");
    }

    /// Writes the present hashes of all segments into the manifest.
    pub fn forge_hashes(&self) {
        let folder = self.folder();
        self.forge_manifest(|manifest| {
            for segment in manifest["segments"].as_array_mut().expect("a list of segments") {
                let file = folder.join(segment["file"].as_str().expect("a name"));
                let bytes = fs::read(file).expect("a segment");
                segment["sha256"] = hash(&bytes).into();
                segment["bytes"] = bytes.len().into();
            }
        });
    }
}

pub fn hash(bytes: &[u8]) -> String {
    BASE64.encode(digest(&SHA256, bytes))
}

pub fn write_private(path: &Path, text: &str) {
    use std::io::Write;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .expect("a file");
    file.write_all(text.as_bytes()).expect("it is written");
}

/// Exports a whole log; segments end with each batch, so that there are several.
pub async fn export_to(place: &Place, url: &str, keys: &Path) -> Exported {
    let options = ExportOptions {
        database_url: url.to_owned(),
        keys_dir: keys.to_owned(),
        folder: place.folder(),
        tenant: None,
        secrets: Some(place.secrets()),
        segment_bytes: 1,
    };
    export(options, &mut |_| ()).await.expect("the log is exported")
}

/// An empty database and a folder of keys for a log to be brought into.
pub struct Empty {
    pub url: String,
    pub keys: TempDir,
}

impl Empty {
    pub async fn new() -> Self {
        let url = database::fresh().await;
        // As `airtide migrate up` does, and `airtide log import` before it begins.
        projections::begin(&url, workers::INTAKES).await.expect("intakes are begun");
        Self { url, keys: tempfile::tempdir().expect("a folder for keys") }
    }

    pub async fn import_from(&self, place: &Place) -> Result<Imported, ImportFailed> {
        self.import_with(place, |_| ()).await
    }

    pub async fn import_with(
        &self,
        place: &Place,
        change: impl FnOnce(&mut ImportOptions),
    ) -> Result<Imported, ImportFailed> {
        let mut options = ImportOptions {
            database_url: self.url.clone(),
            keys_dir: self.keys.path().to_owned(),
            folder: place.folder(),
            secrets: Some(place.secrets()),
            signed_by: None,
            actor: "operator:test".into(),
            reason: "a test".into(),
        };
        change(&mut options);
        import(options, &mut |_| ()).await
    }

    /// The program itself.
    pub fn run(&self, arguments: &[&str]) -> Output {
        command_on(&self.url, self.keys.path(), arguments).output().expect("airtide runs")
    }

    /// Every table that an import writes is empty, and guarded.
    pub async fn expect_untouched(&self) {
        let mut admin = database::superuser(&self.url).await;
        let rows: i64 = sqlx::query_scalar(
            "select (select count(*) from events) + (select count(*) from streams) + (select count(*) from reservations)
                  + (select count(*) from log_batches where last_position > 0) + (select count(*) from subject_keys)
                  + (select count(*) from credentials) + (select count(*) from log_imports)",
        )
        .fetch_one(&mut admin)
        .await
        .expect("the tables are there");
        assert_eq!(rows, 0);
        expect_guarded(&self.url).await;
    }
}

/// No table of the log lets even its owner past row security.
pub async fn expect_guarded(url: &str) {
    let open: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
            and relname <> '_sqlx_migrations' and not (relrowsecurity and relforcerowsecurity)",
    )
    .fetch_all(&mut database::superuser(url).await)
    .await
    .expect("the catalog is read");
    assert_eq!(open, Vec::<String>::new());
}

pub fn command_on(url: &str, keys: &Path, arguments: &[&str]) -> Command {
    let mut command = airtide::command(arguments);
    command.env("DATABASE_URL", url).env("AIRTIDE__KEYS__DIR", keys);
    command
}

/// What a table holds, row by row, as text.
pub async fn rows_of(url: &str, select: &'static str) -> Vec<String> {
    sqlx::query_scalar(select).fetch_all(&mut database::superuser(url).await).await.expect("rows are read")
}
