//! The trace is held against every recording of a real SDK.
//!
//! Credentials are compared by source; failures as nothing (`none` and `error` are one: SDKs word the
//! same failure either way), unsigned requests, or no answer (`hang` and `crash`).

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "a test reads recordings, prints the agreement, and fails by panicking"
)]

mod mutation;
mod promises;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policyctl_policies::document::{At, Document, Format, Limits, Node, parse};
use policyctl_policies::trace::chain::Chain;
use policyctl_policies::trace::chains::{CHAINS, chain};
use policyctl_policies::trace::{Offer, OutcomeKind, SdkTrace, Source, ending, environment, walk};
use policyctl_policies::trace::{recorded_version, recordings as recordings_of};

fn oracle() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").join("oracle")
}

/// Recordings elsewhere, while they are being made.
fn recordings() -> PathBuf {
    std::env::var_os("ORACLE_RECORDINGS").map_or_else(|| oracle().join("recordings"), PathBuf::from)
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    files.sort();
    files
}

fn documents(path: &Path) -> Vec<Document> {
    let name = Arc::from(path.display().to_string());
    let stream = parse(&name, &fs::read(path).expect("readable"), Format::Yaml, Limits::default());
    stream
        .into_iter()
        .map(|document| document.unwrap_or_else(|unreadable| panic!("{name}: {unreadable}")))
        .collect()
}

/// An environment, and the texts of its files.
struct Environment {
    offer: Offer,
    files: Vec<(At, String)>,
}

/// An environment's name, and what is in it.
fn environment_of(document: &Document) -> (String, Environment) {
    let read = environment::read(document.root()).unwrap_or_else(|misread| panic!("{misread}"));
    let listed = document.root().get("files").into_iter().flat_map(Node::items);
    let texts = listed.filter_map(|file| Some((file.at(), file.get("text")?.text()?.to_owned())));
    (read.name, Environment { offer: read.offer, files: texts.collect() })
}

fn environments() -> BTreeMap<String, Environment> {
    let listed = files(&oracle().join("environments"), "yaml");
    listed.iter().flat_map(|path| documents(path)).map(|document| environment_of(&document)).collect()
}

/// Sources by key id: a key's id tells which file it stands in, whatever its profile is called.
fn keys() -> BTreeMap<String, String> {
    let table = documents(&oracle().join("keys.yaml"));
    let entries = table.iter().flat_map(|document| document.root().items().collect::<Vec<_>>());
    let word = |entry: Node<'_>, name| entry.get(name).and_then(Node::text).map(str::to_owned);
    entries.filter_map(|entry| Some((word(entry, "id")?, word(entry, "source")?))).collect()
}

/// A recording's header and rows.
struct Recording {
    client: String,
    sdk: String,
    version: String,
    rows: Vec<(String, String)>,
}

impl Recording {
    /// The chain of this SDK: of its version, where an older one has a chain of its own.
    fn chain(&self) -> Option<&'static Chain> {
        let short: Vec<_> = self.version.split('.').take(2).collect();
        chain(&format!("{}:{}", self.sdk, short.join("."))).or_else(|| chain(&self.sdk))
    }
}

fn recorded(path: &Path) -> Option<Recording> {
    let text = fs::read_to_string(path).expect("readable");
    let mut lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let header = lines.next()?;
    let word = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let rows = lines.map(|row| (word(&row, "environment"), answer(&row)));
    let named = |name| word(&header, name);
    Some(Recording {
        client: named("client"),
        sdk: named("sdk"),
        version: named("version"),
        rows: rows.collect(),
    })
}

/// Keys that nobody made, such as blanks.
const UNKNOWN_KEYS: &str = "unknown keys";

fn answer(row: &serde_json::Value) -> String {
    let word = |name: &str| row[name].as_str().unwrap_or_default();
    let answer = match (word("kind"), row["source"].as_str()) {
        ("credentials", Some(source)) => source,
        ("none" | "error", _) => "nothing",
        ("hang" | "crash", _) => "no answer",
        ("unknown", _) if word("because").starts_with("it uses") => UNKNOWN_KEYS,
        (other, _) => other,
    };
    answer.to_owned()
}

