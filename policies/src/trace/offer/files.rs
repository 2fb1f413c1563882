//! Files that a process finds, and the profiles in them.

use crate::credential::Secret;
use crate::document::At;

/// Files by path; everything else does not exist.
#[derive(Debug, Clone, Default)]
pub struct Files(Vec<File>);

/// A file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path, as a variable would name it.
    pub path: String,
    /// What is known of its content.
    pub content: Content,
    /// Where it comes from in the workload (a mount), if it does.
    pub at: Option<At>,
}

/// What is known of a file's content.
#[derive(Debug, Clone)]
pub enum Content {
    /// This text, and the profiles in it.
    Text(Secret, Ini),
    /// It is there, with something in it.
    Something,
    /// It is a credentials file with key pairs in these profiles.
    KeysOf(Vec<String>),
    /// It is a folder.
    Folder,
    /// It may be there, inside the image.
    Perhaps,
}

/// Settings of a profile that are parts of a key pair.
const KEY_PARTS: [&str; 4] =
    ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// Sections of a profile file.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "SDKs differ in which lines they mind: each is a sight of its own"
)]
pub struct Ini {
    sections: Vec<Section>,
    /// The same with those of one heading as one; empty where each heading comes once.
    merged: Vec<Section>,
    /// The same with `[NAME]` and `[profile NAME]` as one, too; empty where that makes no difference.
    joined: Vec<Section>,
    /// A heading has no end.
    pub broken_heading: bool,
    /// A line stands outside any section, or is no setting.
    pub stray_line: bool,
    /// A line within a section is no setting.
    pub stray_inside: bool,
    /// A line behind `;` would be such a line, were it no comment.
    pub stray_comment: bool,
    /// A line, be it a comment behind `;` or a heading without an end, names a part of a key pair that its section
    /// lacks so far, and gives it no value.
    pub stray_key: bool,
}

/// A section: its heading, and its settings in order.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// What stands in brackets, blanks included.
    pub name: String,
    settings: Vec<(String, Secret)>,
}

impl Files {
    /// Adds a file; the later of two with the same path wins.
    pub fn add(&mut self, path: impl Into<String>, content: Content, at: Option<At>) {
        let path = path.into();
        self.0.retain(|file| file.path != path);
        self.0.push(File { path, content, at });
    }

    /// The file at this path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.0.iter().find(|file| file.path == path)
    }

    /// Every file.
    pub fn all(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }
}

impl Content {
    /// A text, with its profiles.
    pub fn text(text: &str) -> Self {
        Self::Text(Secret::new(text), Ini::parse(text))
    }
}

impl Ini {
    /// Reads sections and settings; nested settings (indented lines) belong to none.
    pub fn parse(text: &str) -> Self {
        let mut ini = Self::default();
        for line in text.lines() {
            ini.stray_key |= ini.names_key_alone(line);
            ini.read(line);
        }
        if ini.has_duplicates() {
            ini.merged = merged(&ini.sections, Section::has_heading_of);
        }
        if ini.names_twice() {
            ini.joined = merged(&ini.sections, Section::has_name_of);
        }
        ini
    }

    /// The section of this heading; the last of several.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().rfind(|section| section.name.trim() == name)
    }

    /// Two sections have the same heading.
    pub fn has_duplicates(&self) -> bool {
        let names = || self.sections.iter().map(|section| section.name.as_str());
        names().enumerate().any(|(index, name)| names().take(index).any(|earlier| earlier == name))
    }

    /// Two sections are of one profile, however their headings spell it.
    fn names_twice(&self) -> bool {
        let earlier = |index| self.sections.iter().take(index);
        let sections = self.sections.iter().enumerate();
        sections.into_iter().any(|(index, section)| earlier(index).any(|other| other.has_name_of(section)))
    }

    /// Every section.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every section, those with one heading as one.
    pub fn merged(&self) -> &[Section] {
        if self.merged.is_empty() { &self.sections } else { &self.merged }
    }

    /// Every section, those of one profile as one, however their headings spell it.
    pub fn joined(&self) -> &[Section] {
        if self.joined.is_empty() { &self.sections } else { &self.joined }
    }

    fn read(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') || line.starts_with([' ', '\t']) {
            return;
        }
        if trimmed.starts_with(';') {
            self.stray_comment |= self.sections.is_empty() || !trimmed.contains('=');
            return;
        }
        if let Some(heading) = trimmed.strip_prefix('[') {
            self.open(heading);
        } else {
            self.assign(trimmed);
        }
    }

    fn names_key_alone(&self, line: &str) -> bool {
        let is_heading = line.trim().starts_with('[') && line.trim().ends_with(']');
        if line.contains('=') || line.starts_with('#') || is_heading {
            return false;
        }
        let (line, section) = (line.to_ascii_lowercase(), self.sections.last());
        let is_known = |part: &str| section.is_some_and(|section| section.get(part, false).is_some());
        KEY_PARTS.iter().find(|part| line.contains(**part)).is_some_and(|part| !is_known(part))
    }

    fn open(&mut self, heading: &str) {
        let Some((name, _)) = heading.split_once(']') else {
            self.broken_heading = true;
            return;
        };
        self.sections.push(Section { name: name.to_owned(), settings: Vec::new() });
    }

    fn assign(&mut self, line: &str) {
        match (self.sections.last_mut(), line.split_once('=')) {
            (Some(section), Some((name, value))) => {
                section.settings.push((name.trim().to_owned(), Secret::new(value.trim())));
            }
            (section, _) => {
                self.stray_inside |= section.is_some();
                self.stray_line = true;
            }
        }
    }
}

fn merged(sections: &[Section], is_one: fn(&Section, &Section) -> bool) -> Vec<Section> {
    let mut all: Vec<Section> = Vec::with_capacity(sections.len());
    for section in sections {
        match all.iter_mut().find(|earlier| is_one(earlier, section)) {
            Some(earlier) => earlier.settings.extend_from_slice(&section.settings),
            None => all.push(section.clone()),
        }
    }
    all
}

/// What follows `profile` in a heading.
pub(in crate::trace) fn without_prefix(heading: &str) -> Option<&str> {
    let rest = heading.strip_prefix("profile")?;
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

impl Section {
    /// The name that the heading gives a profile, with the prefix or without.
    fn profile(&self) -> &str {
        let name = self.name.trim();
        without_prefix(name).unwrap_or(name)
    }

    fn has_heading_of(&self, other: &Self) -> bool {
        self.name == other.name
    }

    fn has_name_of(&self, other: &Self) -> bool {
        self.profile() == other.profile()
    }

    /// A setting, which may be empty; the last of several.
    #[expect(
        clippy::disallowed_methods,
        reason = "the walk looks at profile names, paths and which settings are there"
    )]
    pub(in crate::trace) fn get(&self, name: &str, case_matters: bool) -> Option<&str> {
        let is_it = |setting: &str| setting == name || (!case_matters && setting.eq_ignore_ascii_case(name));
        self.settings.iter().rev().find(|(setting, _)| is_it(setting)).map(|(_, value)| value.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_one_heading_are_one_and_the_later_setting_counts() {
        let ini = Ini::parse("[a]\nx=1\ny=1\n[b]\nx=2\n[a]\ny=3\n");
        let found: Vec<_> = ini
            .merged()
            .iter()
            .map(|section| (section.name.as_str(), section.get("x", true), section.get("y", true)))
            .collect();
        assert_eq!(found, [("a", Some("1"), Some("3")), ("b", Some("2"), None)]);
        assert_eq!(ini.sections().len(), 3, "for those who take the first or the last");
    }
}
