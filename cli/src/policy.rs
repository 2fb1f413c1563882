//! Choosing the policy of a run.

use std::path::{Path, PathBuf};

use policyctl_policies::policy::{Bundle, Day, Policy, Problem};

pub(crate) use policyctl_serving::policy::today;

use crate::arguments::PolicyChoice;

/// What a policy file may be called.
const NAMES: [&str; 4] = ["policyctl.yaml", "policyctl.yml", ".policyctl.yaml", ".policyctl.yml"];

/// An input of this name is a policy, whether it is the one in force or not.
pub(crate) fn is_policy_file(input: &str) -> bool {
    NAMES.contains(&input.rsplit('/').next().unwrap_or_default())
}

/// Why there is no policy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Two files in one folder: nobody can tell which is meant.
    #[error("{} and {} are both policy files: keep one, or choose with --policy", .0.display(), .1.display())]
    Two(PathBuf, PathBuf),
    /// The file cannot be read.
    #[error("cannot read the policy file {}: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    /// The file is wrong, with everything that is wrong.
    #[error("the policy file is not valid:{}", lines(.0, .1))]
    Invalid(PathBuf, Vec<Problem>),
}

fn lines(file: &Path, problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |text, problem| format!("{text}\n  {}:{problem}", file.display()))
}

/// A policy and the file that it came from, if it did.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) policy: Policy,
    pub(crate) file: Option<PathBuf>,
}

/// The policy that is asked for, else the nearest upwards from the inputs, else `baseline`.
pub(crate) fn choose(choice: &PolicyChoice, paths: &[PathBuf]) -> Result<Chosen, Error> {
    let bundle = choice.policy.as_deref().and_then(bundle_named);
    let file = match (&choice.policy, bundle) {
        (Some(_), Some(_)) => None,
        (Some(file), None) => Some(file.clone()),
        (None, _) => discover(paths)?,
    };
    let mut policy = match &file {
        Some(file) => read(file)?,
        None => Policy::bundled(bundle.unwrap_or(Bundle::Baseline)),
    };
    policy.surroundings.complete |= choice.complete;
    Ok(Chosen { policy, file })
}

/// Reads a policy file.
pub(crate) fn read(file: &Path) -> Result<Policy, Error> {
    let text = std::fs::read(file).map_err(|error| Error::Unreadable(file.to_owned(), error))?;
    let name = file.to_string_lossy();
    Policy::read(&name, &text).map_err(|problems| Error::Invalid(file.to_owned(), problems))
}

/// The day that is asked for, else today in UTC.
pub(crate) fn day(choice: &PolicyChoice) -> Day {
    choice.today.unwrap_or_else(today)
}

/// A bundle's name, unless a file is called so.
fn bundle_named(path: &Path) -> Option<Bundle> {
    let named = Bundle::ALL.into_iter().find(|bundle| Path::new(bundle.name()) == path);
    named.filter(|_| !path.exists())
}

/// The nearest policy file upwards from the folder that holds all inputs, as far as the repository's root.
/// Outside a repository, as far as the current folder.
pub(crate) fn discover(paths: &[PathBuf]) -> Result<Option<PathBuf>, Error> {
    let here = std::env::current_dir().ok();
    let folders: Vec<_> = paths.iter().filter_map(|path| folder_of(path)).collect();
    let Some(home) = common(&folders).or_else(|| here.clone()) else { return Ok(None) };
    let repository = home.ancestors().find(|folder| folder.join(".git").exists());
    let top = repository.or(here.as_deref().filter(|here| home.starts_with(here))).unwrap_or(&home);
    for folder in home.ancestors().take_while(|folder| folder.starts_with(top)) {
        if let Some(file) = candidate(&from_here(folder, here.as_deref()))? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// A folder as one would write it from here, so that reports do not depend on where a checkout lies.
fn from_here(folder: &Path, here: Option<&Path>) -> PathBuf {
    let Some(here) = here.and_then(|here| here.canonicalize().ok()) else { return folder.to_owned() };
    if let Ok(below) = folder.strip_prefix(&here) {
        return below.to_owned();
    }
    match here.strip_prefix(folder) {
        Ok(down) => down.components().map(|_| "..").collect(),
        Err(_) => folder.to_owned(),
    }
}

fn folder_of(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    if path.is_dir() { Some(path) } else { path.parent().map(Path::to_owned) }
}

fn common(folders: &[PathBuf]) -> Option<PathBuf> {
    let (first, rest) = folders.split_first()?;
    let holds_all = |folder: &&Path| rest.iter().all(|other| other.starts_with(folder));
    first.ancestors().find(holds_all).map(Path::to_owned)
}

fn candidate(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let mut found = NAMES.iter().map(|name| folder.join(name)).filter(|file| file.is_file());
    match (found.next(), found.next()) {
        (Some(one), Some(other)) => Err(Error::Two(one, other)),
        (one, _) => Ok(one),
    }
}
