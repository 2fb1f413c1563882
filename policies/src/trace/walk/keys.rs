//! Keys in variables and system properties.

use super::{Answer, Asked, Walker};
use crate::trace::chain::{KeyFile, Keys};
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, Given, Offered, Settings};
use crate::trace::source::Source;

/// The name that makes a key the standard one.
const STANDARD_ID: &str = "AWS_ACCESS_KEY_ID";
const UNDECIDED: &str = "which of the key's several names comes first in the environment is not known";
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

impl Walker<'_> {
    pub(super) fn keys(&self, keys: &Keys) -> Asked {
        if self.offer.variables.first(keys.unless).is_some() {
            return Asked::NOTHING;
        }
        let settings = if keys.properties { &self.offer.properties } else { &self.offer.variables };
        let (id, secret) = (first(settings, keys, keys.id), first(settings, keys, keys.secret));
        let Some((_, seen)) = id.or(secret) else { return Asked::NOTHING };
        let name = id.map_or(keys.id.first().copied(), |(name, _)| Some(name));
        let source = match name {
            _ if keys.properties => Source::SystemProperties,
            Some(name) if name.eq_ignore_ascii_case(STANDARD_ID) => Source::Env,
            _ => Source::EnvAlias,
        };
        let answer = match pair(id.map(|(_, id)| id), secret.map(|(_, secret)| secret), source) {
            Answer::Fails(Fault::IdAlone, source) if keys.completed_by_file && self.file_has_secret() => {
                Answer::Gives(source)
            }
            Answer::Fails(Fault::SecretAlone, _) if keys.completed_by_file && self.file_has_secret() => {
                Answer::Nothing
            }
            Answer::Gives(source) | Answer::Fails(_, source) if is_undecided(settings, keys) => {
                Answer::Unknown(UNDECIDED, source)
            }
            answer => answer,
        };
        Asked::new(if keys.properties { answer } else { self.unless_expired(answer) }, seen.at)
    }

    fn file_has_secret(&self) -> bool {
        let view = self.own_view();
        view.is_some_and(|view| view.credentials.is_some() && view.get("aws_secret_access_key").is_some())
    }

    /// `AWS_CREDENTIAL_EXPIRATION` and `AWS_SESSION_TOKEN` belong to the keys in the variables.
    fn unless_expired(&self, answer: Answer) -> Answer {
        let expiration = self.offer.variables.get(EXPIRATION).and_then(|offered| offered.given.text());
        match answer {
            Answer::Gives(source)
                if expiration.is_some_and(|time| !time.is_empty() && time < super::PAST) =>
            {
                Answer::Fails(Fault::KeysExpired, source)
            }
            Answer::Gives(source)
                if self
                    .offer
                    .variables
                    .get("AWS_SESSION_TOKEN")
                    .is_some_and(|token| token.given.is_empty()) =>
            {
                Answer::Fails(Fault::EmptySession, source)
            }
            answer => answer,
        }
    }

    /// boto's own files: what `AWS_CREDENTIAL_FILE` and `BOTO_CONFIG` name, and `~/.boto`.
    pub(super) fn key_file(&self, which: KeyFile) -> Asked {
        let named = |name: &str| self.offer.variables.get(name).and_then(|offered| offered.given.text());
        let file = |name: &str| named(name).and_then(|path| self.offer.files.get(path));
        let boto =
            || file("BOTO_CONFIG").or_else(|| self.offer.in_home(".boto")).filter(|_| which == KeyFile::Boto);
        let found = file("AWS_CREDENTIAL_FILE").or_else(boto);
        let Some(file) = found else { return Asked::NOTHING };
        let answer = match &file.content {
            Content::Text(text, _) if holds_keys(&Given::Text(text.clone())) => {
                Answer::Gives(Source::BotoConfig)
            }
            Content::Text(..) | Content::Folder => Answer::Nothing,
            _ => Answer::Unknown("boto's configuration file was not seen", Source::BotoConfig),
        };
        Asked::new(answer, file.at)
    }
}

/// `[Credentials]` in boto's files; two bare lines in the older one.
fn holds_keys(text: &Given) -> bool {
    text.text().is_some_and(|text| text.contains("aws_access_key_id") || text.contains("AWSAccessKeyId"))
}

/// The first of these names that is set, and what it is set to.
fn first<'o>(
    settings: &'o Settings,
    keys: &Keys,
    names: &[&'static str],
) -> Option<(&'static str, &'o Offered)> {
    let is_set = |offered: &Offered| match offered.given.text() {
        Some(_) if keys.empty_is_set => true,
        Some(text) if keys.trimmed => !text.trim().is_empty(),
        Some(text) => !text.is_empty(),
        None => true,
    };
    let mut there = names.iter().filter_map(|name| settings.get(name).map(|offered| (*name, offered)));
    if keys.by_place {
        return there.filter(|(_, offered)| is_set(offered)).min_by_key(|(_, offered)| offered.place);
    }
    if keys.empty_hides {
        return there.next().filter(|(_, offered)| is_set(offered));
    }
    there.find(|(_, offered)| is_set(offered))
}

/// Several names are set, and nobody knows which of them comes first.
fn is_undecided(settings: &Settings, keys: &Keys) -> bool {
    let several = |names: &[&str]| {
        let set = || names.iter().filter_map(|name| settings.get(name));
        set().count() > 1 && set().any(|offered| offered.place.is_none())
    };
    keys.by_place && (several(keys.id) || several(keys.secret))
}

fn pair(id: Option<&Offered>, secret: Option<&Offered>, source: Source) -> Answer {
    if [id, secret].into_iter().flatten().any(|part| matches!(part.given, Given::Perhaps)) {
        return Answer::Unknown("key variables come from what was not seen", source);
    }
    match (id, secret) {
        (Some(id), Some(secret)) if id.given.is_empty() || secret.given.is_empty() => {
            Answer::Fails(Fault::EmptyKeys, source)
        }
        (Some(_), Some(_)) => Answer::Gives(source),
        (Some(_), None) => Answer::Fails(Fault::IdAlone, source),
        _ => Answer::Fails(Fault::SecretAlone, source),
    }
}