/// What the trace says, in a recording's words; a heading that a file has twice leaves two.
fn traced(trace: &SdkTrace, environment: &Environment, keys: &BTreeMap<String, String>) -> Vec<String> {
    let kind = match trace.outcome.kind {
        OutcomeKind::Credentials => "credentials",
        OutcomeKind::Anonymous => "anonymous",
        OutcomeKind::None | OutcomeKind::Error => "nothing",
        OutcomeKind::Hang | OutcomeKind::Crash => "no answer",
        OutcomeKind::Unknown => "unknown",
    };
    let at = trace.winner().and_then(|link| link.at);
    trace
        .outcome
        .source
        .as_ref()
        .map_or_else(|| vec![kind.to_owned()], |source| named(source, at, environment, keys))
}

fn named(
    source: &Source,
    at: Option<At>,
    environment: &Environment,
    keys: &BTreeMap<String, String>,
) -> Vec<String> {
    let profile = match source {
        Source::AssumeRole(base) => {
            let bases = named(base, None, environment, keys);
            return bases.iter().map(|base| format!("assume-role<-{base}")).collect();
        }
        Source::File(profile) | Source::Config(profile) => profile,
        other => return vec![other.to_string()],
    };
    let own: Vec<_> = environment.files.iter().filter(|(file, _)| at.is_none_or(|at| at == *file)).collect();
    let found = own.iter().flat_map(|(_, text)| ids(text, profile)).filter_map(|id| keys.get(id).cloned());
    let prefix = if matches!(source, Source::File(_)) { "file:" } else { "config:" };
    let found: Vec<_> = found.filter(|label| label.starts_with(prefix)).collect();
    if found.is_empty() { vec![source.to_string()] } else { found }
}

/// The key ids below a profile's headings.
fn ids<'t>(text: &'t str, profile: &str) -> Vec<&'t str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix('[') {
            let heading = heading.trim_end_matches(']').trim();
            inside = heading == profile
                || heading.strip_prefix("profile ").is_some_and(|name| name.trim() == profile);
        }
        let id =
            line.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("aws_access_key_id"));
        found.extend(id.filter(|_| inside).map(|(_, id)| id.trim()));
    }
    found
}

/// The stand-in tells what it is asked for by the path, which may lack a slash or have one too many, and whose
/// role it is by the role's name.
fn corrected(recorded: &str, environment: &Environment) -> String {
    let has = |name: &str| environment.offer.variables.get(name).is_some();
    let in_files = |setting: &str| environment.files.iter().any(|(_, text)| text.contains(setting));
    let names_role = has("AWS_ROLE_ARN")
        || has("AWS_WEB_IDENTITY_TOKEN_FILE")
        || environment.offer.properties.get("aws.roleArn").is_some();
    let full = has("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let meant = match recorded {
        "web-identity" if !names_role => "web-identity-profile",
        "container-full" if has("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") && !full => "container-relative",
        "container-full" if has("AWS_EC2_METADATA_SERVICE_ENDPOINT") => "metadata-alternative",
        "container-full" if in_files("ec2_metadata_service_endpoint") && !full => "metadata-alternative",
        recorded => recorded,
    };
    meant.to_owned()
}

/// Credentials that someone wrote down, or an endpoint that can answer with something else than keys.
fn may_be_no_keys(traced: &str) -> bool {
    ["env", "system-properties", "file:", "config:", "process", "boto-config", "container-"]
        .iter()
        .any(|source| traced.starts_with(source))
}

/// What a trace says when there are no credentials.
const NO_CREDENTIALS: [&str; 4] = ["nothing", "anonymous", "no answer", "unknown"];

/// A recording says `unknown` where the SDK has credentials, and which was not seen.
fn agrees(recorded: &str, traced: &[String]) -> bool {
    traced.iter().any(|traced| match recorded {
        UNKNOWN_KEYS => may_be_no_keys(traced),
        "unknown" => !NO_CREDENTIALS.contains(&traced.as_str()),
        recorded => traced == recorded,
    })
}

