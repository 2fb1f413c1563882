//! Shared credentials files.
//! Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".

use super::Class;
use super::text::{self, Found};

/// A `[profile]` of a shared credentials file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name, without `profile `.
    pub name: String,
    /// It holds keys, and this is the gravest of their classes.
    pub class: Option<Class>,
}

/// The profiles of a text that is a shared credentials or config file; `None` for any other text.
pub fn profiles(text: &str) -> Option<Vec<Profile>> {
    if !text.trim_start().starts_with(['[', '#', ';']) || !is_ours(text) {
        return None;
    }
    let found = text::scan(text);
    let mut profiles = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(name) = section_name(line) {
            profiles
                .push(Profile { name: name.to_owned(), class: class_within(text, at + line.len(), &found) });
        }
        at += line.len();
    }
    (!profiles.is_empty()).then_some(profiles)
}

/// Words that only these files have.
fn is_ours(text: &str) -> bool {
    [
        "aws_access_key_id",
        "aws_secret_access_key",
        "role_arn",
        "credential_process",
        "credential_source",
        "sso_",
        "web_identity_token_file",
    ]
    .iter()
    .any(|word| text.contains(word))
}

fn section_name(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix('[')?.split(']').next()?.trim();
    Some(inner.strip_prefix("profile ").unwrap_or(inner).trim())
}

/// The gravest class between a section's first byte and the next section.
fn class_within(text: &str, start: usize, found: &[Found]) -> Option<Class> {
    let end = text.get(start..).and_then(|rest| rest.find("\n[")).map_or(text.len(), |at| start + at);
    found
        .iter()
        .filter(|part| (start..end).contains(&part.range.start))
        .map(|part| part.class)
        .min_by_key(|class| class.rank())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_told_with_what_they_hold() {
        let id = concat!("AKIA", "Q3EGPOLICY2CTL7A");
        let text = format!(
            "[default]\naws_access_key_id = {id}\n\n[profile ci]\nrole_arn = arn:aws:iam::111122223333:role/ci\n"
        );
        let found = profiles(&text).unwrap();
        assert_eq!(found[0], Profile { name: "default".into(), class: Some(Class::LongLived) });
        assert_eq!(found[1], Profile { name: "ci".into(), class: None });
    }

    #[test]
    fn other_ini_files_are_not_ours() {
        assert_eq!(profiles("[mysqld]\nport = 3306\n"), None);
        assert_eq!(profiles("hello"), None);
    }
}
