//! Gathering the inputs: files, folders walked in order, standard input.

mod document;
mod ours;
mod progress;
mod source;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

pub(crate) use document::one_document;
pub(crate) use ours::{Kind, kind_of, looks_ours};
pub(crate) use progress::Progress;
pub(crate) use source::{Content, LIMIT, Source, limits};

/// The name of standard input in reports.
pub(crate) const STDIN: &str = "<stdin>";

/// One input.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// What reports call it: its path with `/` between its parts.
    pub(crate) name: Arc<str>,
    /// Where its bytes are.
    pub(crate) source: Source,
    /// It was named on the command line, not met in a walk.
    pub(crate) named: bool,
}

impl Input {
    /// The name without folders and extension: what a bare container array is called.
    pub(crate) fn stem(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or_default();
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
        if stem.is_empty() { file } else { stem }
    }
}

/// What could not be gathered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) name: Arc<str>,
    pub(crate) reason: String,
}

/// The inputs, in the order of the command line and within a folder by name.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) found: Vec<Input>,
    pub(crate) lost: Vec<Lost>,
    seen: BTreeSet<Arc<str>>,
}

impl Inputs {
    /// These inputs and no others.
    pub(crate) fn of(found: Vec<Input>) -> Self {
        Self { found, ..Self::default() }
    }

    /// Gathers what the paths name. `passed_over` is a policy file: it is no input.
    pub(crate) fn gather(paths: &[PathBuf], passed_over: Option<&Path>) -> Self {
        let mut inputs = Self::default();
        for path in paths {
            match path.to_str() {
                Some("-") => inputs.add_stdin(),
                _ if path.is_dir() => inputs.walk(path, passed_over),
                _ if path.exists() => inputs.add(path, true),
                _ => inputs.lose(path, "no such file or folder"),
            }
        }
        inputs
    }

    fn add(&mut self, path: &Path, named: bool) {
        let name = name_of(path);
        if self.seen.insert(Arc::clone(&name)) {
            self.found.push(Input { name, source: Source::File(path.to_owned()), named });
        }
    }

    fn add_stdin(&mut self) {
        let mut bytes = Vec::new();
        // One byte more than is allowed shows that there is too much.
        match std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes) {
            Ok(_) => {
                self.found.push(Input {
                    name: STDIN.into(),
                    source: Source::Bytes(bytes.into()),
                    named: true,
                });
            }
            Err(error) => self.lost.push(Lost { name: STDIN.into(), reason: error.to_string() }),
        }
    }

    /// Hidden files count: `.aws/task-definition.json` is where deploy workflows keep theirs.
    fn walk(&mut self, folder: &Path, passed_over: Option<&Path>) {
        let mut walk = WalkBuilder::new(folder);
        walk.hidden(false).require_git(false).sort_by_file_name(std::ffi::OsStr::cmp);
        walk.filter_entry(|entry| entry.file_name() != ".git");
        let is_policy = |path: &Path| passed_over.is_some_and(|policy| same_file(policy, path));
        for entry in walk.build() {
            match entry {
                Ok(entry) if !entry.file_type().is_some_and(|kind| kind.is_file()) => {}
                Ok(entry) if ours::has_known_extension(entry.path()) && !is_policy(entry.path()) => {
                    self.add(entry.path(), false);
                }
                Ok(_) => {}
                Err(error) => self.lose_walked(folder, &error),
            }
        }
    }

    fn lose(&mut self, path: &Path, reason: &str) {
        self.lost.push(Lost { name: name_of(path), reason: reason.to_owned() });
    }

    fn lose_walked(&mut self, folder: &Path, error: &ignore::Error) {
        let reason = error.io_error().map_or_else(|| error.to_string(), |io| io.kind().to_string());
        self.lose(path_in(error).unwrap_or(folder), &reason);
    }
}

fn path_in(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_in(err),
        _ => None,
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    a.file_name() == b.file_name() && matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// A path as reports write it: `/` between its parts, without a leading `./`.
fn name_of(path: &Path) -> Arc<str> {
    let mut parts = path.components().peekable();
    while parts.next_if_eq(&Component::CurDir).is_some() {}
    let mut name = String::new();
    for part in parts {
        if !(name.is_empty() || name.ends_with('/')) {
            name.push('/');
        }
        name.push_str(&part.as_os_str().to_string_lossy());
    }
    if name.is_empty() { ".".into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_depend_on_how_a_path_was_written() {
        assert_eq!(&*name_of(Path::new("./a//b/./c.yaml")), "a/b/c.yaml");
        assert_eq!(&*name_of(Path::new("/a/b")), "/a/b");
        assert_eq!(&*name_of(Path::new("../a")), "../a");
        assert_eq!(&*name_of(Path::new(".")), ".");
    }

    #[test]
    fn a_bare_array_is_called_by_its_files_stem() {
        let input = |name: &str| Input { name: name.into(), source: Source::File(name.into()), named: true };
        assert_eq!(input("deploy/api.containers.json").stem(), "api");
        assert_eq!(input("deploy/.hidden").stem(), ".hidden");
    }
}