/// Lines that say where the trace and a recording differ.
fn differences(
    chain: &'static Chain,
    recording: &Recording,
    environments: &BTreeMap<String, Environment>,
    keys: &BTreeMap<String, String>,
) -> Vec<String> {
    let row = |(name, recorded): &(String, String)| {
        let environment = environments.get(name)?;
        let traced = traced(&walk(chain, &environment.offer, &[]), environment, keys);
        let agrees = agrees(&corrected(recorded, environment), &traced);
        (!agrees).then(|| {
            format!("{}: {name}: recorded {recorded}, traced {}", recording.client, traced.join(" or "))
        })
    };
    recording.rows.iter().filter_map(row).collect()
}

/// How often each client's chain says what was recorded, and where it does not.
fn compare(folder: &Path) -> (String, Vec<String>) {
    let (environments, keys) = (environments(), keys());
    let (mut table, mut all) = (String::new(), Vec::new());
    for recording in files(folder, "jsonl").iter().filter_map(|path| recorded(path)) {
        let chain = recording.chain().unwrap_or_else(|| panic!("no chain for {}", recording.sdk));
        let found = differences(chain, &recording, &environments, &keys);
        let total = recording.rows.len();
        let _ = writeln!(
            table,
            "{:<24} {:>4} of {total:>4}",
            recording.client,
            total.saturating_sub(found.len())
        );
        all.extend(found);
    }
    (table, all)
}

/// Open recordings, and those that were held out until the chains were written.
fn folders() -> [PathBuf; 2] {
    [recordings(), recordings().join("held-out")]
}

/// Where the trace is known not to say what was recorded. `ORACLE_DIFFERENCES=write` writes it anew.
fn known_differences() -> PathBuf {
    oracle().join("differences.txt")
}

#[test]
fn the_trace_equals_every_recording_but_for_the_differences_that_are_listed() {
    let mut found = BTreeSet::new();
    for folder in folders() {
        let (table, differences) = compare(&folder);
        println!("{}\n{table}", folder.display());
        found.extend(differences);
    }
    if std::env::var_os("ORACLE_DIFFERENCES").is_some_and(|word| word == "write") {
        let lines = found.iter().fold(String::new(), |lines, line| lines + line + "\n");
        fs::write(known_differences(), lines).expect("writable");
    }
    let said = fs::read_to_string(known_differences()).expect("readable");
    let said: BTreeSet<_> = said.lines().map(str::to_owned).collect();
    let unlisted: Vec<_> = found.difference(&said).collect();
    let settled: Vec<_> = said.difference(&found).collect();
    assert!(unlisted.is_empty(), "{} differences that are not listed: {unlisted:#?}", unlisted.len());
    assert!(settled.is_empty(), "these are listed, and are differences no more: {settled:#?}");
}

#[test]
fn every_chain_says_how_many_recordings_stand_behind_it() {
    let (environments, keys) = (environments(), keys());
    let mut counts: BTreeMap<&str, (String, u32)> = BTreeMap::new();
    for recording in
        folders().iter().flat_map(|folder| files(folder, "jsonl")).filter_map(|path| recorded(&path))
    {
        let chain = recording.chain().unwrap_or_else(|| panic!("no chain for {}", recording.sdk));
        let agreeing = recording.rows.len() - differences(chain, &recording, &environments, &keys).len();
        let entry = counts.entry(chain.sdk).or_default();
        *entry = (recording.version, entry.1 + u32::try_from(agreeing).expect("few"));
    }
    let lines = counts.iter().fold(String::new(), |lines, (sdk, (version, count))| {
        format!("{lines}    (\"{sdk}\", \"{version}\", {count}),\n")
    });
    for chain in CHAINS {
        let counted = counts.get(chain.sdk).cloned();
        let said = recorded_version(chain.sdk).map(|version| (version.to_owned(), recordings_of(chain.sdk)));
        assert_eq!(said, counted, "{}: policies/src/trace/proven.rs should say\n{lines}", chain.sdk);
    }
}

#[test]
fn the_end_of_a_walk_is_the_same_whether_or_not_all_of_it_is_taken() {
    for (name, environment) in environments() {
        for chain in CHAINS {
            let (walked, ending) = (walk(chain, &environment.offer, &[]), ending(chain, &environment.offer));
            let at = walked.winner().and_then(|link| link.at);
            assert_eq!((ending.sdk, ending.at), (chain.sdk, at), "{name}");
            assert_eq!(ending.outcome, walked.outcome, "{name}: {}", chain.sdk);
        }
    }
}
