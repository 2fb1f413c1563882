//! Which of the files that SDKs look for are mounted, and what is known of them.

use super::workload::object;
use super::{Content, Offer};
use crate::facts::Facts;
use crate::workload::{Container, Mount, Reference, Text, VolumeSource, Workload};

/// A file that SDKs look for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sought {
    Credentials,
    Config,
    Token,
}

/// Variables that move a file, what it is, and where it is without them.
const FILES: [(&str, Sought, Option<&str>); 5] = [
    ("AWS_SHARED_CREDENTIALS_FILE", Sought::Credentials, Some(".aws/credentials")),
    ("AWS_CONFIG_FILE", Sought::Config, Some(".aws/config")),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", Sought::Token, None),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Sought::Token, None),
    ("BOTO_CONFIG", Sought::Config, Some(".boto")),
];
const PROFILE_VARIABLES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
const HOME: &str = "HOME";
/// The home of a container that says nothing of it.
const USUAL_HOME: &str = "/root";

/// Adds the files that are mounted, and those that may be in the image.
pub(super) fn add_files(offer: &mut Offer, workload: &Workload, container: &Container, facts: &Facts) {
    offer.home = home(offer, container);
    if !may_have_files(offer, container) {
        return;
    }
    for (variable, sought, usual) in FILES {
        let named = offer.variables.first(&[variable]).and_then(|path| path.given.text()).map(str::to_owned);
        let is_named = named.is_some();
        let may_be_inside = is_named || (sought == Sought::Credentials && names_a_profile(offer));
        let usual = usual.map(|usual| format!("{}/{usual}", offer.home));
        let Some(path) = named.or(usual).filter(|path| offer.files.get(path).is_none()) else { continue };
        let mounted = container.mounts.iter().filter_map(|mount| Some((mount, below(mount, &path)?)));
        match mounted.max_by_key(|(mount, _)| mount.path.len()) {
            Some((mount, rest)) => {
                let profiled = names_a_profile(offer);
                let place = Place { workload, mount, rest, sought, named: is_named, profiled, facts };
                add_mounted(offer, &path, &place);
            }
            None if may_be_inside => offer.files.add(path, Content::Perhaps, None),
            None => {}
        }
    }
}

/// A variable names a file or a profile, or a mount reaches into HOME.
fn may_have_files(offer: &Offer, container: &Container) -> bool {
    FILES.iter().any(|(variable, ..)| offer.variables.get(variable).is_some())
        || names_a_profile(offer)
        || container.mounts.iter().any(|mount| is_near(mount, &offer.home))
}

fn is_near(mount: &Mount, home: &str) -> bool {
    let path = mount.path.trim_end_matches('/');
    home.starts_with(path) || path.starts_with(home)
}

/// The variable that says where HOME is.
pub(super) fn is_home(name: &str) -> bool {
    name == HOME
}

/// No mount reaches into HOME, where no variable says where that is.
pub(super) fn are_away_from_home(container: &Container) -> bool {
    container.mounts.iter().all(|mount| suggested_home(mount).is_none() && !is_near(mount, USUAL_HOME))
}

fn names_a_profile(offer: &Offer) -> bool {
    offer.variables.first(&PROFILE_VARIABLES).is_some()
}

/// HOME, or where a mount suggests it is.
fn home(offer: &Offer, container: &Container) -> String {
    let written = offer.variables.first(&[HOME]).and_then(|home| home.given.text());
    written
        .or_else(|| container.mounts.iter().find_map(suggested_home))
        .unwrap_or(USUAL_HOME)
        .trim_end_matches('/')
        .to_owned()
}

fn suggested_home(mount: &Mount) -> Option<&str> {
    let may_be = memchr::memchr(b'.', mount.path.as_bytes()).is_some();
    may_be.then(|| mount.path.split_once("/.aws")).flatten().map(|(home, _)| home)
}

/// The rest of a path below a mount; empty when the mount is the path itself.
fn below<'p>(mount: &Mount, path: &'p str) -> Option<&'p str> {
    let rest = path.strip_prefix(mount.path.trim_end_matches('/'))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// A sought file and the mount that covers it.
struct Place<'a> {
    workload: &'a Workload,
    mount: &'a Mount,
    rest: &'a str,
    sought: Sought,
    named: bool,
    /// A variable names a profile.
    profiled: bool,
    facts: &'a Facts,
}

fn add_mounted(offer: &mut Offer, path: &str, place: &Place<'_>) {
    let content = place.workload.volume(&place.mount.volume).and_then(|volume| place.content(&volume.source));
    if let Some(content) = content {
        offer.files.add(path, content, Some(place.mount.at));
    }
}

impl Place<'_> {
    /// `None`: the mount covers the path, and the file is not in it.
    fn content(&self, source: &VolumeSource) -> Option<Content> {
        match source {
            VolumeSource::Object(reference, items) => self.in_object(reference, items),
            VolumeSource::Token { path, .. } => (self.file() == path).then_some(Content::Something),
            VolumeSource::Several(sources) => sources.iter().find_map(|source| self.content(source)),
            VolumeSource::Host(_) => self.assumed(),
            VolumeSource::Other(kind) if kind.contains("secrets-store") => self.assumed(),
            VolumeSource::Other(kind) if is_empty(kind) && !self.is_shared() => None,
            VolumeSource::Other(_) => Some(Content::Perhaps),
        }
    }

    /// Another container may put a file there.
    fn is_shared(&self) -> bool {
        let mounts =
            |container: &&Container| container.mounts.iter().any(|mount| mount.volume == self.mount.volume);
        self.workload.containers.iter().filter(mounts).count() > 1
    }

    /// The file's path within the volume.
    fn file(&self) -> &str {
        match &self.mount.sub_path {
            Some(file) if self.rest.is_empty() => file,
            _ => self.rest,
        }
    }

    fn in_object(&self, reference: &Reference, items: &[(Text, Text)]) -> Option<Content> {
        let file = self.file();
        let key = match items.iter().find(|(_, path)| path == file) {
            Some((key, _)) => key,
            None if items.is_empty() => file,
            None => return None,
        };
        match object(reference, self.facts) {
            None if reference.optional => Some(Content::Perhaps),
            None => self.assumed(),
            Some(object) => object.keys.get(key).map(|value| match value.profiles.as_slice() {
                // Without a key in it, and without a profile to look for, a config file gives nothing.
                [] if self.sought == Sought::Config && !self.profiled => Content::KeysOf(Vec::new()),
                [] => Content::Something,
                profiles => Content::KeysOf(profiles.to_vec()),
            }),
        }
    }

    /// What is mounted where a credentials file or a token belongs has one in it; a config file is there
    /// when the mount is that file, or a variable names it.
    fn assumed(&self) -> Option<Content> {
        (self.sought != Sought::Config || self.named || self.rest.is_empty()).then_some(Content::Something)
    }
}

/// Volumes that start without a file, as the readers call them.
fn is_empty(kind: &str) -> bool {
    matches!(kind, "emptyDir" | "empty")
}
