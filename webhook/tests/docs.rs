//! The settings table of `docs/admission.md` is the flags' own help. `UPDATE_EXPECTED=1` rewrites it.

use std::path::Path;

use clap::{Args, Command};
use policyctl_webhook::settings::Given;

const BEGIN: &str = "<!-- settings -->\n";
const END: &str = "<!-- /settings -->";

fn table() -> String {
    let command = Given::augment_args(Command::new("serve"));
    let rows = command.get_arguments().map(|argument| {
        let flag = argument.get_long().unwrap_or_default();
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        format!("| `--{flag}` | `{}` | {help} |\n", key(argument.get_id().as_str()))
    });
    format!("| flag | key | |\n|---|---|---|\n{}", rows.collect::<String>())
}

/// As the file spells it.
fn key(id: &str) -> String {
    let mut words = id.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &word[..1].to_uppercase() + &word[1..])
}

#[test]
fn the_settings_table_is_what_the_flags_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/admission.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (committed, tail) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, format!("{head}{BEGIN}{}{END}{tail}", table())).unwrap();
        return;
    }
    assert_eq!(committed, table(), "run the test again with UPDATE_EXPECTED=1");
}

#[test]
fn every_key_is_one_that_the_file_knows() {
    let command = Given::augment_args(Command::new("serve"));
    let folder = std::env::temp_dir().join(format!("policyctl-settings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for argument in command.get_arguments() {
        let file = folder.join("config.yaml");
        std::fs::write(&file, format!("{}: {{}}\n", key(argument.get_id().as_str()))).unwrap();
        let problem = format!("{:#}", Given::from_file(&file).unwrap_err());
        assert!(!problem.contains("unknown field"), "{problem}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
