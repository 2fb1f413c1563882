//! What pages repeat of the program is what it says itself. `UPDATE_EXPECTED=1` rewrites the tables of settings.

use std::path::Path;

use clap::{Args, Command};
use policyctl_serving::settings::read;
use policyctl_webhook::settings::Given;

const BEGIN: &str = "<!-- settings -->\n";
const END: &str = "<!-- /settings -->";

/// Each page, and the flags that it has a table of.
fn pages() -> [(&'static str, Command); 2] {
    [
        ("../docs/admission.md", Given::augment_args(Command::new("serve"))),
        ("../docs/ecs.md", policyctl_ecs::gateway::settings::Given::augment_args(Command::new("gateway"))),
    ]
}

fn table(command: &Command) -> String {
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
fn the_settings_tables_are_what_the_flags_say() {
    for (page, command) in pages() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let text = std::fs::read_to_string(&path).unwrap();
        let (head, rest) = text.split_once(BEGIN).unwrap();
        let (committed, tail) = rest.split_once(END).unwrap();
        let table = table(&command);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(&path, format!("{head}{BEGIN}{table}{END}{tail}")).unwrap();
        } else {
            assert_eq!(committed, table, "{page}: run the test again with UPDATE_EXPECTED=1");
        }
    }
}

#[test]
fn the_runbook_has_every_error_that_check_understands() {
    let runbook =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runbook.md")).unwrap();
    for (text, ..) in policyctl_webhook::check::WORDS {
        assert!(runbook.contains(text), "docs/runbook.md does not say what `{text}` means");
    }
}

/// What a file says is wrong with a key that has no value.
fn problem(page: &str, file: &Path) -> String {
    let problem = match page {
        "../docs/ecs.md" => read::<policyctl_ecs::gateway::settings::Given>(file).err(),
        _ => Given::from_file(file).err(),
    };
    problem.map(|problem| format!("{problem:#}")).unwrap_or_default()
}

#[test]
fn every_key_is_one_that_the_file_knows() {
    let folder = std::env::temp_dir().join(format!("policyctl-settings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (page, command) in pages() {
        for argument in command.get_arguments() {
            let file = folder.join("config.yaml");
            std::fs::write(&file, format!("{}: {{}}\n", key(argument.get_id().as_str()))).unwrap();
            let problem = problem(page, &file);
            assert!(!problem.is_empty() && !problem.contains("unknown field"), "{problem}");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}
